"""The parts of the window by themselves, with real galleries, photos and frames."""

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QItemSelectionModel, QPointF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMessageBox, QToolBar
from pytestqt.qtbot import QtBot

from core.capture.demo import DemoScene
from core.gallery import Gallery
from core.images import read_picture
from core.live import SourceState, Status
from core.recognizer import Recognizer
from core.types import Frame, Image, Recognition
from gui import tasks, theme
from gui.enroll_dialog import EnrollDialog
from gui.face_card import FaceCard
from gui.face_label import label_text
from gui.live_view import LiveView, Notice
from gui.main_window import MainWindow
from gui.people_panel import PeoplePanel
from gui.person_delegate import seen_text
from gui.pictures import from_qimage, rounded, to_qimage
from gui.settings import Settings
from gui.status_line import StatusLine

WAIT = 30_000
ROOT = Path(__file__).resolve().parents[2]


def fill(gallery: Gallery, *names: str) -> None:
    random = np.random.default_rng(0)
    for name in names:
        crop = random.integers(0, 256, (112, 112, 3), dtype=np.uint8)
        gallery.enroll(name, crop, random.normal(size=128).astype(np.float32), "encoder")


# Start


def test_the_window_comes_without_pytorch() -> None:
    code = "import sys, gui.application; print('torch' in sys.modules, 'scipy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False False"


def test_calling_qt_half_a_million_times_does_not_end_the_process() -> None:
    code = (
        "from PySide6.QtCore import QObject; from gui.application import make_application; make_application()\n"
        "one = QObject()\n"
        "for _ in range(500_000): one.setObjectName('')\n"
        "print('alive', flush=True)\n"
        "import os; os._exit(0)"
    )
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, "alive"), done.stderr


def test_frames_are_shown_while_the_models_load(qtbot: QtBot, open_window: Callable[..., MainWindow]) -> None:
    window = open_window(loaded=False)
    qtbot.waitUntil(lambda: window.view.painted > 0, timeout=WAIT)
    qtbot.waitUntil(lambda: window.recognizer is not None, timeout=2 * WAIT)


def test_without_a_camera_the_window_says_how_to_begin(qtbot: QtBot, open_window: Callable[..., MainWindow]) -> None:
    window = open_window("", loaded=False)
    qtbot.waitUntil(lambda: window.view.accessibleDescription() != "Looking for a camera…. ", timeout=WAIT)
    if "No camera found" not in window.view.accessibleDescription():
        pytest.skip("this computer has a camera")
    QTest.mouseClick(window.view._button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.view.painted > 3, timeout=WAIT)


def test_settings_are_remembered(gallery: Gallery) -> None:
    settings = Settings()
    assert (settings.source, settings.rate, settings.mirrored) == ("", 0.01, True)
    settings.source, settings.rate, settings.mirrored = "demo", 1e-4, False
    again = Settings()
    assert (again.source, again.rate, again.mirrored) == ("demo", 1e-4, False)
    again.source = "rtsp://me:secret@host/x"
    assert Settings().source == ""


# Pictures and tasks


def test_pictures_are_copied_both_ways(portraits: Path) -> None:
    image = read_picture(portraits / "grace_hopper.jpg")
    picture = to_qimage(image)
    assert np.array_equal(from_qimage(picture), image)
    before = picture.pixelColor(10, 10)
    changed = image.copy()
    shown = to_qimage(changed)
    changed[:] = 0
    assert shown.pixelColor(10, 10) == before
    odd = np.ascontiguousarray(image[:33, :47])
    assert np.array_equal(from_qimage(to_qimage(odd)), odd)
    transparent = QImage(4, 4, QImage.Format.Format_ARGB32)
    transparent.fill(QColor(0, 0, 0, 0))
    assert from_qimage(transparent).min() == 255
    assert rounded(image, 48, 2.0).width() == 96


