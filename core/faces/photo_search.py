"""Finds every face in a still photo, small or large, at any rotation.

Unlike a live frame, a photo may take more than milliseconds. It is searched at full size, at half of that, and so on,
since YuNet finds faces of about 12 to 300 pixels. Then each face is detected again in a tile of its own, rotated
upright.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from core.faces.boxes import covered, merged
from core.faces.detector import SCORE, FaceDetector
from core.faces.upright import stood_upright
from core.pictures.pyramid import Pyramid
from core.types import Face, Image

SMALLEST_SIDE = 160
"""Longest side in pixels of the coarsest search, at which even a face that fills the picture is small enough."""
MOST_PIXELS = 40_000_000
"""Pixels at most; larger pictures are halved first, since finding their smallest faces isn't worth minutes."""
WINDOW, SHARED = 1280, 320
"""Side and overlap in pixels of the windows by which large pictures are searched, to bound memory. The overlap exceeds
the largest face that only this level finds."""
INSIDE_ANOTHER = 0.8
"""A box with at least this share inside a box of more than twice its area is part of that face."""


def faces_in_photo(detector: FaceDetector, image: Image) -> list[Face]:
    """Every face in a photo (H×W×3 uint8 BGR), at any rotation, largest first.

    Landmarks are named from the person's view, so that even an upside-down face is cropped upright.
    """
    found = _search(detector, image)
    for quarters in _quarters_to_try(found):
        turned = np.ascontiguousarray(np.rot90(image, quarters))
        more = [turned_back(face, quarters, image) for face in _search(detector, turned)]
        found = merged(more, found)
    return sorted(found, key=lambda face: face.area, reverse=True)


def turned_back(face: Face, quarters: int, image: Image) -> Face:
    """Maps a face found in `np.rot90(image, quarters)` to the pixels of `image`."""
    side, other = image.shape[:2] if quarters % 2 == 0 else image.shape[1::-1]
    x, y, width, height = face.box
    points = face.landmarks
    for _ in range(quarters % 4):
        # A quarter turn counter-clockwise maps (x, y) in a picture W wide to (y, W - x); W becomes its height, `side`.
        x, y, width, height = side - y - height, x, height, width
        points = np.column_stack([side - 1 - points[:, 1], points[:, 0]])
        side, other = other, side
    return Face((x, y, width, height), face.score, points.astype(np.float32))


def quarters_turned(faces: Sequence[Face]) -> int:
    """Quarter turns that `np.rot90` needs so that most faces of a picture are upright, 0 to 3."""
    quarters = [round(face.roll / 90) % 4 for face in faces]
    return max(sorted(set(quarters)), key=quarters.count, default=0)


def _quarters_to_try(found: Sequence[Face]) -> tuple[int, ...]:
    """Quarter turns at which to search again: the one that most faces need, or all three if none were found."""
    if not found:
        return (1, 2, 3)
    most = quarters_turned(found)
    return (most,) if most else ()


def _search(detector: FaceDetector, image: Image) -> list[Face]:
    """Faces of any size in a picture where most are upright, each detected again in its own tile."""
    picture = Pyramid(image)
    found: list[Face] = []
    for level, smaller in _levels(picture):
        for x, y in _windows(level):
            window = np.ascontiguousarray(level[y : y + WINDOW, x : x + WINDOW])
            faces = [_enlarged(face, x, y, smaller) for face in detector.detect(window, longest_side=None)]
            found = _surest(found, faces)
    close = [face for one in found if (face := stood_upright(detector, picture, one.box)) and face.score >= SCORE]
    return _whole(_surest([], close))


def _levels(picture: Pyramid) -> Iterator[tuple[Image, int]]:
    """The picture at full size, half of that and so on, with the factor by which each level is smaller."""
    rows, columns = picture.image.shape[:2]
    smaller = 1
    while rows * columns / smaller**2 > MOST_PIXELS:
        smaller *= 2
    while True:
        level, smaller = picture.at_least(1 / smaller)
        yield level, smaller
        if max(level.shape[:2]) <= SMALLEST_SIDE or min(level.shape[:2]) < 2:
            return
        smaller *= 2


def _windows(image: Image) -> list[tuple[int, int]]:
    """(x, y) of the top left corners of windows that cover a picture."""
    across, down = (_starts(length) for length in image.shape[1::-1])
    return [(x, y) for y in down for x in across]


def _starts(length: int) -> list[int]:
    count = max(-(-(length - SHARED) // (WINDOW - SHARED)), 1)
    last = max(length - WINDOW, 0)
    return [round(last * number / max(count - 1, 1)) for number in range(count)]


def _enlarged(face: Face, x: int, y: int, smaller: int) -> Face:
    """Maps a face found in the window at (x, y) of a level to the picture's pixels."""
    left, top, width, height = face.box
    box = ((left + x) * smaller, (top + y) * smaller, width * smaller, height * smaller)
    return Face(box, face.score, (face.landmarks + np.array([x, y], np.float32)) * smaller)


def _surest(found: Sequence[Face], more: Sequence[Face]) -> list[Face]:
    """All faces, with only the most confident of several detections of one face."""
    kept: list[Face] = []
    for face in sorted([*found, *more], key=lambda face: -face.score):
        kept = merged(kept, [face])
    return kept


def _whole(faces: Sequence[Face]) -> list[Face]:
    """The faces without those that are only part of another."""
    return [
        face
        for face in faces
        if all(other.area <= 2 * face.area or covered(face.box, other.box) < INSIDE_ANOTHER for other in faces)
    ]
