"""Many people at once in the window: the review of what was found, by keys alone, and its undo."""

import shutil
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import pytest
from PySide6.QtCore import QEvent, QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMessageBox
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from core.importing.judging import Finding
from core.pictures.reading import encode_png, read_picture
from core.recognizer import Recognizer
from gui.background.writes import Writes
from gui.enroll.import_dialog import ImportDialog
from gui.enroll.import_table import FOUND, NAME, PHOTO
from gui.shell.main_window import MainWindow
from tests.gui.late import all_told

WAIT = 60_000


@pytest.fixture
def folder(portraits: Path, tmp_path: Path) -> Path:
    """Grace Hopper; Eileen Collins without a name; a group; and a text."""
    folder = tmp_path / "people"
    folder.mkdir()
    grace, eileen = portraits / "grace_hopper.jpg", portraits / "eileen_collins.png"
    shutil.copy(grace, folder)
    shutil.copy(eileen, folder / "IMG_0001.png")
    (folder / "notes.jpg").write_text("no picture")
    return folder


def opened(qtbot: QtBot, recognizer: Recognizer, *places: Path) -> ImportDialog:
    dialog = ImportDialog(recognizer, places, Writes())
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)  # qtbot deletes it
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


def texts(dialog: ImportDialog, column: int) -> list[str]:
    model = dialog.model
    return [str(model.index(row, column).data()) for row in range(model.rowCount())]


def ticks(dialog: ImportDialog) -> list[Qt.CheckState | None]:
    model = dialog.model
    return [model.index(row, PHOTO).data(Qt.ItemDataRole.CheckStateRole) for row in range(model.rowCount())]


def test_what_was_found_is_shown_and_only_what_is_ready_is_ticked(
    qtbot: QtBot, recognizer: Recognizer, folder: Path
) -> None:
    dialog = opened(qtbot, recognizer, folder)
    assert "Reading" in dialog.note.text()
    assert not dialog.enroll.isEnabled()
    qtbot.waitUntil(lambda: dialog.model.rowCount() == 3, timeout=WAIT)
    # What needs a look comes first, what can't be used last.
    assert texts(dialog, NAME) == ["", "Grace Hopper", "Notes"]
    assert texts(dialog, FOUND)[:2] == ["Type the name", "Good enough to enroll"]
    assert "not a picture" in texts(dialog, FOUND)[2]
    assert ticks(dialog) == [Qt.CheckState.Unchecked, Qt.CheckState.Checked, None]
    # Nobody is enrolled without a name.
    dialog.model.toggle([0, 2])
    assert ticks(dialog) == [Qt.CheckState.Unchecked, Qt.CheckState.Checked, None]
    assert dialog.note.text() == "Ready: 1   ·   To look at first: 1   ·   Left out: 1"
    assert dialog.enroll.text() == "Enroll 1 person"
    assert recognizer.gallery.people() == []


