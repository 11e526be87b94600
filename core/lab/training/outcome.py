"""The result of a training: a checkpoint with its impostor curve, and a record of how it was made."""

from dataclasses import asdict

import numpy as np
import torch
from torch import Tensor

from core.encoder.architectures import EIGENFACES, side_of
from core.encoder.checkpoint import Checkpoint, arrays
from core.encoder.encoder import Encoder, network_input
from core.errors import PhotoError
from core.lab.dataset.face_set import FaceSet
from core.lab.evaluation.calibration import calibrate
from core.lab.evaluation.people import LabelledFaces, embed_faces
from core.lab.training.eigenfaces import fit_eigenfaces
from core.lab.training.learner import Learner
from core.lab.training.metric_learning import LearnedMetric, learn_metric
from core.lab.training.state import described, named
from core.lab.training.validation import validate

AT_ONCE = 256
"""Faces converted to network input at once."""
FEWEST_FOR_CURVE = 5
"""Fewest validation people (ten pairs) to measure the curve on them alone; with fewer, training people are added."""


def finished(learner: Learner, ended: str) -> Checkpoint:
    """The best weights as a checkpoint, with their metric and impostor curve.

    The curve is measured on the validation people, whom the network was not trained on. ended: why the training ended,
    "all epochs", "patience" or "interrupted".
    """
    bare = Checkpoint(learner.architecture, arrays(_blended(learner)))
    encoder = Encoder(bare)
    validation = embed_faces(learner.validation, encoder)
    learned = _learned_metric(learner, encoder, validation)
    faces, people = _for_curve(learner, encoder, validation)
    curve = calibrate(faces, encoder.id, learned.metric if learned else None, least_people=2)
    before, *history = learner.history
    about = {
        "options": asdict(learner.options),
        "start": named(learner.start),
        "training": described(learner.faces) | {"degraded": [variant.degraded for variant in learner.degraded]},
        "validation": described(learner.validation),
        "before": before,
        "best": learner.history[learner.best_epoch],
        "ended": ended,
        "curve": people,
        **({"metric": learned.about()} if learned else {}),
        "processes": learner.processes.count,
        "device": str(learner.processes.device),
        "torch": torch.__version__,
    }
    return Checkpoint(bare.architecture, bare.weights, curve, tuple(history), about)


def _blended(learner: Learner) -> dict[str, Tensor]:
    """The best weights, blended with the initial ones if `blend` is below 1."""
    if isinstance(learner.start, str) or learner.options.blend == 1:
        return learner.best
    before = learner.start.tensors()
    return {
        name: torch.lerp(before[name], after, learner.options.blend) if after.is_floating_point() else after
        for name, after in learner.best.items()
    }


def _learned_metric(learner: Learner, encoder: Encoder, validation: LabelledFaces) -> LearnedMetric | None:
    """The metric learned from the training people, if the options ask for one and it can be learned."""
    if learner.options.metric != "learned":
        return None
    try:
        return learn_metric(embed_faces(learner.faces, encoder), validation, seed=learner.options.seed)
    except PhotoError:
        # There are no pairs to learn from, for instance if nobody has two pictures. The encoder is usable all the same.
        return None


def _for_curve(learner: Learner, encoder: Encoder, validation: LabelledFaces) -> tuple[LabelledFaces, str]:
    if validation.people >= FEWEST_FOR_CURVE:
        return validation, f"{validation.people} validation people"
    training = embed_faces(learner.faces, encoder)
    names = np.concatenate([training.names, validation.names])
    embeddings = np.concatenate([training.embeddings, validation.embeddings])
    both = LabelledFaces(training.folder, names, embeddings)
    return both, f"all {both.people} people, those trained on among them: its rates are too low"


def fitted_eigenfaces(faces: FaceSet, validation: FaceSet) -> Checkpoint:
    """The eigenfaces baseline as a checkpoint: principal components of the pixels, nothing learned from pairs."""
    side = side_of(EIGENFACES)
    crops = (faces.crops[start : start + AT_ONCE] for start in range(0, len(faces), AT_ONCE))
    parts = (torch.from_numpy(network_input(part, side)) for part in crops)
    bare = Checkpoint(EIGENFACES, arrays(fit_eigenfaces(parts)))
    encoder = Encoder(bare)
    others = embed_faces(validation, encoder)
    result = validate(others)
    about = {
        "training": described(faces),
        "validation": described(validation),
        "best": {"epoch": 0.0, "eer": result.eer, "one_shot": result.one_shot},
        "ended": "principal components",
        "curve": f"{others.people} validation people",
    }
    curve = calibrate(others, encoder.id, least_people=2)
    return Checkpoint(bare.architecture, bare.weights, curve, (), about)
