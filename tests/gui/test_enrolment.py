"""The dialog that enrolls, and the card of a face."""

from pathlib import Path

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from core.images import read_picture
from core.recognizer import Recognizer
from core.types import Image, Recognition
from gui.enroll_dialog import EnrollDialog
from gui.face_card import FaceCard

WAIT = 30_000


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
    assert "Very close to Grace Hopper, 0.99" in dialog.note.text()
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


def test_the_card_explains_in_words(qtbot: QtBot, recognition: Recognition) -> None:
    known = next(face for face in recognition.faces if face.decision.name)
    card = FaceCard(known, 1)
    qtbot.addWidget(card)
    assert "above the" in card.verdict.text()
    assert "one stranger in 100" in card.verdict.text()
    unknown = next(face for face in recognition.faces if not face.decision.name)
    card = FaceCard(unknown, 1)
    qtbot.addWidget(card)
    assert "below the" in card.verdict.text()
    with qtbot.waitSignal(card.enroll_requested) as asked:
        QTest.mouseClick(card.name_it, Qt.MouseButton.LeftButton)
    assert asked.args[0].crop is unknown.crop
