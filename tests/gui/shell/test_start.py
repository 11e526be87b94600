"""How the window begins, and what it remembers."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QInputDialog, QLineEdit, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from core.gallery import Gallery
from core.recognizer import Recognizer
from gui.enroll.dialog import choose_photos
from gui.live.source_chooser import SourceChooser
from gui.recognition.current import CurrentRecognizer
from gui.settings import Settings
from gui.shell.application import open_gallery
from gui.shell.main_window import MainWindow

WAIT = 30_000
ROOT = Path(__file__).resolve().parents[3]


def test_the_window_starts_without_pytorch() -> None:
    code = "import sys, gui.shell.application; print('torch' in sys.modules, 'scipy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False False"


def test_calling_qt_half_a_million_times_does_not_end_the_process() -> None:
    code = (
        "from PySide6.QtCore import QObject; from gui.shell.application import make_application; make_application()\n"
        "one = QObject()\n"
        "for _ in range(500_000): one.setObjectName('')\n"
        "print('alive', flush=True)\n"
        "import os; os._exit(0)"
    )
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, "alive"), done.stderr


def test_frames_are_shown_while_the_models_load(
    qtbot: QtBot, open_window: Callable[..., MainWindow], monkeypatch: pytest.MonkeyPatch
) -> None:
    load, make = threading.Event(), CurrentRecognizer._make

    def later(recognition: CurrentRecognizer, file: str) -> Recognizer:
        load.wait(600)
        return make(recognition, file)

    monkeypatch.setattr(CurrentRecognizer, "_make", later)
    window = open_window(loaded=False)
    qtbot.waitUntil(lambda: window.view.painted > 3, timeout=WAIT)
    assert window.recognizer is None
    load.set()
    qtbot.waitUntil(lambda: window.recognizer is not None, timeout=2 * WAIT)


def test_without_a_camera_the_window_says_how_to_begin(qtbot: QtBot, open_window: Callable[..., MainWindow]) -> None:
    window = open_window("", loaded=False)
    qtbot.waitUntil(lambda: window.view.accessibleDescription() != "Looking for a camera…. ", timeout=WAIT)
    if "No camera found" not in window.view.accessibleDescription():
        pytest.skip("this computer has a camera")
    QTest.mouseClick(window.view._button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.view.painted > 3, timeout=WAIT)


@pytest.mark.parametrize("answer", [QMessageBox.StandardButton.Yes, QMessageBox.StandardButton.No])
def test_a_missing_gallery_is_created_only_after_asking(
    qtbot: QtBot, tmp_path: Path, answer: QMessageBox.StandardButton
) -> None:
    asked: list[str] = []

    def reply() -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        asked.append(box.text())
        box.button(answer).click()

    QTimer.singleShot(100, reply)
    gallery = open_gallery(tmp_path / "typo.db")
    assert "no gallery at" in asked[0]
    if gallery:
        gallery.close()
    made = answer == QMessageBox.StandardButton.Yes
    assert (gallery is not None, (tmp_path / "typo.db").exists()) == (made, made)
    own = open_gallery(None)
    assert own is not None
    own.close()


def test_settings_are_remembered(gallery: Gallery) -> None:
    settings = Settings()
    assert (settings.source, settings.rate, settings.mirrored) == ("", 0.01, True)
    settings.source, settings.rate, settings.mirrored = "demo", 1e-4, False
    again = Settings()
    assert (again.source, again.rate, again.mirrored) == ("demo", 1e-4, False)
    again.source = "rtsp://host/x"
    again.source = "rtsp://me:secret@host/x"
    assert Settings().source == ""
    assert Settings().address == "rtsp://host/x"


def answer_dialog(kind: type[QDialog], do: Callable[[QDialog], object]) -> None:
    """Waits until a dialog of that kind is open, and answers it."""

    def look() -> None:
        box = QApplication.activeModalWidget()
        if isinstance(box, kind):
            do(box)
        else:
            QTimer.singleShot(50, look)

    QTimer.singleShot(50, look)


def test_dialogs_open_where_the_last_photo_was_and_with_the_last_address(
    qtbot: QtBot, gallery: Gallery, portraits: Path, tmp_path: Path
) -> None:
    QApplication.setAttribute(Qt.ApplicationAttribute.AA_DontUseNativeDialogs)
    parent = QWidget()
    qtbot.addWidget(parent)
    asked: list[str] = []

    def choose(dialog: QDialog) -> None:
        assert isinstance(dialog, QFileDialog)
        asked.append(dialog.directory().absolutePath())
        dialog.setDirectory(str(portraits))
        dialog.findChild(QLineEdit).setText("eileen_collins.png")
        dialog.accept()

    Settings().remember_folder("photos", tmp_path)
    for _ in range(2):
        answer_dialog(QFileDialog, choose)
        assert choose_photos(parent) == [portraits / "eileen_collins.png"]
    assert asked == [str(tmp_path), str(portraits)]
    Settings().remember_folder("photos", tmp_path / "gone")
    assert Settings().folder("photos") == ""

    Settings().source = "http://host/video.mjpg"
    chooser = SourceChooser()
    qtbot.addWidget(chooser)
    offered: list[str] = []

    def decline(dialog: QDialog) -> None:
        assert isinstance(dialog, QInputDialog)
        offered.append(dialog.textValue())
        dialog.reject()

    answer_dialog(QInputDialog, decline)
    chooser.choose_address()
    assert offered == ["http://host/video.mjpg"]
