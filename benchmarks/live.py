"""Latency in the real window at 30 frames per second, from a frame's capture until its labels are painted."""

import os
import tempfile
import time
from collections import deque
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

import cv2
import numpy as np

from benchmarks import made_stream
from core.capture.source import Kind, Source
from core.system.paths import home
from core.types import Image

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

FACES = (1, 3, 8, 20)
SECONDS, SETTLING = 15.0, 3.0
"""Seconds measured, and seconds left out before that, in which people are first seen."""
FPS = made_stream.FPS


@dataclass(frozen=True, slots=True)
class Row:
    """Results for one number of faces in the picture."""

    faces: int
    median_ms: float
    """Median time from a frame's capture until its labels are painted."""
    p95_ms: float
    """95th percentile of that time."""
    p99_ms: float
    """99th percentile of that time."""
    skipped: str
    """Share of captured frames that weren't recognised because a newer one had arrived."""
    painted: str
    """Share of captured frames that were painted."""
    gui_busy: str
    """Share of the time in which the GUI thread computes."""
    process_busy: float
    """Processor cores kept busy by the whole process, on average."""


class LiveFrames(Source):
    """A simulated camera: plays a video, decoded in advance, back and forth at 30 frames per second."""

    name, kind, live, fps = "made camera", Kind.CAMERA, True, float(FPS)

    def __init__(self, frames: list[Image]) -> None:
        """frames: each H×W×3 BGR, shown forth, then back."""
        super().__init__()
        self._frames = frames
        self._number, self._began = 0, 0.0

    def fresh(self) -> Self:
        """The same pictures from the beginning."""
        return type(self)(self._frames)

    def _open(self) -> None:
        self._began = time.monotonic()

    def _read(self) -> tuple[Image, float]:
        """Waits until the next frame is due."""
        due = self._began + self._number / FPS
        time.sleep(max(due - time.monotonic(), 0))
        self._number += 1
        there, back = divmod(self._number % (2 * len(self._frames)), len(self._frames))
        return self._frames[-1 - back if there else back].copy(), self._number / FPS

    def _let_go(self) -> None:
        """There is nothing to release."""


def decoded(video: Path) -> list[Image]:
    """All frames of a video, each H×W×3 BGR."""
    capture, frames = cv2.VideoCapture(str(video)), list[Image]()
    while True:
        there, image = capture.read()
        if not there:
            return frames
        frames.append(np.asarray(image, np.uint8))


def measure(model: Path, rounds: int) -> list[dict[str, Any]]:
    """Watches each number of faces for `SECONDS`."""
    del rounds
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        people = made_stream.unpacked(model.parent.parent / "data" / "lfw-dev.tar", Path(folder))
        for faces in FACES:
            stream = made_stream.make(people, Path(folder), at_once=faces, scenes=1)
            rows.append(asdict(_watch(stream, faces)))
    return rows


def _watch(stream: made_stream.Stream, faces: int) -> Row:
    """Runs the window on one stream, with the stream's people enrolled."""
    from PySide6.QtCore import QTimer
    from PySide6.QtGui import QPaintEvent

    from core.gallery import Gallery
    from core.recognizer import Recognizer
    from gui.live.view import LiveView
    from gui.settings import Settings
    from gui.shell.application import make_application
    from gui.shell.main_window import MainWindow

    os.environ["FIRSTSIGHT_HOME"] = tempfile.mkdtemp(dir=home())
    application = make_application()
    gallery = Gallery()
    enrolling = Recognizer(gallery)
    for name, photo in stream.photos.items():
        enrolling.enroll(name, photo)
    del enrolling
    window = MainWindow(gallery, Settings(), "demo")
    window.resize(1280, 800)
    latencies: deque[float] = deque()
    shown, painted = set[int](), set[int]()
    paint = LiveView.paintEvent

    def timed(view: LiveView, event: QPaintEvent) -> None:
        paint(view, event)
        result, frame = view._result, view._frame
        if frame:
            painted.add(frame.index)
        if result and result.faces and result.frame.index not in shown:
            shown.add(result.frame.index)
            latencies.append(time.monotonic() - result.frame.captured)

    LiveView.paintEvent = timed  # type: ignore[method-assign, assignment]
    start: dict[str, Any] = {}

    def begin() -> None:
        if window.recognizer is None:
            QTimer.singleShot(100, begin)
            return
        window.live.open(LiveFrames(decoded(stream.video)))
        QTimer.singleShot(round(SETTLING * 1000), settle)

    def settle() -> None:
        assert window.live.session
        latencies.clear()
        painted.clear()
        start.update(
            status=window.live.session.status, gui=time.thread_time(), all=time.process_time(), at=time.monotonic()
        )
        QTimer.singleShot(round(SECONDS * 1000), lambda: application.exit(0))

    window.show()
    QTimer.singleShot(100, begin)
    application.exec()
    assert window.live.session
    after, took = window.live.session.status, time.monotonic() - start["at"]
    gui, every = time.thread_time() - start["gui"], time.process_time() - start["all"]
    LiveView.paintEvent = paint  # type: ignore[method-assign]
    window.live.session.stop()
    window.close()
    gallery.close()
    captured = after.captured - start["status"].captured
    median, p95, p99 = (float(np.quantile(latencies, q)) * 1000 for q in (0.5, 0.95, 0.99))
    return Row(
        faces,
        median,
        p95,
        p99,
        f"{(after.skipped - start['status'].skipped) / captured:.1%}",
        f"{len(painted & set(range(start['status'].captured, after.captured))) / captured:.1%}",
        f"{gui / took:.0%}",
        every / took,
    )
