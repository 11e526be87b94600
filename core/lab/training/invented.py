"""People who don't exist, for a training on few: each is a real one with other proportions.

What is scarce in a small folder is people, not pictures: a network soon knows two dozen by heart. Bent smoothly, all
pictures of a person alike, faces stay faces of one person, but another one. Classes made so are an old remedy for few
(Ni et al., arXiv 2010.07092, turn pictures by right angles to get more of them).
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from core.lab.dataset.face_set import FaceSet

GRID = 4
"""Points across and down at which the bending is drawn; between them it is smooth."""
BEND = 7.5 / 168
"""Standard deviation of their moves, as part of the crop's side."""
NARROW, WIDE = 0.88, 1.14
"""Least and most width of a face, by its own."""


def with_invented(faces: FaceSet, each: int, seed: int = 0) -> FaceSet:
    """All faces, and so many invented people made of each real one. The same for the same seed."""
    names, files, crops = [faces.names], list(faces.files), [np.asarray(faces.crops)]
    people = np.unique(faces.names)
    for number in range(1, each + 1):
        for person, name in enumerate(people):
            rows = np.flatnonzero(faces.names == name)
            bend = _bend(faces.crops.shape[1], np.random.default_rng([seed, number, person]))
            names.append(np.full(len(rows), f"{name} *{number}"))
            files += [f"{faces.files[row]} *{number}" for row in rows]
            crops.append(np.stack([_bent(faces.crops[row], bend) for row in rows]))
    joined = np.concatenate(names)
    order = np.argsort(joined, kind="stable")
    ordered = tuple(files[row] for row in order)
    return FaceSet(faces.folder, joined[order], ordered, np.concatenate(crops)[order], degraded=faces.degraded)


def _bend(side: int, random: np.random.Generator) -> NDArray[np.float32]:
    """side×side×2: from where in a crop each pixel of the bent one comes, x and y."""
    moves = random.normal(0, BEND * side, (2, GRID, GRID))
    across, down = (cv2.resize(move, (side, side), interpolation=cv2.INTER_CUBIC) for move in moves)
    y, x = np.mgrid[:side, :side]
    middle = (side - 1) / 2
    return np.stack([(x - middle) * random.uniform(NARROW, WIDE) + middle + across, y + down], -1).astype(np.float32)


def _bent(crop: NDArray[np.uint8], bend: NDArray[np.float32]) -> NDArray[np.uint8]:
    bent = cv2.remap(crop, bend[..., 0], bend[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(bent, np.uint8)
