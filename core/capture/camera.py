"""Cameras connected to this computer."""

import sys
import time
from dataclasses import dataclass

import cv2
import numpy as np

from core.capture.naming import shown
from core.capture.source import Kind, Source
from core.errors import SourceError
from core.types import Image

WIDTH, HEIGHT, FPS = 1280, 720, 30
"""Requested format; the camera may deliver another."""
FAILED_READS = 30
"""Failed reads in a row after which a camera counts as disconnected."""


@dataclass(frozen=True, slots=True)
class CameraInfo:
    """A camera, with the name the system gives it."""

    index: int
    backend: int
    name: str


def list_cameras() -> list[CameraInfo]:
    """The connected cameras, each once. May take a second, because it asks the drivers."""
    from cv2_enumerate_cameras import enumerate_cameras

    backend = {"win32": cv2.CAP_MSMF, "darwin": cv2.CAP_AVFOUNDATION}.get(sys.platform, cv2.CAP_V4L2)
    found: dict[int, CameraInfo] = {}
    for camera in enumerate_cameras(backend):
        found.setdefault(
            camera.index, CameraInfo(camera.index, camera.backend, camera.name or f"Camera {camera.index}")
        )
    return sorted(found.values(), key=lambda camera: camera.index)


class Camera(Source):
    """One camera. A frame's time is its arrival."""

    kind = Kind.CAMERA
    live = True
    can_resume = True

    def __init__(self, index: int = 0, backend: int = cv2.CAP_ANY, name: str = "") -> None:
        super().__init__()
        self.index = index
        self.backend = backend
        self.name = shown(name) or f"Camera {index}"
        self.device = f"camera {index}"
        self.fps = float(FPS)
        self._capture: cv2.VideoCapture | None = None
        self._began = 0.0

    def _open(self) -> None:
        """Raises SourceError if there is no such camera or another program uses it."""
        wanted = [
            *(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG")),
            *(cv2.CAP_PROP_FRAME_WIDTH, WIDTH),
            *(cv2.CAP_PROP_FRAME_HEIGHT, HEIGHT),
            *(cv2.CAP_PROP_FPS, FPS),
        ]
        capture = cv2.VideoCapture(self.index, self.backend)
        if not capture.isOpened():
            capture.release()
            raise SourceError(self._why_not())
        for setting, value in zip(wanted[::2], wanted[1::2], strict=True):
            capture.set(setting, value)
        fps = capture.get(cv2.CAP_PROP_FPS)
        self.fps = fps if 1 <= fps <= 240 else float(FPS)
        self._capture = capture

    def _why_not(self) -> str:
        if any(camera.index == self.index for camera in list_cameras()):
            return f"{self.name} is in use by another program or blocked: close that program, or allow camera access."
        return f"{self.name} is not connected: plug in a camera, or choose another source."

    def _read(self) -> tuple[Image, float] | None:
        """Raises SourceError if the camera was disconnected."""
        if self._capture is None:
            return None
        for _ in range(FAILED_READS):
            if self._closed.is_set():
                return None
            done, image = self._capture.read()
            if done and image is not None:
                now = time.monotonic()
                self._began = self._began or now
                return np.asarray(image, dtype=np.uint8), now - self._began
            time.sleep(0.01)
        raise SourceError(f"{self.name} sends no more pictures: check its cable, or choose another source.")

    def _let_go(self) -> None:
        if self._capture is not None:
            self._capture.release()
            self._capture = None

    def fresh(self) -> "Camera":
        """The same camera, unopened."""
        return Camera(self.index, self.backend, self.name)
