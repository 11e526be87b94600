"""What users say about a face on its card, and the dialog with a person's photos."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from core.gallery import Gallery
from core.types import Certainty, Recognition, RecognizedFace
from gui.live.face_card import FaceCard
from gui.people.photos import PhotosDialog
from gui.shell.main_window import MainWindow

WAIT = 60_000
NAME = "Eileen Collins"


@pytest.fixture
def window(recognition: Recognition, open_window: Callable[..., MainWindow]) -> MainWindow:
    """Over the gallery in which `recognition` knows one person."""
    assert recognition.faces
    return open_window("")


def known(recognition: Recognition) -> RecognizedFace:
    return next(face for face in recognition.faces if face.decision.name)


def unsure(face: RecognizedFace) -> RecognizedFace:
    """The face as if the similarity were just too low."""
    decision = face.decision
    needed = replace(decision.threshold, similarity=decision.candidates[0].similarity + 0.05)
    return replace(face, decision=replace(decision, named=None, threshold=needed))


def test_the_answer_not_this_person_is_kept_and_can_be_taken_back(
    qtbot: QtBot, window: MainWindow, gallery: Gallery, recognition: Recognition
) -> None:
    card = window.show_face(known(recognition), recognition.frame)
    assert card is not None
    assert card.not_them.text() == f"Not {NAME}"
    assert card.its_them.isHidden(), "nothing to add to a sure name"
    QTest.mouseClick(card.not_them, Qt.MouseButton.LeftButton)
    person = gallery.require(NAME)
    qtbot.waitUntil(lambda: len(gallery.counters(person.id)) == 1, timeout=WAIT)
    qtbot.waitUntil(lambda: "not called Eileen Collins any more" in window.status.currentMessage(), timeout=WAIT)
    qtbot.waitUntil(lambda: window.people.model.rowCount() == 1, timeout=WAIT)
    window.people.list.setCurrentIndex(window.people.filter.index(0, 0))
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow, timeout=WAIT)
    window.people.list.setFocus()
    QTest.keyClick(window.people.list, Qt.Key.Key_Return)
    (dialog,) = window.findChildren(PhotosDialog)
    qtbot.waitUntil(lambda: len(dialog.cards) == 2, timeout=WAIT)
    photo, counter = dialog.cards
    assert photo.delete.isHidden(), "the only photo stays"
    QTest.mouseClick(counter.delete, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(dialog.cards) == 1, timeout=WAIT)
    assert gallery.counters(person.id) == []
    dialog.close()


def test_an_uncertain_face_is_confirmed(
    qtbot: QtBot, window: MainWindow, gallery: Gallery, recognition: Recognition
) -> None:
    card = window.show_face(unsure(known(recognition)), recognition.frame)
    assert card is not None
    assert card.not_them.isHidden()
    assert card.its_them.text() == f"Yes, {NAME}"
    QTest.mouseClick(card.its_them, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: gallery.require(NAME).templates == 2, timeout=WAIT)
    qtbot.waitUntil(lambda: "now with 2 photos" in window.status.currentMessage(), timeout=WAIT)


def test_a_face_that_resembles_somebody_else_more_is_not_added(
    qtbot: QtBot, window: MainWindow, gallery: Gallery, recognition: Recognition, portraits: Path
) -> None:
    recognizer = window.recognizer
    assert recognizer is not None
    recognizer.enroll("Grace", portraits / "grace_hopper.jpg")
    window.examples.confirm("Grace", known(recognition))
    qtbot.waitUntil(lambda: bool(window.findChildren(QMessageBox)), timeout=WAIT)
    (box,) = window.findChildren(QMessageBox)
    assert "resembles Eileen Collins more than Grace" in f"{box.text()} {box.informativeText()}"
    box.close()
    assert gallery.require("Grace").templates == 1


def test_a_card_asks_only_about_who_is_close(qtbot: QtBot, recognition: Recognition) -> None:
    stranger = next(face for face in recognition.faces if not face.decision.name)
    face = known(recognition)
    long = replace(face.decision.candidates[0], name="Wolfeschlegelsteinhausenbergerdorff & Sons")
    refused = replace(unsure(face).decision, rejected=face.decision.candidates[:1])
    likely = replace(face.decision, candidates=(long,), named=long)
    for one, said, asked in (
        (stranger, False, False),
        (face, True, False),
        (replace(face, decision=refused), False, False),
        (replace(face, decision=likely), True, likely.certainty is not Certainty.SURE),
    ):
        card = FaceCard(one, 1)
        qtbot.addWidget(card)
        assert (not card.not_them.isHidden(), not card.its_them.isHidden()) == (said, asked)
    assert card.not_them.text() == "Not Wolfeschlegelstei…"
    assert "is like one that is not Eileen Collins's" in FaceCard(replace(face, decision=refused), 1).verdict.text()


def test_the_dialog_points_out_a_photo_unlike_the_others(
    qtbot: QtBot, window: MainWindow, recognition: Recognition, portraits: Path
) -> None:
    recognizer = window.recognizer
    assert recognizer is not None
    face = known(recognition)
    recognizer.enroll_face(NAME, replace(face, crop=(face.crop * 0.8).astype(np.uint8)))
    recognizer.enroll(NAME, portraits / "grace_hopper.jpg")
    dialog = window.examples.show_photos(NAME)
    assert dialog is not None
    qtbot.waitUntil(lambda: len(dialog.cards) == 3, timeout=WAIT)
    assert dialog.note.text() == "1 of these photos does not look like the others: is it Eileen Collins?"
    assert [card.photo.unlike for card in dialog.cards] == [False, False, True]
    dialog.close()
