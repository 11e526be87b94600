"""Results that arrive late change nothing; several photos come one after the other; the metric page's progress."""

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from core.errors import ModelError
from core.gallery import Gallery
from core.importing.suggested_name import suggested_name
from core.pictures.reading import read_picture
from core.recognizer import Enrollment, Recognizer
from core.types import Frame, Image, Recognition, RecognizedFace
from gui.enroll.dialog import EnrollDialog
from gui.metric.page import MetricPage
from gui.shell.main_window import MainWindow
from tests.gui.late import all_told
from tests.gui.metric.pages import fill

WAIT = 60_000


class Gated(Recognizer):
    """A recogniser that waits for a gate before it examines a photo, known by its width or file, or enrolls a face."""

    def __init__(self, gallery: Gallery) -> None:
        super().__init__(gallery)
        self.gates: dict[int | Path, threading.Event] = {}
        self.looked: list[int] = []
        self.enrolling: threading.Event | None = None

    def identify_upright(self, photo: Any) -> tuple[Image, list[RecognizedFace]]:
        if isinstance(photo, Path) and photo in self.gates:
            self.gates[photo].wait(60)
        return super().identify_upright(photo)

    def identify(self, photo: Any) -> list[RecognizedFace]:
        gate = self.gates.get(photo.shape[1]) if isinstance(photo, np.ndarray) else None
        if gate:
            gate.wait(60)
        found = super().identify(photo)
        self.looked.append(photo.shape[1])
        return found

    def enroll_face(self, name: str, face: RecognizedFace, *, faces: int = 1) -> Enrollment:
        if self.enrolling:
            self.enrolling.wait(60)
        return super().enroll_face(name, face, faces=faces)


@pytest.fixture
def gated(gallery: Gallery) -> Gated:
    return Gated(gallery)


@pytest.fixture
def alone(portraits: Path) -> Image:
    return read_picture(portraits / "grace_hopper.jpg")


