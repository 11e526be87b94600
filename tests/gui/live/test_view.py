"""Frames, boxes and labels as they are painted."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from core.types import Frame, Recognition
from gui.live.face_label import label_text
from gui.live.view import LiveView, Notice


@pytest.mark.parametrize("size", [(1280, 720), (400, 900), (900, 400), (3840, 2160)])
def test_faces_are_where_the_picture_shows_them(qtbot: QtBot, recognition: Recognition, size: tuple[int, int]) -> None:
    view = LiveView()
    qtbot.addWidget(view)
    view.resize(*size)
    view.show_frame(recognition.frame, recognition)
    picture = view.picture_rect()
    assert picture.width() / picture.height() == pytest.approx(1280 / 720, rel=0.01)
    assert view.rect().toRectF().contains(picture.adjusted(1, 1, -1, -1))
    assert len(view.faces()) == 2
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
    assert len(view.faces()) == len(plain) == 2
    for face, box in view.faces():
        assert box.center().x() == pytest.approx(1280 - plain[id(face)].center().x(), abs=1)


def test_boxes_are_extrapolated_to_the_frame_being_painted(qtbot: QtBot, recognition: Recognition) -> None:
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


def test_faces_are_clicked_or_chosen_by_digit_unless_a_notice_covers_them(
    qtbot: QtBot, recognition: Recognition
) -> None:
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
    view.show_notice(Notice("Ended", "Play it again.", "video", "Play again"))
    assert view.face_at(box.center()) is None
    assert "Ended" in view.accessibleDescription()
    with qtbot.waitSignal(view.button_clicked):
        QTest.mouseClick(view._button, Qt.MouseButton.LeftButton)


def test_names_are_hidden_in_the_picture_in_snapshots_and_from_screen_readers(
    qtbot: QtBot, recognition: Recognition
) -> None:
    view = LiveView()
    qtbot.addWidget(view)
    view.resize(640, 360)
    view.show_frame(recognition.frame, None)
    plain, plain_view = view.snapshot(), view.grab().toImage()
    view.show_frame(recognition.frame, recognition)
    assert view.snapshot() != plain
    view.hide_names(True)
    assert view.snapshot() == plain
    assert view.grab().toImage() == plain_view
    assert "Eileen" not in view.accessibleDescription()
    view.hide_names(False)
    assert view.snapshot() != plain
    assert "Eileen" in view.accessibleDescription()
