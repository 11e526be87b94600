"""A video file."""

from pathlib import Path

import cv2
import numpy as np

from core.errors import SourceError
from core.types import Image

USUAL_FPS = 25.0
"""For files that don't say."""


class VideoFile:
    """Reads a file's frames in order, upright, with the file's own time stamps."""

    live = False
    can_resume = False

    def __init__(self, path: Path) -> None:
        self.path = path
        self.name = path.name
        self.fps = USUAL_FPS
        self._capture: cv2.VideoCapture | None = None
        self._frames = 0
        self._time = 0.0

    def open(self) -> None:
        """Raises SourceError when it is no video."""
        if not self.path.is_file():
            raise SourceError(f"There is no file {self.path}: choose a video.")
        capture = cv2.VideoCapture(str(self.path), cv2.CAP_FFMPEG)
        if not capture.isOpened():
            capture.release()
            raise SourceError(f"{self.path} can't be played: choose a video such as MP4, MOV, MKV or AVI.")
        fps = capture.get(cv2.CAP_PROP_FPS)
        self.fps = fps if 1 <= fps <= 240 else USUAL_FPS
        self._capture = capture

    def read(self) -> tuple[Image, float] | None:
        """Raises SourceError when not even the first frame can be decoded."""
        if self._capture is None:
            return None
        done, image = self._capture.read()
        if not done:
            if self._frames == 0:
                raise SourceError(f"{self.path} holds no frame that can be decoded: choose another video.")
            return None
        stamp = self._capture.get(cv2.CAP_PROP_POS_MSEC) / 1000
        nominal = self._frames / self.fps
        # Time stamps must rise; a file whose own don't is played at its frame rate.
        self._time = stamp if self._frames and stamp > self._time else max(nominal, self._time)
        self._frames += 1
        return np.asarray(image, dtype=np.uint8), self._time

    def close(self) -> None:
        """Closes the file."""
        if self._capture is not None:
            self._capture.release()
            self._capture = None

    def fresh(self) -> "VideoFile":
        """From the beginning."""
        return VideoFile(self.path)
