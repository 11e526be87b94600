"""The faces of a still photo: small ones, large ones, and such as don't stand upright.

A live frame has to be searched in milliseconds, a photo once. So it is searched at its own size and at each half of
that, since YuNet finds faces of about 12 to 300 pixels; then each face is looked at in a tile of its own, in the turn
in which it stands upright.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from core.faces.boxes import covered, merged
from core.faces.detector import SCORE, FaceDetector
from core.faces.upright import stood_upright
from core.pictures.pyramid import Pyramid
from core.types import Face, Image

SMALLEST_SIDE = 160
"""Longest side in pixels of the coarsest search: a face that fills the picture is small enough to be found there."""
MOST_PIXELS = 40_000_000
"""Larger pictures are searched at half their size first: smaller faces in them are not worth minutes."""
WINDOW, SHARED = 1280, 320
"""Large pictures are searched window by window, to bound memory: side in pixels, and how far neighbours overlap, which
is more than the largest face that only this level shows."""
INSIDE_ANOTHER = 0.8
"""A smaller box that is covered to this share by a larger face is a part of that face."""


def faces_in_photo(detector: FaceDetector, image: Image) -> list[Face]:
    """Every face of H×W×3 uint8 BGR, whichever way up, largest first.

    Landmarks are the person's own, so that a face that stands on its head is cut out upright.
    """
    found = _search(detector, image)
    for quarters in _quarters_to_try(found):
        turned = np.ascontiguousarray(np.rot90(image, quarters))
        more = [turned_back(face, quarters, image) for face in _search(detector, turned)]
        found = merged(more, found)
    return sorted(found, key=lambda face: face.area, reverse=True)


def turned_back(face: Face, quarters: int, image: Image) -> Face:
    """A face found in `np.rot90(image, quarters)`, in the pixels of `image`."""
    side, other = image.shape[:2] if quarters % 2 == 0 else image.shape[1::-1]
    x, y, width, height = face.box
    points = face.landmarks
    for _ in range(quarters % 4):
        # A quarter counter-clockwise takes (x, y) of a picture W wide to (y, W - x); W is then the height, `side`.
        x, y, width, height = side - y - height, x, height, width
        points = np.column_stack([side - 1 - points[:, 1], points[:, 0]])
        side, other = other, side
    return Face((x, y, width, height), face.score, points.astype(np.float32))


def quarters_turned(faces: Sequence[Face]) -> int:
    """By how many quarters `np.rot90` has to turn a picture so that most of its faces stand upright: 0 to 3."""
    quarters = [round(face.roll / 90) % 4 for face in faces]
    return max(sorted(set(quarters)), key=quarters.count, default=0)


def _quarters_to_try(found: Sequence[Face]) -> tuple[int, ...]:
    """By how many quarters to turn the picture for another search: as most faces in it are, or in every way if there
    are none."""
    if not found:
        return (1, 2, 3)
    most = quarters_turned(found)
    return (most,) if most else ()


def _search(detector: FaceDetector, image: Image) -> list[Face]:
    """Faces of a picture, most of which stand upright: at every size, each looked at closely."""
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
    """The picture and its halves, and how many times smaller each is."""
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
    """Corners (x, y) of windows that cover a picture."""
    across, down = (_starts(length) for length in image.shape[1::-1])
    return [(x, y) for y in down for x in across]


def _starts(length: int) -> list[int]:
    count = max(-(-(length - SHARED) // (WINDOW - SHARED)), 1)
    last = max(length - WINDOW, 0)
    return [round(last * number / max(count - 1, 1)) for number in range(count)]


def _enlarged(face: Face, x: int, y: int, smaller: int) -> Face:
    """A face of a window at (x, y) of a level, in the picture's pixels."""
    left, top, width, height = face.box
    box = ((left + x) * smaller, (top + y) * smaller, width * smaller, height * smaller)
    return Face(box, face.score, (face.landmarks + np.array([x, y], np.float32)) * smaller)


def _surest(found: Sequence[Face], more: Sequence[Face]) -> list[Face]:
    """All faces, of those that are one the surest only."""
    kept: list[Face] = []
    for face in sorted([*found, *more], key=lambda face: -face.score):
        kept = merged(kept, [face])
    return kept


def _whole(faces: Sequence[Face]) -> list[Face]:
    """Without what is only a part of another face."""
    return [
        face
        for face in faces
        if all(other.area <= 2 * face.area or covered(face.box, other.box) < INSIDE_ANOTHER for other in faces)
    ]
