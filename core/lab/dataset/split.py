"""Splits by person, so that nobody is on both sides: parts of a folder by name, and people held out for validation."""

import hashlib
import re
from collections.abc import Callable

import numpy as np

from core.errors import PhotoError
from core.lab.dataset.face_set import FaceSet


def in_part(part: str | None) -> Callable[[str], bool]:
    """A test for whether a person, given by name, belongs to `part`: "1/2" is the first of two halves, None everybody.

    A person's part follows from a hash of the name alone: it is the same on every machine, whoever else is there.
    Raises PhotoError when `part` is malformed.
    """
    if part is None:
        return lambda _name: True
    match = re.fullmatch(r"([1-9]\d*)/([1-9]\d*)", part)
    if not match or int(match[1]) > int(match[2]):
        raise PhotoError(f"{part!r} is not a part of the people: write 1/2 for the first half, 2/2 for the second.")
    number, parts = int(match[1]), int(match[2])
    return lambda name: int(hashlib.sha256(name.encode()).hexdigest(), 16) % parts == number - 1


def split_people(faces: FaceSet, apart: int, seed: int = 0) -> tuple[FaceSet, FaceSet]:
    """Holds out `apart` people, drawn at random by the seed. Returns the faces of the others, and theirs.

    Raises PhotoError when either side would have fewer than two people.
    """
    people = np.unique(faces.names)
    if apart < 2 or len(people) - apart < 2:
        raise PhotoError(
            f"{faces.folder} has {len(people)} people: {apart} can't be held out for validation, as training and "
            "validation need at least two each."
        )
    drawn = set(np.random.default_rng(seed).permutation(people)[:apart].tolist())
    return faces.of_people(set(people.tolist()) - drawn), faces.of_people(drawn)
