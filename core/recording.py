"""Saves what was recognised as a video with names."""

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np

from core.errors import SourceError
from core.types import Image, Recognition, RecognizedFace

KNOWN, UNKNOWN = (96, 174, 0), (0, 150, 245)
"""BGR."""


class Recording:
    """An MP4 of the frames recognised; a frame that stands for skipped ones is repeated, so that time stays right."""

    def __init__(self, path: Path, fps: Callable[[], float]) -> None:
        """fps: asked when the first frame comes. Raises SourceError when the place can't be written."""
        if not path.parent.is_dir():
            raise SourceError(f"There is no folder {path.parent}: save the video elsewhere.")
        self._path = path
        self._fps = fps
        self._writer: cv2.VideoWriter | None = None
        self._size = (0, 0)
        self._next = 0

    def add(self, result: Recognition) -> None:
        """One result. Frames of another size than the first are fitted to it."""
        image = drawn(result)
        if self._writer is None:
            self._size = (image.shape[1], image.shape[0])
            self._next = result.frame.index
            self._writer = cv2.VideoWriter(str(self._path), cv2.VideoWriter.fourcc(*"mp4v"), self._fps(), self._size)
            if not self._writer.isOpened():
                raise SourceError(f"{self._path} can't be written as a video: name a file that ends in .mp4.")
        if (image.shape[1], image.shape[0]) != self._size:
            image = np.asarray(cv2.resize(image, self._size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
        while self._next <= result.frame.index:
            self._writer.write(image)
            self._next += 1

    def close(self) -> None:
        """Finishes the file."""
        if self._writer is not None:
            self._writer.release()


def drawn(result: Recognition) -> Image:
    """A copy of the frame with each face framed and labelled: name and similarity, or Unknown."""
    image = result.frame.image.copy()
    for face in result.faces:
        _draw(image, face)
    return image


def _draw(image: Image, face: RecognizedFace) -> None:
    x, y, width, height = (round(value) for value in face.face.box)
    named = face.decision.named
    colour = KNOWN if named else UNKNOWN
    thickness = max(round(image.shape[0] / 360), 1)
    cv2.rectangle(image, (x, y), (x + width, y + height), colour, thickness, cv2.LINE_AA)
    label = f"{named.name}  {named.similarity:.2f}" if named else "? Unknown"
    size = max(round(image.shape[0] / 30), 11)
    font = cv2.FontFace("uni")
    left, top, text_width, text_height = cv2.getTextSize((0, 0), label, (0, 0), font, size)
    x = max(min(x, image.shape[1] - text_width - 8), 0)
    base = y - 6 if y > text_height + 12 else y + height + text_height + 6
    corner = (x + left, base + top - 4 if top < 0 else base - text_height - 4)
    cv2.rectangle(image, corner, (x + text_width + 8, base + 6), colour, -1)
    cv2.putText(image, label, (x + 4, base), (255, 255, 255), font, size)