def test_results_come_back_in_the_gui_thread_and_not_to_the_dead(qtbot: QtBot) -> None:
    got: list[object] = []
    owner = QLineEdit()
    qtbot.addWidget(owner)
    tasks.run(lambda: 6 * 7, got.append, got.append, owner)
    qtbot.waitUntil(lambda: got == [42])
    tasks.run(lambda: 1 // 0, got.append, lambda error: got.append(type(error)), owner)
    qtbot.waitUntil(lambda: got == [42, ZeroDivisionError])
    gone = QLineEdit()
    tasks.run(lambda: 43, got.append, got.append, gone)
    gone.deleteLater()
    qtbot.wait(200)
    assert 43 not in got or got[-1] == 43


# Live view


@pytest.fixture
def recognition(recognizer: Recognizer, portraits: Path) -> Recognition:
    """A frame of the demo scene with Eileen Collins known and Grace Hopper unknown."""
    recognizer.enroll("Eileen Collins", portraits / "eileen_collins.png")
    scene = DemoScene()
    scene.open()
    return recognizer.follower()(Frame(scene.frame(100), 0, 0.0, 0.0))


@pytest.mark.parametrize("size", [(1280, 720), (400, 900), (900, 400), (3840, 2160)])
def test_faces_are_where_the_picture_shows_them(qtbot: QtBot, recognition: Recognition, size: tuple[int, int]) -> None:
    view = LiveView()
    qtbot.addWidget(view)
    view.resize(*size)
    view.show_frame(recognition.frame, recognition)
    picture = view.picture_rect()
    assert picture.width() / picture.height() == pytest.approx(1280 / 720, rel=0.01)
    assert view.rect().toRectF().contains(picture.adjusted(1, 1, -1, -1))
    for face, box in view.faces():
        x, _, width, _ = face.face.box
        assert box.center().x() == pytest.approx(picture.x() + (x + width / 2) / 1280 * picture.width(), abs=1)
        assert view.face_at(box.center()) is face
    assert view.face_at(QPointF(picture.left() + 1, picture.top() + 1)) is None
    assert not view.grab().isNull()


def test_a_mirrored_view_mirrors_boxes_too(qtbot: QtBot, recognition: Recognition) -> None:
    view = LiveView()
    qtbot.addWidget(view)
    view.resize(1280, 720)
    view.show_frame(recognition.frame, recognition)
    plain = {id(face): box for face, box in view.faces()}
    view.mirrored = True
    for face, box in view.faces():
        assert box.center().x() == pytest.approx(1280 - plain[id(face)].center().x(), abs=1)


def test_boxes_are_carried_to_the_frame_being_painted(qtbot: QtBot, recognition: Recognition) -> None:
    view = LiveView()
    qtbot.addWidget(view)
    view.resize(1280, 720)
    moving = Recognition(recognition.frame, (replace(recognition.faces[0], velocity=(200.0, 0.0, 0.0, 0.0)),))
    view.show_frame(recognition.frame, moving)
    ((_, before),) = view.faces()
    later = Frame(recognition.frame.image, 3, 0.1, 0.1)
    view.show_frame(later, moving)
    ((_, after),) = view.faces()
    assert after.x() - before.x() == pytest.approx(20, abs=1)
    view.show_frame(Frame(recognition.frame.image, 90, 3.0, 3.0), moving)
    assert view.faces() == []


def test_known_and_unknown_differ_in_words(recognition: Recognition) -> None:
    texts = {label_text(face)[0] for face in recognition.faces}
    assert texts == {"Eileen Collins", "Unknown"}


def test_clicks_and_digits_ask_for_a_face_and_notices_block_them(qtbot: QtBot, recognition: Recognition) -> None:
    view = LiveView()
    qtbot.addWidget(view)
    view.resize(1280, 720)
    view.show()
    view.show_frame(recognition.frame, recognition)
    face, box = view.faces()[0]
    with qtbot.waitSignal(view.face_clicked) as clicked:
        QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=box.center().toPoint())
    assert clicked.args == [face]
    with qtbot.waitSignal(view.face_clicked) as typed:
        QTest.keyClick(view, Qt.Key.Key_1)
    assert typed.args[0] is min(view.faces(), key=lambda item: item[1].x())[0]
    view.show_notice(Notice("The end", "Play it again.", "video", "Again"))
    assert view.face_at(box.center()) is None
    assert "The end" in view.accessibleDescription()
    with qtbot.waitSignal(view.button_clicked):
        QTest.mouseClick(view._button, Qt.MouseButton.LeftButton)


