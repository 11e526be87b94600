"""What a training leaves behind: a checkpoint with its curve and everything that is known of how it was made."""

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
"""Faces whose pixels are made ready at once."""
FEWEST_FOR_CURVE = 5
"""Validation people: ten pairs of people. With fewer, the curve is measured on the training people as well."""


def finished(learner: Learner, ended: str) -> Checkpoint:
    """The best weights with their impostor curve. ended: "all epochs", "patience" or "interrupted".

    The curve is measured on the validation people, whom the network was not trained on.
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
    """The best weights, or between those it started from and these."""
    if isinstance(learner.start, str) or learner.options.blend == 1:
        return learner.best
    before = learner.start.tensors()
    return {
        name: torch.lerp(before[name], after, learner.options.blend) if after.is_floating_point() else after
        for name, after in learner.best.items()
    }


def _learned_metric(learner: Learner, encoder: Encoder, validation: LabelledFaces) -> LearnedMetric | None:
    """Of the people trained on, if one is asked for."""
    if learner.options.metric != "learned":
        return None
    try:
        return learn_metric(embed_faces(learner.faces, encoder), validation, seed=learner.options.seed)
    except PhotoError:
        # Nobody has two pictures. The encoder is there none the less.
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
    """Pixels reduced by principal components, as a checkpoint like any other. Nothing of it is learned from pairs."""
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
