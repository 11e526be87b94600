"""What a training leaves behind: a checkpoint with its curve and everything that is known of how it was made."""

from dataclasses import asdict

import numpy as np
import torch

from core.checkpoint import Checkpoint
from core.encoder import Encoder
from core.evaluation.calibration import calibrate
from core.evaluation.people import LabelledFaces, embed_faces
from core.training.learner import Learner
from core.training.state import described, named

FEWEST_FOR_CURVE = 5
"""Validation people: ten pairs of people. With fewer, the curve is measured on the training people as well."""


def finished(learner: Learner, ended: str) -> Checkpoint:
    """The best weights with their impostor curve. ended: "all epochs", "patience" or "interrupted".

    The curve is measured on the validation people, whom the network was not trained on.
    """
    bare = Checkpoint(learner.architecture, learner.best)
    encoder = Encoder(bare)
    faces, people = _for_curve(learner, encoder)
    curve = calibrate(faces, encoder.id, least_people=2)
    before, *history = learner.history
    about = {
        "options": asdict(learner.options),
        "start": named(learner.start),
        "training": described(learner.faces),
        "validation": described(learner.validation),
        "before": before,
        "best": learner.history[learner.best_epoch],
        "ended": ended,
        "curve": people,
        "processes": learner.processes.count,
        "device": str(learner.processes.device),
        "torch": torch.__version__,
    }
    return Checkpoint(bare.architecture, bare.weights, curve, tuple(history), about)


def _for_curve(learner: Learner, encoder: Encoder) -> tuple[LabelledFaces, str]:
    validation = embed_faces(learner.validation, encoder)
    if validation.people >= FEWEST_FOR_CURVE:
        return validation, f"{validation.people} validation people"
    training = embed_faces(learner.faces, encoder)
    names = np.concatenate([training.names, validation.names])
    embeddings = np.concatenate([training.embeddings, validation.embeddings])
    both = LabelledFaces(training.folder, names, embeddings)
    return both, f"all {both.people} people, those trained on among them: its rates are too low"
