"""Whom an encoder was trained on, and whom it has never seen: only the latter say how it does on new people."""

from typing import Any

import numpy as np

from core.encoder.checkpoint import Checkpoint
from core.errors import PhotoError
from core.lab.dataset.face_set import FaceSet
from core.lab.dataset.split import split_people


def unseen(faces: FaceSet, checkpoint: Checkpoint) -> FaceSet:
    """All faces of a folder; of the one that the encoder was trained on, those of the people kept apart.

    Raises PhotoError when the encoder was trained on a folder of that name with other people in it.
    """
    return _split(faces, checkpoint)[1] if _trained_on(faces, checkpoint.about) else faces


def seen(faces: FaceSet, checkpoint: Checkpoint) -> FaceSet | None:
    """The faces that the encoder was trained on; None when it was another folder's. Raises PhotoError as `unseen`."""
    return _split(faces, checkpoint)[0] if _trained_on(faces, checkpoint.about) else None


def several_pictures(faces: FaceSet) -> int:
    """People with two pictures or more."""
    return int((np.unique(faces.names, return_counts=True)[1] > 1).sum())


def _trained_on(faces: FaceSet, about: dict[str, Any]) -> bool:
    return "validation" in about and about.get("training", {}).get("folder") == faces.folder


def _split(faces: FaceSet, checkpoint: Checkpoint) -> tuple[FaceSet, FaceSet]:
    """As the training split them."""
    training, validation = (checkpoint.about[which]["people"] for which in ("training", "validation"))
    if training + validation != faces.people:
        raise PhotoError(
            f"The encoder was trained on {training} and validated on {validation} people of {faces.folder}, and "
            f"{faces.people} are there: give the same folder as then, or one of other people."
        )
    # Eigenfaces are not learned from who is who, and record no seed.
    return split_people(faces, validation, int(checkpoint.about.get("options", {}).get("seed", 0)))