# People


def test_people_are_searched_in_any_case_and_script(qtbot: QtBot, gallery: Gallery) -> None:
    fill(gallery, "Ada Lovelace", "ÉMILE Zola", "李小龍", "محمد علي")
    panel = PeoplePanel(gallery)
    qtbot.addWidget(panel)
    for text, count in (("", 4), ("ada", 1), ("émile", 1), ("李", 1), ("محمد", 1), ("nobody", 0)):
        panel.search.setText(text)
        assert panel.filter.rowCount() == count
    assert panel._stack.currentWidget() is panel._no_match


def test_rows_that_stay_keep_their_selection(qtbot: QtBot, gallery: Gallery) -> None:
    fill(gallery, "Ada", "Bob", "Eve")
    panel = PeoplePanel(gallery)
    qtbot.addWidget(panel)
    panel.list.setCurrentIndex(panel.filter.index(1, 0))
    gallery.forget("Ada")
    fill(gallery, "Carl", "Zoe")
    panel.reload()
    assert [person.name for person in panel.model.people()] == ["Bob", "Carl", "Eve", "Zoe"]
    assert [person.name for person in panel.selected()] == ["Bob"]
    gallery.rename("Bob", "Yves")
    panel.reload()
    assert [person.name for person in panel.model.people()] == ["Carl", "Eve", "Yves", "Zoe"]


def test_an_empty_gallery_says_how_to_begin(qtbot: QtBot, gallery: Gallery) -> None:
    panel = PeoplePanel(gallery)
    qtbot.addWidget(panel)
    assert panel._stack.currentWidget() is panel._empty
    fill(gallery, "Ada")
    panel.reload()
    assert panel._stack.currentWidget() is panel.list


def test_renaming_asks_the_store_and_refusals_change_nothing(
    qtbot: QtBot, gallery: Gallery, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(gallery, "Ada", "Bob")
    panel = PeoplePanel(gallery)
    qtbot.addWidget(panel)
    panel.show()
    with qtbot.waitSignal(panel.changed, timeout=WAIT):
        panel.model.setData(panel.model.index(0), "Ada Lovelace")
    assert [person.name for person in gallery.people()] == ["Ada Lovelace", "Bob"]
    panel.model.setData(panel.model.index(0), "bob")
    qtbot.waitUntil(lambda: any(box.isVisible() for box in panel.findChildren(QMessageBox)), timeout=WAIT)
    (box,) = panel.findChildren(QMessageBox)
    assert "Bob is enrolled already" in box.text()
    box.close()
    assert [person.name for person in gallery.people()] == ["Ada Lovelace", "Bob"]


def test_deleting_several_and_undoing_it(qtbot: QtBot, gallery: Gallery) -> None:
    fill(gallery, *(f"Person {number}" for number in range(5)))
    panel = PeoplePanel(gallery)
    qtbot.addWidget(panel)
    panel.show()
    for row in (1, 3):
        panel.list.selectionModel().select(panel.filter.index(row, 0), QItemSelectionModel.SelectionFlag.Select)
    assert [person.name for person in panel.selected()] == ["Person 1", "Person 3"]
    with qtbot.waitSignal(panel.changed, timeout=WAIT):
        panel.delete(["Person 1", "Person 3"])
    assert len(gallery) == 3
    assert "2 people deleted" in panel._undo_label.text()
    with qtbot.waitSignal(panel.changed, timeout=WAIT):
        panel.undo()
    assert len(gallery) == 5
    assert not panel.undo_bar.isVisible()


def test_when_somebody_was_seen_is_told_in_words(gallery: Gallery) -> None:
    fill(gallery, "Ada")
    (person,) = gallery.people()
    assert seen_text(person) == "Not seen yet"
    gallery.mark_seen(person.id, 1000.0)
    (person,) = gallery.people()
    for now, words in ((1010, "just now"), (1000 + 180, "3 min ago"), (1000 + 7200, "2 h ago"), (1e6, "11 days ago")):
        assert words in seen_text(person, now)


# Enrolment


def _open_dialog(qtbot: QtBot, recognizer: Recognizer, photo: Path | Image) -> EnrollDialog:
    dialog = EnrollDialog(recognizer, photo)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)  # qtbot deletes it
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


