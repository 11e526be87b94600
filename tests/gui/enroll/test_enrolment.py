"""The enrolment dialog, and a face's card."""

from dataclasses import replace
from itertools import combinations
from pathlib import Path

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from core.pictures.reading import read_picture
from core.recognizer import Recognizer
from core.types import Image, Problem, Recognition
from gui.enroll.dialog import EnrollDialog
from gui.live.face_card import FaceCard
from gui.live.face_label import label_of, label_text, paint_frame
from gui.look.pictures import from_qimage
from tests.gui.late import all_told

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
    assert "Very similar to Grace Hopper (0.99)" in dialog.note.text()
    assert "add a second photo of each" in dialog.note.text()
    QTest.mouseClick(dialog.use_name, Qt.MouseButton.LeftButton)
    assert dialog.name.text() == "Grace Hopper"
    assert "already enrolled" in dialog.note.text()
    assert dialog.enroll.text() == "Add photo"
    with qtbot.waitSignal(dialog.enrolled, timeout=WAIT):
        QTest.mouseClick(dialog.enroll, Qt.MouseButton.LeftButton)
    assert recognizer.gallery.people()[0].templates == 2


def test_bad_photos_and_names_are_reported_in_the_dialog(qtbot: QtBot, recognizer: Recognizer, tmp_path: Path) -> None:
    bad = tmp_path / "bad.jpg"
    bad.write_bytes(b"no picture")
    dialog = _open_dialog(qtbot, recognizer, bad)
    qtbot.waitUntil(lambda: "not a picture" in dialog.verdict.text(), timeout=WAIT)
    dialog.name.setText("Ada")
    assert not dialog.enroll.isEnabled()
    dialog.examine(np.full((200, 200, 3), 99, np.uint8))
    qtbot.waitUntil(lambda: "No face" in dialog.verdict.text(), timeout=WAIT)
    assert recognizer.gallery.people() == []


def test_a_poor_face_can_be_enrolled_after_a_warning(qtbot: QtBot, recognizer: Recognizer, portraits: Path) -> None:
    import cv2

    photo = read_picture(portraits / "eileen_collins.png")
    small = cv2.resize(photo, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    dialog = _open_dialog(qtbot, recognizer, np.asarray(small, np.uint8))
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
    assert "at most 1 in 100 strangers" in card.verdict.text()
    unknown = next(face for face in recognition.faces if not face.decision.name)
    card = FaceCard(unknown, 1)
    qtbot.addWidget(card)
    assert "below the" in card.verdict.text()
    with qtbot.waitSignal(card.enroll_requested) as asked:
        QTest.mouseClick(card.name_it, Qt.MouseButton.LeftButton)
    assert asked.args[0].crop is unknown.crop


def test_a_photo_saved_on_its_side_is_shown_and_enrolled_upright(
    qtbot: QtBot, recognizer: Recognizer, portraits: Path
) -> None:
    upright = read_picture(portraits / "eileen_collins.png")
    dialog = _open_dialog(qtbot, recognizer, np.ascontiguousarray(np.rot90(upright)))
    qtbot.waitUntil(lambda: dialog.face is not None, timeout=WAIT)
    assert dialog._image is not None
    assert np.array_equal(dialog._image, upright)
    assert dialog.face is not None
    assert abs(dialog.face.face.roll) < 15
    assert "Good enough" in dialog.verdict.text()
    QTest.mouseClick(dialog.turn, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: dialog.face is not None, timeout=WAIT)
    assert np.array_equal(dialog._image, np.rot90(upright, -1))
    assert 60 < dialog.face.face.roll < 120


def test_another_persons_photo_under_a_name_is_questioned_before_it_is_added(
    qtbot: QtBot, recognizer: Recognizer, portraits: Path
) -> None:
    recognizer.enroll("Grace Hopper", portraits / "grace_hopper.jpg")
    dialog = _open_dialog(qtbot, recognizer, portraits / "eileen_collins.png")
    qtbot.waitUntil(lambda: dialog.face is not None, timeout=WAIT)
    dialog.name.setText("Grace Hopper")
    QTest.mouseClick(dialog.enroll, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "does not look like Grace Hopper" in dialog.note.text(), timeout=WAIT)
    assert dialog.enroll.text() == "Add anyway"
    QTest.keyClick(dialog.name, Qt.Key.Key_Return)
    QTest.keyClick(dialog.cancel, Qt.Key.Key_Return)
    all_told(qtbot)
    assert not dialog._writes.busy
    assert recognizer.gallery.people()[0].templates == 1
    with qtbot.waitSignal(dialog.enrolled, timeout=WAIT):
        QTest.mouseClick(dialog.enroll, Qt.MouseButton.LeftButton)
    assert recognizer.gallery.people()[0].templates == 2


def test_a_held_name_is_not_offered_for_another_photo(recognition: Recognition, qtbot: QtBot) -> None:
    """Otherwise Enter could add a stranger's picture to the person whose name is still held."""
    known = next(face for face in recognition.faces if face.decision.name)
    assert known.decision.named is not None
    threshold = replace(known.decision.threshold, similarity=known.decision.named.similarity + 0.02)
    held = replace(known, decision=replace(known.decision, threshold=threshold, held=True, stricter=0.0))
    for face, name, default in ((known, "Eileen Collins", False), (held, "", False)):
        card = FaceCard(face, 1)
        qtbot.addWidget(card)
        assert card.windowTitle() == "Eileen Collins"
        assert (card.certain_name, card.name_it.isDefault()) == (name, default)
    assert "Keeps its name for now" in card.verdict.text()
    assert "0.02 below" in card.verdict.text()
    assert label_text(held) == ("Eileen Collins", "")


def test_a_face_that_is_not_upright_says_so_on_label_and_card(recognition: Recognition, qtbot: QtBot) -> None:
    face = recognition.faces[0]
    turned = replace(face, decision=replace(face.decision, named=None, obstacle=Problem.NOT_UPRIGHT))
    assert label_text(turned) == ("Unknown · not upright", "")
    card = FaceCard(turned, 1)
    qtbot.addWidget(card)
    assert "is not upright" in card.verdict.text()


def test_sure_likely_held_and_unknown_look_different(recognition: Recognition) -> None:
    known = next(face for face in recognition.faces if face.decision.name)
    likely = replace(known.decision, threshold=replace(known.decision.threshold, sure=2.0))
    kinds = (known.decision, likely, replace(known.decision, held=True), replace(known.decision, named=None))
    assert [decision.certainty for decision in kinds] == ["sure", "likely", "held", "unknown"]
    pictures = []
    for decision in kinds:
        face = replace(known, decision=decision)
        painted = QImage(200, 120, QImage.Format.Format_RGB32)
        painted.fill(Qt.GlobalColor.gray)
        painter = QPainter(painted)
        box = QRectF(60, 50, 80, 60)
        paint_frame(painter, face, box, hovered=False)
        painter.drawPixmap(5, 5, label_of(face, box, QRectF(0, 0, 200, 120), "DejaVu Sans", 1.0, 20))
        painter.end()
        pictures.append(from_qimage(painted))
    for one, other in combinations(pictures, 2):
        assert np.abs(one.astype(int) - other).mean() > 1
