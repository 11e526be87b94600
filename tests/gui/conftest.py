"""Fixtures: a window on an empty gallery, and a recognised frame."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.capture.demo import DemoScene
from core.gallery import Gallery
from core.recognizer import Recognizer
from core.types import Frame, Recognition
from gui.background import tasks
from gui.look import theme
from gui.settings import Settings
from gui.shell.application import make_application
from gui.shell.main_window import MainWindow

SECONDS = 1000


@pytest.fixture(scope="session")
def qapp() -> QApplication:
    return make_application()


@pytest.fixture(autouse=True)
def _ready(qapp: QApplication) -> None:
    tasks.prepare()
    assert theme.ICONS.is_dir()


@pytest.fixture
def open_window(qtbot: QtBot, gallery: Gallery) -> Iterator[Callable[..., MainWindow]]:
    """Opens the window on a source and waits for the models."""
    windows: list[MainWindow] = []

    def opened(source: str = "demo", *, loaded: bool = True) -> MainWindow:
        window = MainWindow(gallery, Settings(), source)
        windows.append(window)
        qtbot.addWidget(window)
        window.resize(1280, 800)
        window.show()
        if loaded:
            qtbot.waitUntil(lambda: window.recognizer is not None, timeout=60 * SECONDS)
        return window

    yield opened
    for window in windows:
        session = window.live.session
        window.close()
        if session:
            session.stop()
    # A thread still running the models when Python exits would abort the process.
    for thread in threading.enumerate():
        if thread.name.startswith("firstsight"):
            thread.join(10)


@pytest.fixture
def recognition(recognizer: Recognizer, portraits: Path) -> Recognition:
    """A frame of the demo scene with Eileen Collins known and Grace Hopper unknown."""
    recognizer.enroll("Eileen Collins", portraits / "eileen_collins.png")
    scene = DemoScene()
    scene.open()
    return recognizer.follower()(Frame(scene.frame(100), 0, 0.0, 0.0))
