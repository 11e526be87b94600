"""Synthetic people for training on few: each is a real person whose face is warped to other proportions.

A small folder lacks people rather than pictures: a network soon memorises two dozen. If all pictures of a person are
warped smoothly in the same way, they still show one person, but a different one. Synthetic classes are a known remedy
for too few (Ni et al., arXiv 2010.07092, rotate pictures by right angles to get more).
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from core.lab.dataset.face_set import FaceSet

GRID = 4
"""Control points of the warp across and down; it is interpolated smoothly between them."""
DISPLACEMENT = 7.5 / 168
"""Standard deviation of the control points' displacements, as a share of the crop's side."""
LEAST_STRETCH, MOST_STRETCH = 0.88, 1.14
"""Least and greatest horizontal scale at which the original is sampled: below 1 the face gets wider, above narrower."""


def with_invented(faces: FaceSet, each: int, seed: int = 0) -> FaceSet:
    """The faces, with `each` synthetic people added per real one, named `NAME *1`, …; deterministic by seed."""
    names, files, crops = [faces.names], list(faces.files), [np.asarray(faces.crops)]
    people = np.unique(faces.names)
    for number in range(1, each + 1):
        for person, name in enumerate(people):
            rows = np.flatnonzero(faces.names == name)
            warp = _draw_warp(faces.crops.shape[1], np.random.default_rng([seed, number, person]))
            names.append(np.full(len(rows), f"{name} *{number}"))
            files += [f"{faces.files[row]} *{number}" for row in rows]
            crops.append(np.stack([_warped(faces.crops[row], warp) for row in rows]))
    joined = np.concatenate(names)
    order = np.argsort(joined, kind="stable")
    ordered = tuple(files[row] for row in order)
    return FaceSet(faces.folder, joined[order], ordered, np.concatenate(crops)[order], degraded=faces.degraded)


def _draw_warp(side: int, random: np.random.Generator) -> NDArray[np.float32]:
    """A random warp, side×side×2: the position (x, y) in the crop that each pixel of the result is taken from."""
    moves = random.normal(0, DISPLACEMENT * side, (2, GRID, GRID))
    across, down = (cv2.resize(move, (side, side), interpolation=cv2.INTER_CUBIC) for move in moves)
    y, x = np.mgrid[:side, :side]
    middle = (side - 1) / 2
    stretch = random.uniform(LEAST_STRETCH, MOST_STRETCH)
    return np.stack([(x - middle) * stretch + middle + across, y + down], -1).astype(np.float32)


def _warped(crop: NDArray[np.uint8], warp: NDArray[np.float32]) -> NDArray[np.uint8]:
    warped = cv2.remap(crop, warp[..., 0], warp[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(warped, np.uint8)
