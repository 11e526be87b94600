"""Synthetic faces: each person is a pattern, each of their pictures the pattern with a little noise."""

import numpy as np

from core.lab.dataset.face_set import FaceSet


def pattern_faces(people: int, pictures: int = 4, seed: int = 0, first: int = 0) -> FaceSet:
    random = np.random.default_rng(seed)
    patterns = random.integers(0, 255, (people, 7, 7, 3))
    clean = np.repeat(patterns, pictures, 0).repeat(16, 1).repeat(16, 2)
    crops = np.clip(clean + random.normal(0, 12, clean.shape), 0, 255).astype(np.uint8)
    names = np.repeat([f"Person {first + person:03}" for person in range(people)], pictures)
    files = tuple(f"{name}/{row:04}.png" for row, name in enumerate(names))
    return FaceSet("patterns", names.astype(np.str_), files, crops)
