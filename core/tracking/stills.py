"""Successive pictures that have nothing to do with each other: each is searched and recognised as a photo."""

from collections.abc import Callable
from dataclasses import replace

from core.types import Frame, Image, Recognition, RecognizedFace


class Stills:
    """Recognises each frame by itself. Call it from one thread."""

    def __init__(self, examine: Callable[[Image], list[RecognizedFace]]) -> None:
        """examine: finds and recognises every face of a photo."""
        self._examine = examine
        self._faces = 0

    def __call__(self, frame: Frame) -> Recognition:
        """Every face of the picture, numbered on from those of the pictures before, as each is a track of its own."""
        faces = []
        for face in self._examine(frame.image):
            self._faces += 1
            faces.append(replace(face, track=self._faces))
        return Recognition(frame, tuple(faces))