def test_the_largest_face_is_chosen_and_another_can_be(qtbot: QtBot, recognizer: Recognizer, shared: Path) -> None:
    dialog = _open_dialog(qtbot, recognizer, shared / "data" / "live" / "two_people.jpg")
    qtbot.waitUntil(lambda: dialog.face is not None, timeout=WAIT)
    first = dialog.face
    assert first is not None
    QTest.keyClick(dialog.photo, Qt.Key.Key_Right)
    assert dialog.face is not first
    assert first.face.area > dialog.face.face.area
    QTest.mouseClick(dialog.photo, Qt.MouseButton.LeftButton, pos=dialog.photo.face_rect(0).center().toPoint())
    assert dialog.face is first


def test_warnings_about_names_and_likeness(qtbot: QtBot, recognizer: Recognizer, portraits: Path) -> None:
    recognizer.enroll("Grace Hopper", portraits / "grace_hopper.jpg")
    dialog = _open_dialog(qtbot, recognizer, portraits / "grace_hopper.jpg")
    qtbot.waitUntil(lambda: dialog.face is not None, timeout=WAIT)
    dialog.name.setText("Somebody else")
    assert "Very close to Grace Hopper, 1.00" in dialog.note.text()
    QTest.mouseClick(dialog.use_name, Qt.MouseButton.LeftButton)
    assert dialog.name.text() == "Grace Hopper"
    assert "enrolled already" in dialog.note.text()
    assert dialog.enroll.text() == "Add photo"
    with qtbot.waitSignal(dialog.enrolled, timeout=WAIT):
        QTest.mouseClick(dialog.enroll, Qt.MouseButton.LeftButton)
    assert recognizer.gallery.people()[0].templates == 2


def test_bad_photos_and_names_are_told_in_the_dialog(qtbot: QtBot, recognizer: Recognizer, tmp_path: Path) -> None:
    bad = tmp_path / "bad.jpg"
    bad.write_bytes(b"no picture")
    dialog = _open_dialog(qtbot, recognizer, bad)
    qtbot.waitUntil(lambda: "not a picture" in dialog.verdict.text(), timeout=WAIT)
    dialog.name.setText("Ada")
    assert not dialog.enroll.isEnabled()
    dialog.examine(np.full((200, 200, 3), 99, np.uint8))
    qtbot.waitUntil(lambda: "no face" in dialog.verdict.text(), timeout=WAIT)
    assert recognizer.gallery.people() == []


def test_a_poor_face_can_be_enrolled_after_being_told(qtbot: QtBot, recognizer: Recognizer, portraits: Path) -> None:
    import cv2

    photo = read_picture(portraits / "eileen_collins.png")
    dialog = _open_dialog(qtbot, recognizer, cv2.resize(photo, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA))
    qtbot.waitUntil(lambda: dialog.face is not None, timeout=WAIT)
    assert "too small" in dialog.problems.text()
    dialog.name.setText("a\u202eb")
    assert dialog.enroll.text() == "Enroll anyway"
    QTest.mouseClick(dialog.enroll, Qt.MouseButton.LeftButton)
    assert "can't be shown" in dialog.note.text()
    assert dialog.isVisible()


