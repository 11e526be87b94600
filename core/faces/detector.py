"""Picture → faces with five landmarks, by YuNet (Wu et al., Machine Intelligence Research 2023) through OpenCV."""

import threading
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from core.errors import ModelError
from core.faces.boxes import OVERLAP, overlap
from core.faces.mosaic import TILE, Mosaic, View
from core.pictures.pyramid import Pyramid
from core.system.paths import ASSETS
from core.types import Box, Face, Image

YUNET = ASSETS / "models" / "face_detection_yunet_2023mar.onnx"
SCORE = 0.6
"""Least confidence of a face; at this value, every LFW picture has one."""
SCORE_AGAIN = 0.4
"""Least confidence of a face where there was one a moment ago. Of the faces found in whole frames of the test clip,
tiles show 97 % at this score, and 93 % at `SCORE`."""
SAME_PLACE = 0.2
"""Least overlap of a face with its expected box; one that moved by a third of its size both ways has 0.29."""
LIVE_SIDE = 640
"""Longest side in pixels at which live frames are searched: finds faces down to about 12 pixels wide, in 16 ms at
640×480 on one thread."""


class FaceDetector:
    """Finds faces. Thread-safe; calls from several threads take turns."""

    def __init__(self, model: Path = YUNET, *, score: float = SCORE) -> None:
        """Raises ModelError when the model's file is missing or damaged."""
        try:
            # Passed as bytes: OpenCV aborts the process if the path isn't valid text.
            network, nothing = np.frombuffer(model.read_bytes(), np.uint8), np.empty(0, np.uint8)
            self._yunet, self._yunet_again = (
                cv2.FaceDetectorYN.create("onnx", network, nothing, (320, 320), least, OVERLAP)
                for least in (score, min(score, SCORE_AGAIN))
            )
        except OSError as error:
            raise ModelError(f"The face detector {model} is missing or can't be read: reinstall Firstsight.") from error
        except cv2.error as error:
            raise ModelError(f"The face detector {model} is damaged: reinstall Firstsight.") from error
        self._turn = threading.Lock()

    def detect(self, image: Image, *, longest_side: int | None = LIVE_SIDE) -> list[Face]:
        """The faces in a picture (H×W×3 uint8 BGR), in its own pixels, largest first.

        longest_side: pixels to which a larger picture is reduced first; None never reduces it. It is never enlarged.
        """
        height, width = image.shape[:2]
        scale = min(1.0, longest_side / max(height, width)) if longest_side else 1.0
        size = (max(round(width * scale), 1), max(round(height * scale), 1))
        small = image if size == (width, height) else cv2.resize(image, size, interpolation=cv2.INTER_AREA)
        stretch = np.array([width / size[0], height / size[1]], np.float32)
        faces = [_face(row, stretch) for row in self._rows(self._yunet, np.asarray(small, np.uint8))]
        return sorted(faces, key=lambda face: face.area, reverse=True)

    def detect_again(self, picture: Pyramid, boxes: Sequence[Box]) -> list[Face | None]:
        """For each expected box, the face that is there now, or None. No face is returned for two boxes.

        Takes a few milliseconds, however large the picture; faces elsewhere aren't found.
        """
        again: list[Face | None] = []
        for face in self.detect_views(picture, [View(box) for box in boxes]):
            there = face and all(overlap(face.box, other.box) < OVERLAP for other in again if other)
            again.append(face if there else None)
        return again

    def detect_views(self, picture: Pyramid, views: Sequence[View], tile: int = TILE) -> list[Face | None]:
        """For each view, the face in its tile that overlaps the view's box most, or None.

        One that overlaps it by less than `SAME_PLACE` is a neighbour's. tile: side in pixels.
        """
        if not views:
            return []
        mosaic, alike = Mosaic(picture, views, tile), np.ones(2, np.float32)
        rows = self._rows(self._yunet_again, mosaic.image)
        here: list[list[Face]] = [[] for _ in views]
        for row in rows:
            if located := mosaic.located(_face(row, alike)):
                number, face = located
                if overlap(face.box, views[number].box) >= SAME_PLACE:
                    here[number].append(face)
        boxes = [view.box for view in views]
        return [max(n, key=lambda f: overlap(f.box, box), default=None) for n, box in zip(here, boxes, strict=True)]

    def _rows(self, yunet: cv2.FaceDetectorYN, image: Image) -> NDArray[np.float32]:
        """Box, landmarks and score of each face, n×15."""
        with self._turn:
            yunet.setInputSize((image.shape[1], image.shape[0]))
            _, rows = yunet.detect(image)
        found = np.zeros((0, 15), np.float32) if rows is None else np.asarray(rows, np.float32)
        return found[np.isfinite(found).all(axis=1)]


def _face(row: NDArray[np.float32], stretch: NDArray[np.float32]) -> Face:
    x, y, width, height = (row[:4].reshape(2, 2) * stretch).ravel().tolist()
    return Face(box=(x, y, width, height), score=float(row[14]), landmarks=row[4:14].reshape(5, 2) * stretch)
