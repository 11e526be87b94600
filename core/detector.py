"""Picture → faces with five landmarks, by YuNet (Wu et al., Machine Intelligence Research 2023) through OpenCV."""

import threading
from pathlib import Path

import cv2
import numpy as np

from core.errors import ModelError
from core.paths import ASSETS
from core.types import Face, Image

YUNET = ASSETS / "models" / "face_detection_yunet_2023mar.onnx"
SCORE = 0.6
"""Least confidence of a face: the value at which every picture of LFW has one."""
OVERLAP = 0.3
"""Boxes that share more than this (intersection over union) are one face."""
LIVE_SIDE = 640
"""Longest side in pixels for live frames: faces down to about 12 px there, 16 ms on one thread at 640×480."""
PHOTO_SIDES = (640, 1280)
"""Longest sides tried on a photo, until there is a face: a close portrait fits the first, a group the second."""


class FaceDetector:
    """Finds faces. May be used from several threads; they take turns."""

    def __init__(self, model: Path = YUNET, *, score: float = SCORE) -> None:
        """Raises ModelError when the model's file is missing or damaged."""
        if not model.is_file():
            raise ModelError(f"The face detector {model.name} is missing from {model.parent}: reinstall Firstsight.")
        try:
            self._yunet = cv2.FaceDetectorYN.create(str(model), "", (320, 320), score, OVERLAP)
        except cv2.error as error:
            raise ModelError(f"The face detector {model.name} can't be read: reinstall Firstsight.") from error
        self._turn = threading.Lock()

    def detect(self, image: Image, *, longest_side: int | None = LIVE_SIDE) -> list[Face]:
        """Faces in H×W×3 uint8 BGR, largest first, in the picture's own pixels.

        The picture is shrunk to `longest_side` pixels first if it is larger (None: never); it is never enlarged.
        """
        height, width = image.shape[:2]
        scale = min(1.0, longest_side / max(height, width)) if longest_side else 1.0
        size = (max(round(width * scale), 1), max(round(height * scale), 1))
        small = image if size == (width, height) else cv2.resize(image, size, interpolation=cv2.INTER_AREA)
        with self._turn:
            self._yunet.setInputSize(size)
            _, rows = self._yunet.detect(small)
        if rows is None:
            return []
        stretch = np.array([width / size[0], height / size[1]], np.float32)
        faces = [_face(row, stretch) for row in np.asarray(rows, np.float32) if np.isfinite(row).all()]
        return sorted(faces, key=lambda face: face.area, reverse=True)

    def detect_in_photo(self, image: Image) -> list[Face]:
        """Faces of a still photo, largest first: looked for with more care than in a live frame."""
        found: list[Face] = []
        for side in PHOTO_SIDES:
            found = _merged(found, self.detect(image, longest_side=side))
            if max(image.shape[:2]) <= side:
                break
        return sorted(found, key=lambda face: face.area, reverse=True)


def _face(
    row: np.ndarray[tuple[int], np.dtype[np.float32]], stretch: np.ndarray[tuple[int], np.dtype[np.float32]]
) -> Face:
    x, y, width, height = (row[:4].reshape(2, 2) * stretch).ravel().tolist()
    return Face(box=(x, y, width, height), score=float(row[14]), landmarks=row[4:14].reshape(5, 2) * stretch)


def overlap(a: Face, b: Face) -> float:
    """Intersection over union of two faces' boxes, 0 to 1."""
    (ax, ay, aw, ah), (bx, by, bw, bh) = a.box, b.box
    width = min(ax + aw, bx + bw) - max(ax, bx)
    height = min(ay + ah, by + bh) - max(ay, by)
    if width <= 0 or height <= 0:
        return 0.0
    return width * height / (a.area + b.area - width * height)


def _merged(found: list[Face], more: list[Face]) -> list[Face]:
    return found + [face for face in more if all(overlap(face, other) < OVERLAP for other in found)]