def test_the_card_explains_in_words(qtbot: QtBot, recognizer: Recognizer, recognition: Recognition) -> None:
    known = next(face for face in recognition.faces if face.decision.name)
    card = FaceCard(recognizer, known)
    qtbot.addWidget(card)
    assert "above the" in card.verdict.text()
    assert "one stranger in 100" in card.verdict.text()
    unknown = next(face for face in recognition.faces if not face.decision.name)
    card = FaceCard(recognizer, unknown)
    qtbot.addWidget(card)
    assert "below the" in card.verdict.text()
    with qtbot.waitSignal(card.enroll_requested) as asked:
        QTest.mouseClick(card.name_it, Qt.MouseButton.LeftButton)
    assert asked.args[0].crop is unknown.crop


# Toolbar, theme and sensitivity


@pytest.mark.parametrize("width", [860, 1000, 1280, 3840])
def test_everything_of_the_toolbar_has_room(open_window: Callable[..., MainWindow], width: int) -> None:
    window = open_window("", loaded=False)
    window.resize(width, 600)
    QApplication.processEvents()
    (bar,) = window.findChildren(QToolBar)
    shown = [bar.widgetForAction(action) for action in bar.actions()]
    assert all(widget.isVisible() and bar.rect().contains(widget.geometry()) for widget in shown)


def test_a_source_that_has_ended_has_no_speed(qtbot: QtBot) -> None:
    line = StatusLine()
    qtbot.addWidget(line)
    running = Status(SourceState.RUNNING, "", 90, 60, 30, 30.0, 12.0, 0.05, 0.08)
    line.show_status("clip.mp4", running, True)
    assert line.speed.text() == "30 frames/s captured, 12 recognised"
    assert line.latency.text() == "50 ms latency"
    line.show_status("clip.mp4", running, False)
    assert "recognised" not in line.speed.text()
    line.show_status("clip.mp4", replace(running, state=SourceState.ENDED), True)
    assert line.source.text().startswith("Ended")
    assert (line.speed.text(), line.latency.text()) == ("", "")


@pytest.mark.parametrize("scheme", [Qt.ColorScheme.Light, Qt.ColorScheme.Dark])
def test_text_can_be_read_in_both_themes(qapp: QApplication, scheme: Qt.ColorScheme) -> None:
    theme.choose(qapp, scheme)
    assert theme.is_dark() == (scheme == Qt.ColorScheme.Dark)
    palette = QGuiApplication.palette()
    colours = theme.colours()
    for ink, paper in (
        (palette.windowText().color(), palette.window().color()),
        (palette.text().color(), palette.base().color()),
        (palette.highlightedText().color(), palette.highlight().color()),
        (colours.quiet, palette.window().color()),
        (colours.warning, palette.window().color()),
        (colours.known, palette.window().color()),
        (colours.on_stage, colours.stage),
    ):
        assert contrast(ink, paper) >= 4.5
    theme.choose(qapp, None)


def contrast(a: QColor, b: QColor) -> float:
    """WCAG 2.2's contrast ratio."""

    def luminance(colour: QColor) -> float:
        parts = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour.getRgbF()[:3]]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_sensitivity_is_remembered_and_moves_the_threshold(
    qtbot: QtBot, open_window: Callable[..., MainWindow]
) -> None:
    window = open_window()
    assert window.recognizer is not None
    before = window.recognizer.threshold.similarity
    window.sensitivity.choice.setCurrentIndex(2)
    assert window.recognizer.threshold.similarity > before
    assert window.recognizer.rate == 1e-4
    assert Settings().rate == 1e-4


def test_every_control_has_a_name_for_assistive_technology(open_window: Callable[..., MainWindow]) -> None:
    window = open_window(loaded=False)
    for control in (window.view, window.chooser, window.people.list, window.people.search, window.sensitivity.choice):
        assert control.accessibleName()