@pytest.fixture
def together(portraits: Path) -> Image:
    """Both faces side by side."""
    pictures = [read_picture(portraits / name) for name in ("eileen_collins.png", "grace_hopper.jpg")]
    height = min(len(picture) for picture in pictures)
    return np.hstack([cv2.resize(one, (one.shape[1] * height // len(one), height)) for one in pictures])


def open_dialog(qtbot: QtBot, recognizer: Recognizer, photo: Any, **named: Any) -> EnrollDialog:
    dialog = EnrollDialog(recognizer, photo, **named)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)  # qtbot deletes it
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


def test_choosing_the_second_face_of_a_photo_does_not_carry_over_to_the_next(
    qtbot: QtBot, recognizer: Recognizer, together: Image, alone: Image
) -> None:
    dialog = open_dialog(qtbot, recognizer, together)
    qtbot.waitUntil(lambda: dialog.face is not None, timeout=WAIT)
    dialog.photo.choose(1)
    dialog.examine(alone)
    assert dialog.face is None
    qtbot.waitUntil(lambda: dialog.face is not None, timeout=WAIT)
    assert "Good enough" in dialog.verdict.text()
    assert dialog.photo.current == 0


def test_a_slow_photo_does_not_replace_the_one_chosen_after_it(
    qtbot: QtBot, gated: Gated, together: Image, alone: Image
) -> None:
    gate = gated.gates[together.shape[1]] = threading.Event()
    dialog = open_dialog(qtbot, gated, together)
    dialog.examine(alone)
    qtbot.waitUntil(lambda: dialog.face is not None, timeout=WAIT)
    face = dialog.face
    gate.set()
    qtbot.waitUntil(lambda: together.shape[1] in gated.looked, timeout=WAIT)
    all_told(qtbot)
    assert dialog.face is face
    assert not dialog.waiting.isVisible()


def test_an_error_of_an_earlier_photo_is_not_shown_for_the_next(
    qtbot: QtBot, gated: Gated, alone: Image, tmp_path: Path
) -> None:
    bad = tmp_path / "bad.jpg"
    bad.write_bytes(b"no picture")
    gate = gated.gates[bad] = threading.Event()
    dialog = open_dialog(qtbot, gated, bad)
    dialog.examine(alone)
    qtbot.waitUntil(lambda: dialog.face is not None, timeout=WAIT)
    gate.set()
    all_told(qtbot)
    assert "Good enough" in dialog.verdict.text()


def test_closing_while_a_photo_is_examined_shows_no_result(
    qtbot: QtBot, gated: Gated, alone: Image, together: Image
) -> None:
    gate = gated.gates[alone.shape[1]] = threading.Event()
    dialog = open_dialog(qtbot, gated, alone, more=[together])
    dialog.reject()
    gate.set()
    qtbot.waitUntil(lambda: bool(gated.looked), timeout=WAIT)
    all_told(qtbot)
    assert dialog.face is None
    assert not dialog.isVisible()
    assert gated.looked == [alone.shape[1]]


def test_the_face_enrolled_is_the_one_chosen_when_the_button_was_pressed(
    qtbot: QtBot, gated: Gated, together: Image
) -> None:
    gated.enrolling = threading.Event()
    dialog = open_dialog(qtbot, gated, together)
    qtbot.waitUntil(lambda: dialog.face is not None, timeout=WAIT)
    face = dialog.face
    assert face is not None
    dialog.name.setText("Somebody")
    dialog.enroll.click()
    for part in (dialog.photo, dialog.name, dialog.another):
        assert not part.isEnabled()
    QTest.mouseClick(dialog.photo, Qt.MouseButton.LeftButton, pos=dialog.photo.face_rect(1).center().toPoint())
    with qtbot.waitSignal(dialog.enrolled, timeout=WAIT) as told:
        gated.enrolling.set()
    assert told.args[0].face is face
    qtbot.waitUntil(lambda: not dialog.isVisible(), timeout=WAIT)


# Several photos


def test_several_photos_are_offered_one_after_the_other(
    qtbot: QtBot, open_window: Callable[..., MainWindow], portraits: Path, tmp_path: Path
) -> None:
    bad = tmp_path / "holiday.jpg"
    bad.write_bytes(b"no picture")
    window = open_window("")
    photos = [portraits / "eileen_collins.png", bad, portraits / "grace_hopper.jpg"]
    dialog = window.open_enroll(photos[0], more=photos[1:])
    assert dialog is not None
    assert "Photo 1 of 3" in dialog.which.text()
    qtbot.waitUntil(lambda: dialog.face is not None, timeout=WAIT)
    # The file's name is only suggested: pressing Return without looking enrolls nobody.
    assert dialog.name.text() == ""
    assert not dialog.enroll.isEnabled()
    dialog.suggestion.click()
    assert dialog.name.text() == "Eileen Collins"
    with qtbot.waitSignal(dialog.enrolled, timeout=WAIT):
        dialog.enroll.click()
    assert dialog.isVisible()
    assert "Photo 2 of 3" in dialog.which.text()
    assert dialog.name.text() == ""
    qtbot.waitUntil(lambda: "not a picture" in dialog.verdict.text(), timeout=WAIT)
    dialog.skip.click()
    assert "Photo 3 of 3" in dialog.which.text()
    assert not dialog.skip.isVisible()
    qtbot.waitUntil(lambda: dialog.face is not None, timeout=WAIT)
    dialog.name.setText("Eileen Collins")
    assert dialog.enroll.text() == "Add photo"
    dialog.name.setText("Grace Hopper")
    with qtbot.waitSignal(dialog.enrolled, timeout=WAIT):
        dialog.enroll.click()
    assert sorted(person.name for person in window.gallery.people()) == ["Eileen Collins", "Grace Hopper"]
    qtbot.waitUntil(lambda: not window.findChildren(EnrollDialog), timeout=WAIT)


def test_the_window_says_if_an_enrolment_added_another_photo(
    qtbot: QtBot, open_window: Callable[..., MainWindow], portraits: Path
) -> None:
    window = open_window("")
    assert window.recognizer is not None
    told = []
    for _ in range(2):
        window._enrolled(window.recognizer.enroll("Ada", portraits / "grace_hopper.jpg"))
        told.append(window.status.currentMessage())
    assert told == ["Ada is enrolled.", "Ada is enrolled, now with 2 photos."]
    qtbot.waitUntil(lambda: "2 photos of 1 person" in window.sensitivity.meaning.toolTip(), timeout=WAIT)


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("grace_hopper.jpg", "Grace Hopper"),
        ("Eileen Collins (2).png", "Eileen Collins"),
        ("Ada_Lovelace_0001.jpg", "Ada Lovelace"),
        ("O'Neill, Ed.jpeg", "O'Neill Ed"),
        ("李小龍.jpg", "李小龍"),
        ("zoë müller.webp", "Zoë Müller"),
        ("IMG_1234.jpg", ""),
        ("DSC00012.JPG", ""),
        ("WhatsApp Image 2024-01-01 at 10.00.jpeg", ""),
        ("Screenshot from 2024.png", ""),
        ("20240101_123456.jpg", ""),
        ("a8f3e9.png", ""),
        ("my holiday in the far north of Norway.jpg", ""),
    ],
)
def test_a_file_name_may_suggest_a_persons_name(file: str, name: str) -> None:
    assert suggested_name(Path("/somewhere") / file) == name


# The live view


def test_a_face_is_enrolled_from_the_frame_in_which_it_was_clicked(
    qtbot: QtBot, open_window: Callable[..., MainWindow], recognition: Recognition
) -> None:
    window = open_window("")
    window.live.close()
    view = window.view
    view.show_notice(None)
    view.show_frame(recognition.frame, recognition)
    face = recognition.faces[0]
    card = window.show_face(face, view.frame_of(face))
    assert card is not None
    # Meanwhile the view has gone on to an empty black frame.
    black = Frame(np.zeros_like(recognition.frame.image), 99, 9.0, 9.0)
    view.show_frame(black, Recognition(black))
    QTest.mouseClick(card.name_it, Qt.MouseButton.LeftButton)
    dialog = next(iter(window.findChildren(EnrollDialog)))
    shown = dialog.photo._image
    x, y, width, height = face.face.box
    assert shown.pixelColor(QPoint(round(x + width / 2), round(y + height / 2))).lightness() > 20
    dialog.close()


def test_a_face_embedded_by_another_encoder_is_not_looked_up(
    open_window: Callable[..., MainWindow], recognition: Recognition
) -> None:
    window = open_window("")
    face = recognition.faces[0]
    other = replace(face.decision.threshold, encoder="another")
    assert window.show_face(replace(face, decision=replace(face.decision, threshold=other))) is None
    assert "encoder" in window.status.currentMessage()


# The metric page


def test_gathering_reports_progress_and_is_given_up_when_the_page_is_left(
    qtbot: QtBot, open_window: Callable[..., MainWindow]
) -> None:
    window = open_window("")
    assert window.recognizer is not None
    fill(window.recognizer, 400)
    window.commands.metric.trigger()
    page = window.pages.currentWidget()
    assert isinstance(page, MetricPage)
    told: list[str] = []
    say = page.map.say
    page.map.say = lambda title, text="": (told.append(title), say(title, text))[1]  # type: ignore[method-assign]
    qtbot.waitUntil(lambda: any("%" in text for text in told), timeout=WAIT)
    assert not any("loading" in text for text in told)
    gathering = page.gatherer._progress
    assert gathering is not None
    window.commands.metric.trigger()
    assert gathering.left
    assert not page.gatherer.busy
    qtbot.waitUntil(lambda: not any(t.name == "firstsight task" for t in threading.enumerate()), timeout=WAIT)
    assert page.enrolled is None
    window.commands.metric.trigger()
    qtbot.waitUntil(lambda: page.enrolled is not None, timeout=WAIT)


def test_without_a_recogniser_the_page_says_why_rather_than_loading(
    qtbot: QtBot, open_window: Callable[..., MainWindow]
) -> None:
    window = open_window("", loaded=False)
    window._loading.stop()
    window.commands.metric.trigger()
    page = window.pages.currentWidget()
    assert isinstance(page, MetricPage)
    assert "loading" in page.map.title.text()
    window.recognition.failed.emit(ModelError("The encoder is damaged: install Firstsight anew."))
    page.look()
    assert "loading" not in page.map.title.text()
    assert "damaged" in page.map.text.text()
    window.open_enroll(np.zeros((9, 9, 3), np.uint8))
    assert "damaged" in window.status.currentMessage()
    for box in window.findChildren(QMessageBox):
        box.close()


def test_another_encoder_resets_the_page(qtbot: QtBot, open_window: Callable[..., MainWindow]) -> None:
    window = open_window("")
    assert window.recognizer is not None
    fill(window.recognizer, 12)
    window.commands.metric.trigger()
    page = window.pages.currentWidget()
    assert isinstance(page, MetricPage)
    qtbot.waitUntil(lambda: page.enrolled is not None, timeout=WAIT)
    before, subject = page.enrolled, page.subject
    window.recognition.recognizer = Recognizer(window.gallery)
    qtbot.waitUntil(lambda: page.enrolled is not before, timeout=WAIT)
    assert page.enrolled is not None
    assert page.enrolled.recognizer is window.recognizer
    assert page.subject is not subject
