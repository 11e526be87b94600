"""The window's writes: in order, announced to the whole window, and finished before the process ends."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMessageBox
from pytestqt.qtbot import QtBot

from core.errors import GalleryError
from core.gallery import Gallery
from core.gallery.failures import GalleryBusyError
from core.recognizer import Recognizer
from gui.background.writes import Writes
from gui.enroll.dialog import EnrollDialog
from gui.history.sightings import Sightings
from gui.people.panel import PeoplePanel
from gui.shell.main_window import MainWindow
from tests.core.gallery.made_up import connect, key_of
from tests.gui.made_up import fill

WAIT = 60_000
ROOT = Path(__file__).resolve().parents[3]


@contextmanager
def locked(home: Path) -> Iterator[None]:
    """Locks the gallery, as another program does while it writes."""
    connection = connect(home / "gallery.db", key_of(home))
    connection.execute("BEGIN IMMEDIATE")
    yield
    connection.execute("ROLLBACK")
    connection.close()


def test_writes_are_done_in_order_and_announced_even_if_the_owner_has_gone(qtbot: QtBot) -> None:
    writes, owner, gone = Writes(), QLineEdit(), QLineEdit()
    qtbot.addWidget(owner)
    begin = threading.Event()
    order: list[object] = []
    told: list[object] = []
    writes.changed.connect(told.append)
    writes.failed.connect(lambda error: told.append(str(error)))
    writes.run(lambda: (begin.wait(30), order.append(1)), order.append, order.append, owner)
    writes.run(lambda: order.append(2) or "two", lambda _: order.append("never"), order.append, gone)
    writes.run(lambda: 1 // 0, order.append, lambda _: order.append("never"), gone)
    cancelled = writes.run(lambda: order.append(3), order.append, order.append, owner)
    writes.run(lambda: order.append(4), lambda _: order.append("done"), order.append, owner)
    gone.deleteLater()
    QApplication.sendPostedEvents()
    assert writes.cancel(cancelled)
    begin.set()
    qtbot.waitUntil(lambda: "done" in order, timeout=WAIT)
    assert not writes.cancel(cancelled)
    assert [step for step in order if not isinstance(step, tuple)] == [1, 2, 4, "done"]
    assert told[1:4] == ["two", None, "integer division or modulo by zero"]


def test_finish_waits_for_writes_and_returns_what_failed(qtbot: QtBot) -> None:
    writes = Writes()
    begin = threading.Event()
    done: list[object] = []

    def fails() -> None:
        raise GalleryError("No.")

    writes.run(lambda: (begin.wait(30), done.append(1)), done.append, done.append, writes)
    writes.run(fails, done.append, done.append, writes)
    (error,) = writes.finish(0.0)
    assert "in time" in str(error)
    begin.set()
    (error,) = writes.finish()
    assert str(error) == "No."
    assert done == [1]


def test_several_people_are_deleted_together_or_not_at_all(qtbot: QtBot, gallery: Gallery) -> None:
    fill(gallery, "Ada", "Bob", "Eve")
    panel = PeoplePanel(gallery)
    qtbot.addWidget(panel)
    panel.show()
    panel.delete(["Ada", "Bob", "Carl"])
    qtbot.waitUntil(lambda: bool(panel.findChildren(QMessageBox)), timeout=WAIT)
    (box,) = panel.findChildren(QMessageBox)
    assert "Nobody called Carl" in box.text()
    box.close()
    assert [person.name for person in gallery.people()] == ["Ada", "Bob", "Eve"]
    assert len(gallery.snapshot) == 3
    assert not panel.undo_bar.isVisible()


def test_several_deletions_are_undone_one_after_the_other(qtbot: QtBot, gallery: Gallery) -> None:
    fill(gallery, "Ada", "Bob", "Eve", "Mary")
    panel = PeoplePanel(gallery)
    qtbot.addWidget(panel)
    panel.show()
    for names in (["Ada"], ["Bob", "Eve"]):
        with qtbot.waitSignal(panel.changed, timeout=WAIT):
            panel.delete(names)
    assert "2 people deleted" in panel._undo_label.text()
    with qtbot.waitSignal(panel.changed, timeout=WAIT):
        panel.undo()
    assert [person.name for person in gallery.people()] == ["Bob", "Eve", "Mary"]
    qtbot.waitUntil(lambda: [p.name for p in panel.model.people()] == ["Bob", "Eve", "Mary"], timeout=WAIT)
    assert "Ada deleted" in panel._undo_label.text()
    assert panel.undo_bar.isVisible()
    with qtbot.waitSignal(panel.changed, timeout=WAIT):
        panel.undo()
    assert len(gallery) == 4
    assert not panel.undo_bar.isVisible()
    panel.undo()
    assert len(gallery) == 4


def test_an_undo_that_fails_can_be_tried_again(qtbot: QtBot, gallery: Gallery) -> None:
    fill(gallery, "Ada", "Bob")
    panel = PeoplePanel(gallery)
    qtbot.addWidget(panel)
    panel.show()
    with qtbot.waitSignal(panel.changed, timeout=WAIT):
        panel.delete(["Ada", "Bob"])
    fill(gallery, "Bob")
    panel.undo()
    qtbot.waitUntil(lambda: bool(panel.findChildren(QMessageBox)), timeout=WAIT)
    (box,) = panel.findChildren(QMessageBox)
    assert "Bob has been enrolled again" in box.text()
    box.close()
    assert [person.name for person in gallery.people()] == ["Bob"]
    assert panel.undo_bar.isVisible()
    gallery.rename("Bob", "Another Bob")
    with qtbot.waitSignal(panel.changed, timeout=WAIT):
        panel.undo()
    assert [person.name for person in gallery.people()] == ["Ada", "Another Bob", "Bob"]


def test_ctrl_z_undoes_a_deletion_but_not_while_typing(
    qtbot: QtBot, gallery: Gallery, open_window: Callable[..., MainWindow]
) -> None:
    fill(gallery, "Ada", "Bob")
    window = open_window("", loaded=False)
    qtbot.waitExposed(window)
    window.activateWindow()
    assert not window.commands.undo.isEnabled()
    with qtbot.waitSignal(window.people.changed, timeout=WAIT):
        window.people.delete(["Ada"])
    assert window.commands.undo.isEnabled()
    window.people.search.setFocus()
    QTest.keyClicks(window.people.search, "b")
    QTest.keyClick(window.people.search, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert window.people.search.text() == ""
    assert len(gallery) == 1
    window.people.list.setFocus()
    with qtbot.waitSignal(window.people.changed, timeout=WAIT):
        QTest.keyClick(window.people.list, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert len(gallery) == 2
    qtbot.waitUntil(lambda: not window.commands.undo.isEnabled(), timeout=WAIT)
    qtbot.waitUntil(lambda: window.people.model.rowCount() == 2, timeout=WAIT)
    qtbot.waitUntil(lambda: "2 people enrolled" in window.status.people.text(), timeout=WAIT)


def dialog_of(qtbot: QtBot, window: MainWindow, photo: Path, name: str) -> EnrollDialog:
    dialog = window.open_enroll(photo)
    assert dialog is not None
    qtbot.waitUntil(lambda: dialog.face is not None, timeout=WAIT)
    dialog.name.setText(name)
    return dialog


def test_an_enrolment_written_after_its_dialog_was_closed_is_reported(
    qtbot: QtBot, own_home: Path, gallery: Gallery, portraits: Path, open_window: Callable[..., MainWindow]
) -> None:
    window = open_window("")
    assert window.recognizer is not None
    before = window.recognizer.threshold
    fill(gallery, "Ada")
    with locked(own_home):
        dialog = dialog_of(qtbot, window, portraits / "grace_hopper.jpg", "Grace Hopper")
        dialog.enroll.click()
        qtbot.waitUntil(lambda: window.writes._running is not None, timeout=WAIT)
        dialog.reject()
        assert gallery.find("Grace Hopper") is None
    qtbot.waitUntil(lambda: "Grace Hopper is enrolled" in window.status.currentMessage(), timeout=WAIT)
    assert gallery.find("Grace Hopper")
    assert "Grace Hopper" in [person.name for person in window.people.model.people()]
    assert "2 people enrolled" in window.status.people.text()
    assert window.recognizer.threshold is not before


def test_an_enrolment_that_has_not_begun_is_cancelled(
    qtbot: QtBot, own_home: Path, gallery: Gallery, portraits: Path, open_window: Callable[..., MainWindow]
) -> None:
    fill(gallery, "Ada")
    window = open_window("")
    with locked(own_home):
        window.people._rename("Ada", "Augusta")
        dialog = dialog_of(qtbot, window, portraits / "grace_hopper.jpg", "Grace Hopper")
        dialog.enroll.click()
        dialog.reject()
    qtbot.waitUntil(lambda: window.writes.finish(0.0) == [], timeout=WAIT)
    assert [person.name for person in gallery.people()] == ["Augusta"]
    assert "is enrolled" not in window.status.currentMessage()


def test_the_window_reads_while_a_write_waits_for_another_program(
    qtbot: QtBot, own_home: Path, gallery: Gallery, open_window: Callable[..., MainWindow]
) -> None:
    fill(gallery, "Ada", "Bob")
    window = open_window("", loaded=False)
    with locked(own_home):
        window.people._rename("Ada", "Augusta")
        qtbot.waitUntil(lambda: window.writes._running is not None, timeout=WAIT)
        qtbot.wait(100)
        # In the GUI thread, and the write still waits afterwards: neither waits for the other.
        window.people.reload()
        gallery.portrait(1)
        gallery.refresh()
        assert window.writes._running is not None
        assert [person.name for person in gallery.people()] == ["Ada", "Bob"]
    qtbot.waitUntil(lambda: [p.name for p in window.people.model.people()] == ["Augusta", "Bob"], timeout=WAIT)


def test_sightings_that_cannot_be_noted_are_reported_once(qtbot: QtBot, gallery: Gallery, recognition: object) -> None:
    sightings = Sightings(gallery)
    told: list[Exception] = []
    sightings.failed.connect(told.append)
    gallery.close()
    for _ in range(3):
        sightings.begin("Door")
        sightings.note(recognition)  # type: ignore[arg-type]
        qtbot.waitUntil(lambda: not sightings._busy, timeout=WAIT)
    assert len(told) == 1


def test_the_window_follows_a_program_that_enrolls_with_another_encoder(
    qtbot: QtBot, gallery: Gallery, portraits: Path, open_window: Callable[..., MainWindow]
) -> None:
    window = open_window("")
    recognizer = window.recognizer
    assert recognizer is not None
    face = recognizer.choose(portraits / "grace_hopper.jpg")
    with Gallery() as other:
        other.enroll("Grace", face.crop, face.embedding[::-1], "another encoder")
    window._refreshing.ask()
    qtbot.waitUntil(lambda: recognizer.state()[0].snapshot.names == ("Grace",), timeout=WAIT)
    assert recognizer.state()[0].closest_people(face.embedding)[0].name == "Grace"
    assert gallery.missing("another encoder") == 0
    qtbot.waitUntil(lambda: "1 person enrolled" in window.status.people.text(), timeout=WAIT)


CLOSES = """
import sys, threading
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
import gui.shell.application as application
from gui.shell.main_window import MainWindow
class Closing(MainWindow):
    def __init__(self, *arguments):
        super().__init__(*arguments)
        QTimer.singleShot(200, self.delete_and_close)
    def delete_and_close(self):
        print("deleting", flush=True)
        self.people.delete([person.name for person in self.gallery.people()])
        QTimer.singleShot(200, self.commands.leave.trigger)
application.MainWindow, application.TOLD_MS = Closing, 300
application.main([])
"""


@pytest.mark.parametrize("released", [True, False])
def test_closing_finishes_writes_or_reports_those_that_failed(gallery: Gallery, own_home: Path, released: bool) -> None:
    fill(gallery, *(f"Person {number}" for number in range(5)))
    with locked(own_home):
        environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
        process = subprocess.Popen(
            [sys.executable, "-c", CLOSES],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        assert process.stdout.readline() == "deleting\n"
        if not released:
            assert process.wait(60) == 1
    assert process.wait(60) == (0 if released else 1)
    assert len(gallery.people()) == (0 if released else 5)
    assert process.stderr is not None
    assert ("in use by another program" in process.stderr.read()) is not released


def test_a_busy_gallery_is_not_reported_as_broken(gallery: Gallery, own_home: Path) -> None:
    fill(gallery, "Ada")
    gallery._database._ready_to_write().execute("PRAGMA busy_timeout = 0")
    with (
        locked(own_home),
        pytest.raises(GalleryBusyError, match="in use by another program"),
        gallery._database.writing(wait=0),
    ):
        pass
    Recognizer(gallery)
