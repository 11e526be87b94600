"""A sequence of unrelated pictures, such as a folder of photos: each is recognised separately."""

from collections.abc import Callable
from dataclasses import replace

from core.types import Frame, Image, Recognition, RecognizedFace


class Stills:
    """Recognises each frame separately, as a photo. Call it from one thread."""

    def __init__(self, examine: Callable[[Image], list[RecognizedFace]]) -> None:
        """examine: finds and recognises every face of a photo."""
        self._examine = examine
        self._faces = 0

    def __call__(self, frame: Frame) -> Recognition:
        """Recognises every face in the picture. Each is a track of its own, numbered on from the picture before."""
        faces = []
        for face in self._examine(frame.image):
            self._faces += 1
            faces.append(replace(face, track=self._faces))
        return Recognition(frame, tuple(faces))
