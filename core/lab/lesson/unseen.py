"""Which people of a folder an encoder was trained on, and which it hasn't seen: only these show how good it is."""

from typing import Any

import numpy as np

from core.encoder.checkpoint import Checkpoint
from core.errors import PhotoError
from core.lab.dataset.face_set import FaceSet
from core.lab.dataset.split import split_people


def unseen(faces: FaceSet, checkpoint: Checkpoint) -> FaceSet:
    """The faces that the encoder was not trained on: all of them, or those of the people held out for validation if the
    encoder was trained on this folder.

    Raises PhotoError when the encoder was trained on a folder of that name with another number of people.
    """
    return _split(faces, checkpoint)[1] if _trained_on(faces, checkpoint.about) else faces


def seen(faces: FaceSet, checkpoint: Checkpoint) -> FaceSet | None:
    """The faces that the encoder was trained on; None if it was trained on another folder. Raises PhotoError like
    `unseen`."""
    return _split(faces, checkpoint)[0] if _trained_on(faces, checkpoint.about) else None


def several_pictures(faces: FaceSet) -> int:
    """Number of people with two or more pictures."""
    return int((np.unique(faces.names, return_counts=True)[1] > 1).sum())


def _trained_on(faces: FaceSet, about: dict[str, Any]) -> bool:
    return "validation" in about and about.get("training", {}).get("folder") == faces.folder


def _split(faces: FaceSet, checkpoint: Checkpoint) -> tuple[FaceSet, FaceSet]:
    """The training and validation people, split in the same way as for the training."""
    training, validation = (checkpoint.about[which]["people"] for which in ("training", "validation"))
    if training + validation != faces.people:
        raise PhotoError(
            f"The encoder was trained on {training} and validated on {validation} people of {faces.folder}, which now "
            f"has {faces.people}: give the same folder as in training, or a folder of other people."
        )
    # Eigenfaces aren't learned from labels, and record no seed.
    return split_people(faces, validation, int(checkpoint.about.get("options", {}).get("seed", 0)))
