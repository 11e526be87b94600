"""Saves recognised frames as a video, with names drawn in."""

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np

from core.live.video_writer import VideoWriter, check_ending
from core.pictures.lettering import plate
from core.types import Image, Recognition, RecognizedFace

KNOWN, UNKNOWN = (96, 174, 0), (0, 150, 245)
"""Colours of a face's box and label, BGR."""
SLOWEST = 0.01
"""Lowest nominal frame rate, in frames per second."""
LONGEST_SIDE = 4096
"""Longest side of the video in pixels; larger frames are scaled down."""


class Recording:
    """A video of the recognised frames.

    Each frame is shown until the next one's time, so that the video lasts as long as what was watched, even if frames
    were skipped.
    """

    def __init__(self, path: Path, fps: Callable[[], float]) -> None:
        """fps: called for the nominal frame rate when needed. Raises OutputError if the file extension isn't a video's.

        An existing file is overwritten; `core.system.output.check_output` guards against that.
        """
        check_ending(path)
        self._path = path
        self._fps = fps
        self._writer: VideoWriter | None = None
        self._size = (0, 0)
        self._began = 0.0
        self._lasted = 0.0
        self._waiting: tuple[Image, float] | None = None
        """The newest frame and its time, written once the next frame tells how long it lasts."""

    def add(self, result: Recognition) -> None:
        """Adds one result. The first frame sets the video's size; others are fitted into it without stretching.

        Raises OutputError if the file can't be written, as on a full disk.
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
        """Finishes the file. Raises OutputError as `add` does.

        end: when the last frame ends, in seconds by the frames' clock; if None, it lasts as long as the one before.
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
    """Scales a picture (H×W×3) to fit width × height, centred on black."""
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
    """Width and height of the video, from its first frame."""
    height, width = image.shape[:2]
    scale = min(LONGEST_SIDE / max(width, height), 1.0)
    return max(round(width * scale), 1), max(round(height * scale), 1)


def drawn(result: Recognition) -> Image:
    """A copy of the frame with a box and a label around each face: name and similarity, or Unknown."""
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
    _paste(image, text, x, y - len(text) if y >= len(text) else y + height)


def _paste(image: Image, part: Image, x: int, y: int) -> None:
    """Pastes a part into the image, moved inside and cropped if too large."""
    x = max(min(x, image.shape[1] - part.shape[1]), 0)
    y = max(min(y, image.shape[0] - part.shape[0]), 0)
    place = image[y : y + part.shape[0], x : x + part.shape[1]]
    place[:] = part[: place.shape[0], : place.shape[1]]