def test_it_works_by_keys_alone(qtbot: QtBot, recognizer: Recognizer, folder: Path) -> None:
    dialog = opened(qtbot, recognizer, folder)
    qtbot.waitUntil(lambda: dialog.model.rowCount() == 3, timeout=WAIT)
    assert dialog.table.hasFocus() or not dialog.isActiveWindow()
    QTest.keyClick(dialog.table, Qt.Key.Key_E)
    editor = dialog.table.findChild(QLineEdit)
    assert editor is not None
    QTest.keyClicks(editor, "ileen")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: ticks(dialog)[0] == Qt.CheckState.Checked, timeout=WAIT)
    assert dialog.isVisible()
    assert dialog.enroll.text() == "Enroll 2 people"
    QTest.keyClick(dialog.table, Qt.Key.Key_Down)
    QTest.keyClick(dialog.table, Qt.Key.Key_Space)
    assert ticks(dialog)[:2] == [Qt.CheckState.Checked, Qt.CheckState.Unchecked]
    QTest.keyClick(dialog.table, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(dialog.table, Qt.Key.Key_Space)
    assert ticks(dialog)[:2] == [Qt.CheckState.Checked, Qt.CheckState.Checked]
    # Return in the table enrolls nobody; the button does.
    QTest.keyClick(dialog.table, Qt.Key.Key_Return)
    QTest.keyClick(dialog.enroll, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: not dialog.isVisible(), timeout=WAIT)
    assert [person.name for person in recognizer.gallery.people()] == ["eileen", "Grace Hopper"]


def test_another_name_is_judged_anew(qtbot: QtBot, recognizer: Recognizer, portraits: Path, folder: Path) -> None:
    picture = read_picture(portraits / "grace_hopper.jpg")
    (folder / "Somebody Else.png").write_bytes(encode_png(cv2.convertScaleAbs(picture, alpha=1.1)))  # type: ignore[arg-type]
    dialog = opened(qtbot, recognizer, folder / "grace_hopper.jpg", folder / "Somebody Else.png")
    qtbot.waitUntil(lambda: dialog.model.rowCount() == 2, timeout=WAIT)
    assert texts(dialog, FOUND)[0].startswith("Very similar to Somebody Else (0.9")
    assert ticks(dialog) == [Qt.CheckState.Unchecked] * 2
    assert not dialog.enroll.isEnabled()
    dialog.model.setData(dialog.model.index(1, NAME), " ")
    assert "name is empty" in dialog.note.text()
    dialog.model.setData(dialog.model.index(1, NAME), "Grace Hopper")
    qtbot.waitUntil(lambda: ticks(dialog) == [Qt.CheckState.Checked] * 2, timeout=WAIT)
    assert [one.finding for one in dialog.model.rows()] == [Finding.READY] * 2
    assert dialog.enroll.text() == "Enroll 1 person"


def test_a_closed_dialog_stops_reading_and_stores_nothing(qtbot: QtBot, recognizer: Recognizer, folder: Path) -> None:
    dialog = opened(qtbot, recognizer, folder)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
    all_told(qtbot)
    assert recognizer.gallery.people() == []


def test_without_places_it_asks_for_some_and_says_what_is_wrong_with_them(
    qtbot: QtBot, recognizer: Recognizer, tmp_path: Path
) -> None:
    dialog = opened(qtbot, recognizer)
    assert "one folder of pictures for each person" in dialog.note.text()
    assert dialog.folder.isVisible()
    assert not dialog.enroll.isEnabled()
    dialog.read([tmp_path])
    qtbot.waitUntil(lambda: "contains no pictures" in dialog.note.text(), timeout=WAIT)
    assert dialog.folder.isVisible()
    assert dialog.files.isVisible()


def test_a_dropped_folder_is_imported_and_taken_back_in_one_step(
    qtbot: QtBot, open_window: Callable[..., MainWindow], portraits: Path, folder: Path
) -> None:
    window = open_window("")
    shutil.copy(portraits / "eileen_collins.png", folder / "Eileen Collins.png")
    (folder / "IMG_0001.png").unlink()
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(folder))])
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    window.dropEvent(QDropEvent(QPointF(50, 50), Qt.DropAction.CopyAction, data, buttons, keys, QEvent.Type.Drop))
    dialog = window.findChild(ImportDialog)
    assert dialog is not None
    qtbot.waitUntil(lambda: dialog.enroll.isEnabled(), timeout=WAIT)
    dialog.enroll.click()
    qtbot.waitUntil(lambda: window.people.model.rowCount() == 2, timeout=WAIT)
    qtbot.waitUntil(window.people.undo_bar.isVisible, timeout=WAIT)
    assert "Imported 2 people." in window.people._undo_label.text()
    window.commands.undo.trigger()
    qtbot.waitUntil(lambda: window.people.model.rowCount() == 0, timeout=WAIT)
    assert window.gallery.people() == []
    QApplication.processEvents()


def test_a_folder_or_table_to_import_is_chosen_from_the_menu(
    qtbot: QtBot, open_window: Callable[..., MainWindow]
) -> None:
    window = open_window("", loaded=False)
    window.commands.import_people.trigger()
    assert window.findChild(ImportDialog) is None
    assert "still loading" in window.status.currentMessage()
    qtbot.waitUntil(lambda: window.recognizer is not None, timeout=WAIT)
    window.commands.import_people.trigger()
    dialog = window.findChild(ImportDialog)
    assert dialog is not None
    assert dialog.folder.isVisible()
    dialog.close()


def test_what_is_enrolled_when_the_dialog_is_closed_stays_and_can_be_taken_back(
    qtbot: QtBot, open_window: Callable[..., MainWindow], portraits: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = open_window("")
    dialog = window.open_import([portraits / name for name in ("grace_hopper.jpg", "eileen_collins.png")])
    assert dialog is not None
    qtbot.waitUntil(lambda: dialog.enroll.isEnabled(), timeout=WAIT)
    assert dialog.enroll.text() == "Enroll 2 people"
    begun, go_on = threading.Event(), threading.Event()
    add_photo = window.gallery.add_photo

    def slow(*arguments: Any, **options: Any) -> Any:
        begun.set()
        go_on.wait(60)
        return add_photo(*arguments, **options)

    monkeypatch.setattr(window.gallery, "add_photo", slow)
    dialog.enroll.click()
    assert begun.wait(60)
    dialog.reject()
    qtbot.waitUntil(lambda: not isValid(dialog), timeout=WAIT)
    go_on.set()
    qtbot.waitUntil(window.people.undo_bar.isVisible, timeout=WAIT)
    assert window.people._undo_label.text() == "Imported 1 person."
    assert len(window.gallery.people()) == 1
    assert not window.findChildren(QMessageBox)
