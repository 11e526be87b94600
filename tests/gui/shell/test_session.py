"""The main job in the real window, as a user does it. Runs on any of Qt's platforms; `test_x11.py` runs it on X."""

import socket
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from core.capture import network_stream
from core.live import session as live_session
from gui.enroll.dialog import EnrollDialog
from gui.live.face_card import FaceCard
from gui.shell.main_window import MainWindow
from tests.core.capture.servers import raw_server

WAIT = 60_000


def names(window: MainWindow) -> set[str | None]:
    result = window.live.session.newest_result if window.live.session else None
    return {face.decision.name for face in result.faces} if result else set()


def drop(window: MainWindow, *files: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(file)) for file in files])
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPointF(200, 200).toPoint(), Qt.DropAction.CopyAction, data, buttons, keys)
    QApplication.sendEvent(window, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(window, QDropEvent(QPointF(200, 200), Qt.DropAction.CopyAction, data, buttons, keys))


def open_child(window: QWidget, kind: type[QWidget]) -> QWidget | None:
    return next((child for child in window.findChildren(kind) if child.isVisible()), None)


def test_from_an_empty_window_to_a_name_and_back(
    qtbot: QtBot, open_window: Callable[..., MainWindow], portraits: Path
) -> None:
    window = open_window()
    qtbot.waitUntil(lambda: names(window) == {None}, timeout=WAIT)

    drop(window, portraits / "eileen_collins.png")
    dialog = open_child(window, EnrollDialog)
    assert isinstance(dialog, EnrollDialog)
    qtbot.waitUntil(lambda: dialog.face is not None, timeout=WAIT)
    assert "Good enough" in dialog.verdict.text()
    assert not dialog.enroll.isEnabled()
    QTest.keyClicks(dialog.name, "Eileen Collins")
    assert dialog.enroll.isEnabled()
    frames = window.view.painted
    with qtbot.waitSignal(dialog.enrolled, timeout=WAIT):
        QTest.keyClick(dialog.name, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: names(window) == {None, "Eileen Collins"}, timeout=WAIT)
    qtbot.waitUntil(lambda: window.view.painted > frames, timeout=WAIT)
    assert window.people.model.rowCount() == 1
    assert "1 person" in window.status.people.text()
    assert "among 1 person" in window.sensitivity.meaning.toolTip()

    qtbot.waitUntil(lambda: any(face.decision.name for face, _ in window.view.faces()), timeout=WAIT)
    face, box = next(item for item in window.view.faces() if item[0].decision.name)
    QTest.mouseClick(window.view, Qt.MouseButton.LeftButton, pos=box.center().toPoint())
    qtbot.waitUntil(lambda: open_child(window, FaceCard) is not None, timeout=WAIT)
    card = open_child(window, FaceCard)
    assert isinstance(card, FaceCard)
    assert card.windowTitle() == face.decision.name
    card.close()

    window.people.list.setFocus()
    window.people.list.setCurrentIndex(window.people.filter.index(0, 0))
    QTest.keyClick(window.people.list, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: open_child(window, QMessageBox) is not None, timeout=WAIT)
    box_ = open_child(window, QMessageBox)
    button = next(b for b in box_.findChildren(QPushButton) if b.text() == "Delete")
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.people.model.rowCount() == 0, timeout=WAIT)
    qtbot.waitUntil(lambda: names(window) == {None}, timeout=WAIT)
    # The list may be updated before the deletion is reported as done.
    qtbot.waitUntil(window.people.undo_bar.isVisible, timeout=WAIT)
    window.people.undo()
    qtbot.waitUntil(lambda: "Eileen Collins" in names(window), timeout=WAIT)


def being_stopped() -> int:
    return sum(thread.name == "firstsight stop" for thread in threading.enumerate())


def test_neither_another_source_nor_closing_waits_for_a_source_that_hangs(
    qtbot: QtBot, open_window: Callable[..., MainWindow], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stopping it takes as long as it may; when the window goes on, that has not ended."""
    monkeypatch.setattr(live_session, "STOP_SECONDS", 60.0)
    monkeypatch.setattr(network_stream, "OPEN_SECONDS", 600.0)
    asked, let_go = threading.Semaphore(0), threading.Event()

    def hang(connection: socket.socket) -> None:
        connection.recv(1)
        asked.release()
        let_go.wait(600)

    with raw_server(hang) as port:
        window = open_window(f"rtsp://127.0.0.1:{port}/stream")
        assert asked.acquire(timeout=60)
        window.watching.open("demo")
        assert being_stopped() == 1
        qtbot.waitUntil(lambda: window.view.painted > 3, timeout=WAIT)
        window.watching.open(f"rtsp://127.0.0.1:{port}/stream")
        assert asked.acquire(timeout=60)
        qtbot.waitUntil(lambda: being_stopped() == 1, timeout=WAIT)
        window.close()
        assert being_stopped() == 2
        let_go.set()
