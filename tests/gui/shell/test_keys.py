"""Every shortcut from every control, Esc, the focus and the order of the Tab key; on small screens too."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QMimeData, QSize, Qt, QUrl
from PySide6.QtGui import QAction, QGuiApplication, QImage, QKeyEvent, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QLineEdit, QMessageBox, QPushButton, QToolBar, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from core.gallery import Gallery
from core.recognizer import Recognizer
from core.types import Recognition
from gui.enroll.dialog import EnrollDialog
from gui.live.face_card import FaceCard
from gui.metric.page import MetricPage
from gui.shell.main_window import MainWindow
from tests.gui.made_up import fill

WAIT = 60_000


@pytest.fixture
def window(qtbot: QtBot, gallery: Gallery, open_window: Callable[..., MainWindow]) -> MainWindow:
    fill(gallery, "Ada", "Bob", "Zoë Müller")
    window = open_window("", loaded=False)
    window.activateWindow()
    qtbot.waitUntil(lambda: window.people.model.rowCount() == 3, timeout=WAIT)
    qtbot.waitUntil(window.isActiveWindow, timeout=WAIT)
    return window


def controls(window: MainWindow) -> list[QWidget]:
    """All controls in Tab order, starting with the toolbar's first."""
    found, one = list[QWidget](), window.chooser.nextInFocusChain()
    while one is not None and one is not window.chooser:
        to_it = one.focusPolicy() & Qt.FocusPolicy.TabFocus and one.focusProxy() is None
        if to_it and one.isVisibleTo(window) and one.isEnabled():
            found.append(one)
        one = one.nextInFocusChain()
    return [window.chooser, *found]


def claimed(control: QWidget, sequence: QKeySequence) -> bool:
    """Whether the control claims these keys before the window's shortcuts get them."""
    keys = sequence[0]
    event = QKeyEvent(QEvent.Type.ShortcutOverride, keys.key(), keys.keyboardModifiers())
    event.ignore()
    QApplication.sendEvent(control, event)
    return event.isAccepted()


def shortcuts(window: MainWindow) -> dict[str, QKeySequence]:
    return {
        action.text(): action.shortcut()
        for action in window.findChildren(QAction)
        if not action.shortcut().isEmpty() and action.shortcutContext() == Qt.ShortcutContext.WindowShortcut
    }


def test_every_shortcut_reaches_the_window_from_every_control(qtbot: QtBot, window: MainWindow) -> None:
    QGuiApplication.clipboard().setImage(QImage(4, 4, QImage.Format.Format_RGB32))
    window.commands.metric.trigger()
    page = window.pages.currentWidget()
    assert isinstance(page, MetricPage)
    page.tabs.setCurrentIndex(1)
    all_controls = [*controls(window), page.distributions.cost.similarity]
    window.commands.metric.trigger()
    all_controls += controls(window)
    window.people.list.setCurrentIndex(window.people.filter.index(0, 0))
    window.people.rename_selected()
    editor = window.people.list.findChild(QLineEdit)
    assert editor is not None
    all_controls.append(editor)
    assert window.people.search in all_controls
    assert len(shortcuts(window)) >= 12
    # In a name's editor Esc ends the editing, elsewhere it goes back. Fields undo their own typing.
    taken = {
        (type(control).__name__, control.accessibleName(), text)
        for control in all_controls
        for text, sequence in shortcuts(window).items()
        if claimed(control, sequence) and not (control is editor and text == "Back") and text != "Undo"
    }
    assert taken == set()
    QGuiApplication.clipboard().clear()


