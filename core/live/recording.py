"""Saves what was recognised as a video with names."""

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np

from core.live.video_writer import VideoWriter, check_ending
from core.pictures.lettering import plate
from core.types import Image, Recognition, RecognizedFace

KNOWN, UNKNOWN = (96, 174, 0), (0, 150, 245)
"""BGR."""
SLOWEST = 0.01
"""Frames a second."""
LONGEST_SIDE = 4096
"""Pixels of the video; larger frames are reduced to it."""


class Recording:
    """The frames recognised, each shown from its own time until the next one's, so that the video lasts as long as what
    was watched, whatever was skipped.
    """

    def __init__(self, path: Path, fps: Callable[[], float]) -> None:
        """fps: asked when the first frame comes. Raises OutputError when the name's ending is none of a video's.

        That nothing is overwritten, `core.system.output.check_output` sees to.
        """
        check_ending(path)
        self._path = path
        self._fps = fps
        self._writer: VideoWriter | None = None
        self._size = (0, 0)
        self._began = 0.0
        self._lasted = 0.0
        self._waiting: tuple[Image, float] | None = None
        """The newest frame and its time: how long it lasts is known when the next one comes."""

    def add(self, result: Recognition) -> None:
        """One result. The first frame's shape is the video's; others are fitted into it, none is stretched.

        Raises OutputError when it can't be written, such as on a full disk.
        """
        image = drawn(result)
        if self._writer is None:
            self._size = _canvas(image)
            self._began = result.frame.time
            self._writer = VideoWriter(self._path, *self._size, self._usual_fps())
        moment = result.frame.time - self._began
        self._write_waiting(moment)
        self._waiting = (fitted(image, *self._size), moment)

    def _usual_fps(self) -> float:
        return max(self._fps(), SLOWEST)

    def _write_waiting(self, until: float) -> None:
        if self._writer and self._waiting:
            (image, moment), self._waiting = self._waiting, None
            self._lasted = max(until - moment, 0.0)
            self._writer.write(image, moment, self._lasted)

    def close(self, end: float | None = None) -> None:
        """Finishes the file. end: when the last frame's time is over, by the frames' clock; unless it is known, that
        frame lasts as long as the one before. Raises OutputError as `add` does.
        """
        if self._writer is None:
            return
        try:
            if self._waiting:
                moment = self._waiting[1]
                told = end - self._began if end is not None else moment
                self._write_waiting(told if told > moment else moment + (self._lasted or 1 / self._usual_fps()))
        finally:
            self._writer.close()


def fitted(image: Image, width: int, height: int) -> Image:
    """H×W×3, in the middle of a black picture of that size, as large as it goes there."""
    rows, columns = image.shape[:2]
    if (columns, rows) == (width, height):
        return image
    scale = min(width / columns, height / rows)
    size = max(round(columns * scale), 1), max(round(rows * scale), 1)
    scaled = cv2.resize(image, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    canvas = np.zeros((height, width, 3), np.uint8)
    left, top = (width - size[0]) // 2, (height - size[1]) // 2
    canvas[top : top + size[1], left : left + size[0]] = scaled
    return canvas


def _canvas(image: Image) -> tuple[int, int]:
    """Width and height of the video whose first frame this is."""
    height, width = image.shape[:2]
    scale = min(LONGEST_SIDE / max(width, height), 1.0)
    return max(round(width * scale), 1), max(round(height * scale), 1)


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
    text = plate(label, max(round(image.shape[0] / 30), 11), colour)
    _lay(image, text, x, y - len(text) if y >= len(text) else y + height)


def _lay(image: Image, part: Image, x: int, y: int) -> None:
    """Over the image, moved inside as far as it fits."""
    x = max(min(x, image.shape[1] - part.shape[1]), 0)
    y = max(min(y, image.shape[0] - part.shape[0]), 0)
    place = image[y : y + part.shape[0], x : x + part.shape[1]]
    place[:] = part[: place.shape[0], : place.shape[1]]
