"""The menu Help: its pages say what is true of this window and this computer."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, QSize, Qt, QUrl, Slot
from PySide6.QtGui import QAction, QDesktopServices, QGuiApplication, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QWhatsThis
from pytestqt.qtbot import QtBot

from core import __version__
from core.gallery import Gallery
from core.system.installed import PACKAGES, licence_of, version_of
from gui.help.about import About, for_a_bug_report
from gui.help.promise import Promise
from gui.help.shortcut_list import ShortcutList
from gui.help.your_data import YourData
from gui.settings import Settings
from gui.shell.main_window import MainWindow

WAIT = 60_000


def open_page(window: MainWindow, text: str) -> QDialog:
    action = next(action for action in window.help.actions() if action.text() == text)
    action.trigger()
    return next(page for page in window.findChildren(QDialog) if page.isVisible())


def test_every_shortcut_of_the_window_is_in_the_list(open_window: Callable[..., MainWindow]) -> None:
    window = open_window("", loaded=False)
    page = open_page(window, "Keyboard shortcuts")
    assert isinstance(page, ShortcutList)
    groups = [page.list.topLevelItem(number) for number in range(page.list.topLevelItemCount())]
    rows = [group.child(row) for group in groups if group for row in range(group.childCount())]
    listed = {(row.text(0), row.text(1)) for row in rows}
    shown = QKeySequence.SequenceFormat.NativeText
    of_the_window = {
        (action.text().rstrip("…"), ", ".join(key.toString(shown) for key in action.shortcuts()))
        for action in window.findChildren(QAction)
        if not action.shortcut().isEmpty()
    }
    assert of_the_window <= listed
    assert len(listed) == len(rows) >= 20
    assert ("Back", "Esc") in listed
    page.close()


def test_about_names_versions_and_licences_and_copies_nothing_private(
    qtbot: QtBot, own_home: Path, open_window: Callable[..., MainWindow]
) -> None:
    page = open_page(open_window("", loaded=False), "About Firstsight")
    assert isinstance(page, About)
    text = page.text.toPlainText()
    for told in (__version__, "MIT", "Apache", *PACKAGES, *filter(None, map(version_of, PACKAGES))):
        assert told in text
    assert licence_of("PySide6-Essentials").startswith("LGPL-3.0")
    assert licence_of("scipy") == "BSD License"
    assert licence_of("no-such-package") == ""
    assert version_of("no-such-package") is None
    page.copy.click()
    copied = QGuiApplication.clipboard().text()
    assert copied == for_a_bug_report()
    assert copied.startswith(f"Firstsight {__version__}\n")
    assert str(own_home) not in copied
    assert str(Path.home()) not in copied
    page.close()


class _Desktop(QObject):
    """Stands in for the program that shows folders."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[str] = []

    @Slot(QUrl)
    def show_folder(self, url: QUrl) -> None:
        self.opened.append(url.toLocalFile())


def test_where_data_is_tells_the_true_places_and_opens_the_folder(
    qtbot: QtBot, own_home: Path, gallery: Gallery, open_window: Callable[..., MainWindow]
) -> None:
    page = open_page(open_window("", loaded=False), "Where your data is")
    assert isinstance(page, YourData)
    text = page.text.toPlainText()
    for told in (gallery.path, gallery.key_place, own_home / "window.ini", own_home / "cache" / "faces"):
        assert str(told) in text
    assert (own_home / "window.ini").exists()
    desktop = _Desktop()
    QDesktopServices.setUrlHandler("file", desktop, "show_folder")  # type: ignore[arg-type]
    try:
        page.open_folder.click()
    finally:
        QDesktopServices.unsetUrlHandler("file")
    assert desktop.opened == [str(own_home)]
    page.close()


def test_the_promise_says_what_is_needed_now(qtbot: QtBot, open_window: Callable[..., MainWindow]) -> None:
    window = open_window("", loaded=False)
    qtbot.waitUntil(lambda: bool(window.sensitivity.meaning.toolTip()), timeout=WAIT)
    page = open_page(window, "What the promise means")
    assert isinstance(page, Promise)
    assert window.sensitivity.meaning.toolTip() in page.text.toPlainText()
    page.close()


def test_shift_f1_explains_the_control_with_the_focus(qtbot: QtBot, open_window: Callable[..., MainWindow]) -> None:
    window = open_window("", loaded=False)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow, timeout=WAIT)
    QTest.keyClick(window, Qt.Key.Key_F1, Qt.KeyboardModifier.ShiftModifier)
    assert QWhatsThis.inWhatsThisMode()
    QWhatsThis.leaveWhatsThisMode()
    window.sensitivity.choice.setFocus()
    QTest.keyClick(window.sensitivity.choice, Qt.Key.Key_F1, Qt.KeyboardModifier.ShiftModifier)
    assert not QWhatsThis.inWhatsThisMode()
    assert any(shown.inherits("QWhatsThat") for shown in QApplication.topLevelWidgets() if shown.isVisible())
    QWhatsThis.hideText()


@pytest.mark.parametrize("size", [QSize(720, 410), QSize(1280, 720)])
def test_the_tour_goes_through_the_window_by_keyboard_and_leaves_nothing(
    qtbot: QtBot, own_home: Path, gallery: Gallery, open_window: Callable[..., MainWindow], size: QSize
) -> None:
    window = open_window("", loaded=False)
    before = (Settings().source, Settings().rate, len(gallery))
    tour = window.take_tour()
    assert tour is not None
    assert window.take_tour() is tour
    folder = tour.gallery.path.parent
    tour.resize(size)
    tour.activateWindow()
    qtbot.waitUntil(lambda: len(tour.gallery) == 1, timeout=WAIT)
    guide = tour.guide
    seen = []
    for number in range(8):
        qtbot.waitUntil(guide.next.hasFocus, timeout=WAIT)
        assert guide.number == number
        seen.append(guide.title.text())
        qtbot.waitUntil(lambda: tour.rect().contains(guide.geometry()), timeout=WAIT)
        assert guide.text.height() >= guide.text.heightForWidth(guide.text.width())
        if number < 7:
            QTest.keyClick(guide.next, Qt.Key.Key_Return)
    assert len(set(seen)) == 8
    assert guide.next.text() == "Done"
    guide.back.click()
    assert guide.title.text() == seen[6]
    QTest.keyClick(guide.next, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: window._tour is None, timeout=WAIT)
    assert not folder.exists()
    assert window.isVisible()
    assert (Settings().source, Settings().rate, len(gallery)) == before


def test_closing_the_window_ends_the_tour(qtbot: QtBot, open_window: Callable[..., MainWindow]) -> None:
    window = open_window("", loaded=False)
    tour = window.take_tour()
    assert tour is not None
    folder = tour.gallery.path.parent
    assert folder.exists()
    window.close()
    assert window._tour is None
    assert not folder.exists()