def test_pasted_text_goes_into_the_search_and_pasted_pictures_are_enrolled(
    qtbot: QtBot, window: MainWindow, portraits: Path
) -> None:
    window.people.search.setFocus()
    QGuiApplication.clipboard().setText("zoe")
    QTest.keyClick(window.people.search, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert window.people.search.text() == "zoe"
    assert window.people.filter.rowCount() == 1
    qtbot.waitUntil(lambda: window.recognizer is not None, timeout=WAIT)
    files = QMimeData()
    files.setUrls([QUrl.fromLocalFile(str(portraits / name)) for name in ("eileen_collins.png", "grace_hopper.jpg")])
    files.setText(str(portraits / "eileen_collins.png"))
    QGuiApplication.clipboard().setMimeData(files)
    QTest.keyClick(window.people.search, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert window.people.search.text() == "zoe"
    dialog = window.findChild(EnrollDialog)
    assert dialog is not None
    assert "Photo 1 of 2" in dialog.which.text()
    QGuiApplication.clipboard().clear()
    dialog.close()


def test_the_search_gets_no_keys_unless_focused(window: MainWindow) -> None:
    assert window.focusWidget() is window.view
    QTest.keyClicks(window.focusWidget(), "ada")
    assert window.people.search.text() == ""
    QTest.keyClick(window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert window.focusWidget() is window.people.search


def test_esc_ends_the_search_then_full_screen_then_the_metric_page(qtbot: QtBot, window: MainWindow) -> None:
    window.commands.metric.trigger()
    window.commands.full_screen.trigger()
    qtbot.waitUntil(window.isFullScreen, timeout=WAIT)
    assert window.commands.full_screen.isChecked()
    window.commands.search.trigger()
    QTest.keyClicks(window.people.search, "zoe")
    assert window.people.filter.rowCount() == 1
    QTest.keyClick(window.people.search, Qt.Key.Key_Escape)
    assert window.people.search.text() == ""
    assert not window.people.search.hasFocus()
    assert window.isFullScreen()
    QTest.keyClick(window, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not window.isFullScreen(), timeout=WAIT)
    assert not window.commands.full_screen.isChecked()
    assert window.commands.metric.isChecked()
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert window.pages.currentWidget() is window.view
    assert not window.commands.metric.isChecked()
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert window.isVisible()


def test_full_screen_shows_the_view_alone_and_esc_brings_the_rest_back(qtbot: QtBot, window: MainWindow) -> None:
    rest = (window.menuBar(), window.commands.bar, window.status, window.people)
    QTest.keyClick(window, Qt.Key.Key_F11)
    qtbot.waitUntil(window.isFullScreen, timeout=WAIT)
    qtbot.waitUntil(lambda: not any(part.isVisible() for part in rest), timeout=WAIT)
    qtbot.waitUntil(lambda: window.view.size() == window.size(), timeout=WAIT)
    # Shortcuts of menus that are hidden go on.
    QTest.keyClick(window, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: window.view.painted > 0, timeout=WAIT)
    QTest.keyClick(window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert window.people.search.hasFocus()
    QTest.keyClick(window.people.search, Qt.Key.Key_Escape)
    assert not window.people.isVisible()
    QTest.keyClick(window, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: all(part.isVisible() for part in rest), timeout=WAIT)


def test_down_goes_from_the_search_to_the_people_found_and_esc_clears_it(window: MainWindow) -> None:
    window.commands.search.trigger()
    QTest.keyClicks(window.people.search, "zoe")
    QTest.keyClick(window.people.search, Qt.Key.Key_Down)
    assert window.people.list.hasFocus()
    assert [person.name for person in window.people.selected()] == ["Zoë Müller"]
    QTest.keyClick(window.people.list, Qt.Key.Key_Escape)
    assert window.people.filter.rowCount() == 3
    window.commands.search.trigger()
    QTest.keyClicks(window.people.search, "nobody")
    QTest.keyClick(window.people.search, Qt.Key.Key_Down)
    assert window.people.search.hasFocus()


def test_buttons_of_actions_tell_their_shortcuts(window: MainWindow) -> None:
    for button, keys in (
        *((button, button.actions()[0].shortcut().toString()) for button in window.commands.buttons),
        (window.people.undo_button, "Ctrl+Z"),
        (window.people.search, "Ctrl+F"),
    ):
        assert f"({keys})" in button.toolTip()


def test_searching_reopens_a_panel_that_was_dragged_shut(window: MainWindow) -> None:
    window._splitter.setSizes([1280, 0])
    assert window._splitter.sizes()[1] == 0
    window.commands.search.trigger()
    assert window._splitter.sizes()[1] >= 220
    assert window.people.search.hasFocus()


def test_menus_show_the_lists_shortcuts_and_each_acts_once(qtbot: QtBot, window: MainWindow) -> None:
    assert window.commands.rename.shortcut().toString() == "F2"
    assert window.commands.delete.shortcut().toString() == "Del"
    assert not window.commands.rename.isEnabled()
    asked = []
    window.commands.delete.triggered.connect(lambda: asked.append("action"))
    window.people.list.setFocus()
    window.people.list.setCurrentIndex(window.people.filter.index(1, 0))
    assert window.commands.rename.isEnabled()
    QTest.keyClick(window.people.list, Qt.Key.Key_Delete)
    boxes = [box for box in window.findChildren(QMessageBox) if box.isVisible()]
    assert len(boxes) == 1
    boxes[0].close()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow, timeout=WAIT)
    window.people.list.setFocus()
    QTest.keyClick(window.people.list, Qt.Key.Key_F2)
    editor = window.people.list.findChild(QLineEdit)
    assert editor is not None
    assert editor.text() == "Bob"
    QTest.keyClick(editor, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not isValid(editor) or not editor.isVisible(), timeout=WAIT)
    assert window.isVisible()
    # In the search, Del deletes a letter and asks nothing.
    window.people.search.setFocus()
    before = len(asked)
    QTest.keyClick(window.people.search, Qt.Key.Key_Delete)
    assert len(asked) == before
    window.people.list.selectAll()
    assert not window.commands.rename.isEnabled()
    assert window.commands.delete.isEnabled()


def test_the_tab_key_goes_through_the_toolbar_the_page_and_the_people(window: MainWindow) -> None:
    (bar,) = window.findChildren(QToolBar)
    buttons = [bar.widgetForAction(action) for action in bar.actions() if action.text()]
    order = controls(window)
    wanted = [
        window.chooser,
        *buttons,
        window.sensitivity.choice,
        window.view,
        window.people.search,
        window.people.list,
    ]
    places = [order.index(control) for control in wanted]
    assert places == sorted(places)
    window.commands.metric.trigger()
    page = window.pages.currentWidget()
    assert isinstance(page, MetricPage)
    order = controls(window)
    wanted = [window.sensitivity.choice, page.tabs, page.method, window.people.search]
    places = [order.index(control) for control in wanted]
    assert places == sorted(places)


def test_every_control_says_what_it_is(window: MainWindow) -> None:
    window.commands.metric.trigger()
    page = window.pages.currentWidget()
    assert isinstance(page, MetricPage)
    for tab in range(2):
        page.tabs.setCurrentIndex(tab)
        for control in controls(window):
            told = control.accessibleName() or (control.text() if hasattr(control, "text") else "")
            assert told, control
    for label in window.status.findChildren(QLabel):
        # A screen reader would read the name instead of the label.
        assert label.accessibleName() == ""


@pytest.mark.parametrize("encoder_named", [False, True])
def test_the_window_fits_a_small_screen_with_large_letters(
    qtbot: QtBot, window: MainWindow, encoder_named: bool
) -> None:
    if encoder_named:
        window.status.show_encoder("/somewhere/a-very-long-name-of-a-checkpoint.safetensors")
    small = QSize(720, 450)
    assert window.minimumSize().boundedTo(small) == window.minimumSize()
    window.resize(small - QSize(0, 40))
    qtbot.waitUntil(lambda: window.size() == small - QSize(0, 40), timeout=WAIT)
    (bar,) = window.findChildren(QToolBar)
    window.chooser.show_source("A camera whose name is so long that it is elided", "camera")
    parts = [bar.widgetForAction(action) for action in bar.actions()]
    qtbot.waitUntil(
        lambda: all(part.isVisible() and bar.rect().contains(part.geometry()) for part in parts), timeout=WAIT
    )
    assert window.people.width() >= 200
    assert window.view.width() >= 300
    window.commands.metric.trigger()
    QApplication.processEvents()
    assert window.size() == small - QSize(0, 40)


def test_dialogs_fit_a_small_screen_and_scroll(
    qtbot: QtBot, recognizer: Recognizer, recognition: Recognition, portraits: Path
) -> None:
    fill(recognizer.gallery, *(f"Person {number}" for number in range(8)))
    small = QSize(720, 410)
    dialog = EnrollDialog(recognizer, portraits / "grace_hopper.jpg", more=[portraits / "eileen_collins.png"])
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    card = FaceCard(recognition.faces[0], 1)
    card.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    for shown in (dialog, card):
        qtbot.addWidget(shown)
        shown.show()
        shown.resize(small)
        qtbot.waitUntil(lambda shown=shown: shown.size().boundedTo(small) == shown.size(), timeout=WAIT)  # type: ignore[misc]
        for button in shown.findChildren(QPushButton):
            if button.isVisible():
                corner = button.mapTo(shown, button.rect().bottomRight())
                assert shown.rect().contains(corner), button.text()
    qtbot.waitUntil(lambda: dialog.face is not None, timeout=WAIT)


def test_pop_ups_of_choices_show_the_row_that_is_chosen(qtbot: QtBot, window: MainWindow) -> None:
    choice: QComboBox = window.sensitivity.choice
    choice.showPopup()
    view = choice.view()
    qtbot.waitUntil(view.isVisible, timeout=WAIT)
    model, viewport = choice.model(), view.viewport()
    for row in range(choice.count()):
        assert viewport.rect().contains(view.visualRect(model.index(row, 0))), row
    picture = viewport.grab().toImage()
    ratio = picture.devicePixelRatio()
    for row in range(choice.count()):
        area = view.visualRect(model.index(row, 0)).adjusted(10, 4, -10, -4)
        colours = {
            picture.pixel(round(x * ratio), round(y * ratio))
            for x in range(area.left(), area.right(), 2)
            for y in range(area.top(), area.bottom(), 2)
        }
        # Blank would be one colour.
        assert len(colours) > 4, row
    choice.hidePopup()
