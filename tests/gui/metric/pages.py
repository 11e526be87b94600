"""Helpers for tests of the metric page: made-up people, and waiting for threads."""

import numpy as np
from pytestqt.qtbot import QtBot

from core.recognizer import Recognizer
from gui.metric.page import MetricPage
from gui.shell.main_window import MainWindow

WAIT = 60_000


def fill(recognizer: Recognizer, count: int, photos: int = 1, alike: float = 0.0) -> None:
    """Enrolls made-up people, each with a random direction of their own, and `alike` times one in common."""
    random = np.random.default_rng(0)
    common = alike * np.random.default_rng(1).normal(size=128)
    for number in range(count):
        direction = random.normal(size=128) + common
        for _photo in range(photos):
            crop = random.integers(0, 256, (112, 112, 3), dtype=np.uint8)
            embedding = (direction + 0.3 * random.normal(size=128)).astype(np.float32)
            recognizer.gallery.enroll(f"Person {number}", crop, embedding, recognizer.encoder.id)


def wait_for_gallery(qtbot: QtBot, window: MainWindow, page: MetricPage) -> None:
    qtbot.waitUntil(
        lambda: (
            page.enrolled is not None
            and page.enrolled.has(window.gallery.snapshot)
            and page.enrolled.asked == page.method.currentData()
        ),
        timeout=WAIT,
    )


def wait_for_faces(qtbot: QtBot, page: MetricPage, count: int = 2) -> None:
    qtbot.waitUntil(lambda: len(page.faces) == count, timeout=WAIT)
