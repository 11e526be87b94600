"""The history page in the window: who was here, and unknown people."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from core.gallery import Gallery
from core.gallery.sightings import Seen
from gui.history.keeping import KeepingDialog
from gui.history.page import HistoryPage
from gui.history.period import DAY, TODAY, YESTERDAY
from gui.history.seen import NAMED, UNKNOWN
from gui.shell.main_window import MainWindow
from tests.core.gallery.made_up import embedding, enroll
from tests.core.history.test_history import NOON, seen

Open = Callable[..., MainWindow]
WAIT = 30_000


def opened(window: MainWindow, qtbot: QtBot) -> HistoryPage:
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow, timeout=WAIT)
    QTest.keyClick(window, Qt.Key.Key_H, Qt.KeyboardModifier.ControlModifier)
    page = window.pages.history_page
    assert page is not None
    qtbot.waitUntil(lambda: bool(page.seen.count.text()), timeout=WAIT)
    return page


def names(page: HistoryPage) -> list[str]:
    return [page.seen.model.sighting(row).name for row in range(page.seen.model.rowCount())]


def press(button: str) -> None:
    box = QApplication.activeModalWidget()
    assert isinstance(box, QMessageBox)
    next(one for one in box.buttons() if one.text() == button).click()


def test_who_is_seen_live_is_listed_looked_at_and_corrected(
    qtbot: QtBot, gallery: Gallery, open_window: Open, portraits: Path
) -> None:
    gallery.history.keep(unknown_hours=24, now=NOON)
    window = open_window()
    recognizer = window.recognizer
    assert recognizer is not None
    # The scene shows Hopper too, so who is called Eileen is known to be right.
    recognizer.enroll("Eileen", portraits / "eileen_collins.png")
    window._gallery_changed()
    page = opened(window, qtbot)
    qtbot.waitUntil(lambda: sorted(names(page)) == ["", "Eileen"], timeout=WAIT)
    row = names(page).index("Eileen")
    page.seen.table.selectRow(row)
    details = page.seen.details
    qtbot.waitUntil(lambda: details.picture.shown, timeout=WAIT)
    assert details.title.text() == "Eileen"
    assert "Demo scene" in details.words.text()
    assert not details.no.isHidden()
    QTest.mouseClick(details.no, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(gallery.counters(1)) == 1, timeout=WAIT)
    qtbot.waitUntil(lambda: "Eileen" not in names(page), timeout=WAIT)


def test_an_unknown_person_is_named_once_and_for_all_sightings(
    qtbot: QtBot, gallery: Gallery, open_window: Open
) -> None:
    gallery.history.keep(unknown_hours=24, now=NOON)
    window = open_window()
    page = opened(window, qtbot)
    page.tabs.setCurrentIndex(1)
    unknown = page.unknown
    qtbot.waitUntil(lambda: unknown.list.count() == 2, timeout=WAIT)
    unknown.list.setCurrentRow(0)
    group = unknown.chosen
    assert group is not None
    unknown.give_name(group, "  Grace\tHopper ")
    qtbot.waitUntil(lambda: unknown.list.count() == 1, timeout=WAIT)
    assert [person.name for person in gallery.people()] == ["Grace Hopper"]
    assert {one.name for one in gallery.history.find()} == {"", "Grace Hopper"}
    qtbot.waitUntil(lambda: window.people.model.rowCount() == 1, timeout=WAIT)

    unknown.list.setCurrentRow(0)
    QTest.mouseClick(unknown.ignore, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: unknown.list.count() == 0, timeout=WAIT)
    unknown.ignored.setChecked(True)
    assert unknown.list.count() == 1
    unknown.list.setCurrentRow(0)
    assert unknown.ignore.text() == "Stop ignoring"
    QTest.mouseClick(unknown.delete, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: unknown.list.count() == 0, timeout=WAIT)
    assert unknown.note.text() == "Nobody is ignored."


def test_unknown_people_are_kept_only_if_the_user_says_so(qtbot: QtBot, gallery: Gallery, open_window: Open) -> None:
    window = open_window("")
    page = opened(window, qtbot)
    page.tabs.setCurrentIndex(1)
    qtbot.waitUntil(lambda: "are not kept" in page.unknown.note.text(), timeout=WAIT)
    QTest.mouseClick(page.unknown.keep, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), KeepingDialog), timeout=WAIT)
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, KeepingDialog)
    assert (dialog.named.currentText(), dialog.unknown.currentText()) == ("For 30 days", "Not at all")
    dialog.unknown.setCurrentIndex(dialog.unknown.findText("For 24 hours"))
    with qtbot.waitSignal(dialog.accepted, timeout=WAIT):
        QTest.mouseClick(dialog.save, Qt.MouseButton.LeftButton)
    assert gallery.history.keeping.unknown_hours == 24


@pytest.fixture
def page(qtbot: QtBot, gallery: Gallery, open_window: Open) -> HistoryPage:
    """With 450 sightings of Ada, Bob and unknown people, on the same day."""
    for number, name in enumerate(("Ada Lovelace", "Bob")):
        enroll(gallery, name, number)
    gallery.history.keep(named_days=3660, unknown_hours=24 * 31, now=NOON)
    people = {name: gallery.require(name).id for name in ("Ada Lovelace", "Bob")}
    who: list[int | None] = [people["Ada Lovelace"], people["Bob"], None]
    gallery.history.write(
        [
            Seen(
                *(str(number), True, who[number % 3], NOON + number, NOON + number, 0.5, 0.5, "Door", b"", b""),
                *((0, 0, 1, 1), "encoder", embedding()),
            )
            for number in range(450)
        ]
    )
    return opened(open_window("", loaded=False), qtbot)


def test_sightings_are_searched_filtered_and_scrolled(qtbot: QtBot, page: HistoryPage, gallery: Gallery) -> None:
    tab = page.seen
    qtbot.waitUntil(lambda: tab.count.text() == "450 sightings", timeout=WAIT)
    assert tab.model.rowCount() == 200
    while tab.model.canFetchMore(tab.table.rootIndex()):
        rows = tab.model.rowCount()
        tab.table.scrollToBottom()
        qtbot.waitUntil(lambda rows=rows: tab.model.rowCount() > rows, timeout=WAIT)  # type: ignore[misc]
    assert tab.model.rowCount() == 450
    tab.search.setText("love")
    qtbot.waitUntil(lambda: set(names(page)) == {"Ada Lovelace"}, timeout=WAIT)
    tab.search.clear()
    tab.who.setCurrentIndex(NAMED)
    qtbot.waitUntil(lambda: tab.count.text() == "300 sightings", timeout=WAIT)
    tab.who.setCurrentIndex(UNKNOWN)
    qtbot.waitUntil(lambda: set(names(page)) == {""}, timeout=WAIT)
    tab.who.setCurrentIndex(0)
    for period in (TODAY, YESTERDAY):
        tab.period.choice.setCurrentIndex(period)
        qtbot.waitUntil(lambda: "Nobody was seen" in tab.count.text(), timeout=WAIT)
    tab.period.choice.setCurrentIndex(DAY)
    assert not tab.period.day.isHidden()
    tab.period.day.setDate(tab.period.day.date().fromString("2027-03-04", Qt.DateFormat.ISODate))
    qtbot.waitUntil(lambda: tab.count.text() == "450 sightings", timeout=WAIT)


def test_what_is_listed_is_exported_and_deleted(
    qtbot: QtBot, page: HistoryPage, gallery: Gallery, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tab = page.seen
    tab.search.setText("Bob")
    qtbot.waitUntil(lambda: tab.count.text() == "150 sightings", timeout=WAIT)
    for name, export, rows in (("sightings", tab.export, 150), ("attendance", tab.export_attendance, 2)):
        file = tmp_path / f"{name}.csv"
        monkeypatch.setattr("gui.history.seen.QFileDialog.getSaveFileName", lambda *_, file=file: (str(file), ""))
        with qtbot.waitSignal(page.said, timeout=WAIT):
            export()
        with file.open(encoding="utf-8-sig", newline="") as opened_file:
            assert len(list(csv.reader(opened_file))) == 1 + rows
    tab.ask_to_delete()
    press("Cancel")
    tab.ask_to_delete()
    press("Delete")
    qtbot.waitUntil(lambda: "Nobody was seen" in tab.count.text(), timeout=WAIT)
    assert gallery.history.count() == 300
    assert len(gallery.people()) == 2


def test_keys_open_the_page_and_leave_it(qtbot: QtBot, page: HistoryPage) -> None:
    window = page.window()
    assert isinstance(window, MainWindow)
    tab = page.seen
    qtbot.waitUntil(lambda: tab.model.rowCount() > 0, timeout=WAIT)
    tab.table.setFocus()
    tab.table.selectRow(0)
    count = tab.count.text()
    QTest.keyClick(tab.table, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: tab.count.text() != count, timeout=WAIT)
    window.commands.metric.trigger()
    assert not window.commands.history.isChecked()
    window.commands.history.trigger()
    assert not window.commands.metric.isChecked()
    assert window.pages.currentWidget() is page
    window.commands.back.trigger()
    assert window.pages.currentWidget() is window.view
    assert not window.commands.history.isChecked()


def test_a_stay_that_goes_on_keeps_its_row_selected(qtbot: QtBot, page: HistoryPage, gallery: Gallery) -> None:
    tab = page.seen
    qtbot.waitUntil(lambda: tab.model.rowCount() > 0, timeout=WAIT)
    chosen = tab.model.sighting(4)
    tab.table.selectRow(4)
    seen(gallery, "Bob", NOON + 9000)
    tab.refresh()
    qtbot.waitUntil(lambda: tab.count.text() == "451 sightings", timeout=WAIT)
    assert [one.id for one in tab.chosen()] == [chosen.id]
    assert isinstance(tab.details.delete, QPushButton)
    assert tab.details.sighting == chosen
