"""A camera on the network: RTSP, or HTTP with motion JPEG."""

import os
import threading
import time
from urllib.parse import urlsplit, urlunsplit

import cv2
import numpy as np

from core.errors import SourceError
from core.types import Image

SCHEMES = ("rtsp", "rtsps", "http", "https")
OPEN_SECONDS = 5.0
READ_SECONDS = 5.0
"""Without these, FFmpeg waits half a minute for a silent server."""

_one_open_at_a_time = threading.Lock()
"""FFmpeg's opening is not safe to run twice at once in one process."""


class NetworkStream:
    """One address. Its frames are timed when they arrive: streams' own stamps jump."""

    live = True
    can_resume = True

    def __init__(self, address: str) -> None:
        """Raises SourceError when the address is none."""
        try:
            parts = urlsplit(address)
            host, _ = parts.hostname, parts.port
        except ValueError:
            parts, host = None, None
        if parts is None or parts.scheme.lower() not in SCHEMES or not host:
            raise SourceError("This is no stream's address: write it as rtsp://host/path or http://host/path.")
        self._address = address
        shown = parts.netloc.rpartition("@")[2]
        self.name = urlunsplit((parts.scheme, shown, parts.path, "", ""))
        self.fps = 25.0
        self._capture: cv2.VideoCapture | None = None
        self._began = 0.0

    def open(self) -> None:
        """Raises SourceError when nobody answers within `OPEN_SECONDS`."""
        os.environ.setdefault("OPENCV_FFMPEG_CAPTURE_OPTIONS", "rtsp_transport;tcp")
        limits = [
            *(cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, int(OPEN_SECONDS * 1000)),
            *(cv2.CAP_PROP_READ_TIMEOUT_MSEC, int(READ_SECONDS * 1000)),
        ]
        with _one_open_at_a_time:
            capture = cv2.VideoCapture(self._address, cv2.CAP_FFMPEG, limits)
        if not capture.isOpened():
            capture.release()
            raise SourceError(f"{self.name} does not answer: check the address, and that its camera is on.")
        fps = capture.get(cv2.CAP_PROP_FPS)
        self.fps = fps if 1 <= fps <= 240 else 25.0
        self._capture = capture

    def read(self) -> tuple[Image, float] | None:
        """Raises SourceError when the stream breaks off or gives nothing for `READ_SECONDS`."""
        if self._capture is None:
            return None
        done, image = self._capture.read()
        if not done or image is None:
            raise SourceError(f"{self.name} has stopped sending: check its camera and the network.")
        now = time.monotonic()
        self._began = self._began or now
        return np.asarray(image, dtype=np.uint8), now - self._began

    def close(self) -> None:
        """Ends the connection."""
        if self._capture is not None:
            self._capture.release()
            self._capture = None

    def fresh(self) -> "NetworkStream":
        """The same address, unopened."""
        return NetworkStream(self._address)
