"""The enrolment dialog: shows a photo and its faces, judges the chosen face, and asks for the name."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QFileDialog, QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from core.errors import GalleryError
from core.gallery.doubts import Doubt, Doubted
from core.gallery.names import clean_name, same_name_key
from core.importing.suggested_name import suggested_name
from core.pictures.endings import PICTURES
from core.types import Candidate, Image, RecognizedFace
from gui.background import tasks
from gui.background.writes import Write, Writes
from gui.enroll.form import EnrollForm, say
from gui.enroll.photo_view import PhotoView
from gui.enroll.queue import Photo, PhotoQueue
from gui.look.errors import sentence
from gui.look.scrolling import Scrolling
from gui.look.tooltip import tooltip
from gui.look.window_size import resize_to_fit
from gui.settings import Settings

if TYPE_CHECKING:
    from core.recognizer import Enrollment, Recognizer

Examined = tuple[Image, list[RecognizedFace]]
"""A photo as shown, and its faces."""
QUESTIONED = (Doubt.UNLIKE, Doubt.OTHER_SPELLING)
"""Doubts that need a confirmation; the dialog shows the others before the user enrolls."""
SIDE = 334
"""Width of the right column in pixels."""


def choose_photos(parent: QWidget) -> list[Path]:
    """Asks for picture files, first in the folder used last; empty if cancelled."""
    settings = Settings()
    kinds = " ".join(f"*{ending} *{ending.upper()}" for ending in sorted(PICTURES))
    files, _ = QFileDialog.getOpenFileNames(
        parent,
        parent.tr("Choose photos"),
        settings.folder("photos"),
        parent.tr("Pictures ({});;All files (*)").format(kinds),
    )
    if files:
        settings.remember_folder("photos", Path(files[0]).parent)
    return [Path(file) for file in files]


class EnrollDialog(QDialog):
    """Examines photos and enrolls people on other threads, so the live view goes on.

    Results for a photo that is no longer shown are dropped.
    """

    enrolled = Signal(object)
    """Enrollment."""

    def __init__(
        self,
        recognizer: "Recognizer",
        photo: Photo | None,
        faces: list[RecognizedFace] | None = None,
        parent: QWidget | None = None,
        name: str = "",
        more: Sequence[Photo] = (),
        writes: Writes | None = None,
    ) -> None:
        """photo: a file or H×W×3 uint8 BGR. faces: those already found in it, from the live view.

        name: filled in for each photo. more: photos after this one. writes: the window's.
        """
        super().__init__(parent)
        self.setWindowTitle(self.tr("Enroll a person"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        resize_to_fit(self, 920, 560)
        self._recognizer = recognizer
        self._photos = PhotoQueue([] if photo is None else [photo, *more])
        self._given_name = name
        self._question = 0
        self._suggested = ""
        self._busy = False
        self._writes = writes or Writes(self)
        self._enrolling: Write | None = None
        self._known: dict[str, str] = {}
        self._image: Image | None = None
        self._asking = False
        """Whether an enrolment was asked for and is not yet done, refused or questioned."""
        self._confirmed: tuple[str, RecognizedFace] | None = None
        """Name and face that were questioned: if asked for again, they are enrolled."""
        self._build(name)
        self._learn_names()
        if photo is None:
            self._show_problem(self.tr("Choose a photo of the person."))
        elif faces is not None and not isinstance(photo, Path):
            self._show_faces((photo, faces))
        else:
            self.examine(photo)

    def _learn_names(self) -> None:
        """Reads the names enrolled, on a thread: ten thousand take a moment."""
        gallery = self._recognizer.gallery

        def names() -> dict[str, str]:
            return {same_name_key(name): name for name in sorted(set(gallery.snapshot.names))}

        def learned(known: dict[str, str]) -> None:
            self._known = known | self._known
            self.form.offer_names(list(self._known.values()))
            self._update()

        tasks.run(names, learned, lambda error: say(self.note, sentence(error), "warning"), self)

    # Layout

    def _build(self, name: str) -> None:
        self.photo = PhotoView()
        self.photo.chosen.connect(lambda _number: self._show_face())
        self.which = QLabel(textFormat=Qt.TextFormat.PlainText)
        self.which.setProperty("quiet", True)
        self.which.hide()
        self.waiting = QProgressBar(minimum=0, maximum=0, textVisible=False)
        self.waiting.setFixedHeight(4)
        self.waiting.setAccessibleName(self.tr("Please wait"))
        self.form = form = EnrollForm(name)
        self.crop, self.verdict, self.problems = form.crop, form.verdict, form.problems
        self.name, self.note, self.use_name, self.suggestion = form.name, form.note, form.use_name, form.suggestion
        self.name.textChanged.connect(self._update)
        self.use_name.clicked.connect(self._use_close_name)
        self.suggestion.clicked.connect(self._use_suggestion)
        self.another = self._button(self.tr("Choose another photo…"), self._choose_another)
        self.turn = self._button(self.tr("Rotate"), self._turn)
        self.turn.setToolTip(self.tr("Rotate the photo 90° clockwise"))
        self.skip = self._button(self.tr("Skip"), self._go_on)
        self.skip.setToolTip(self.tr("Go on to the next photo"))
        self.cancel = self._button(self.tr("Cancel"), self.reject)
        self.enroll = self._button(self.tr("Enroll"), self._enroll)
        self.enroll.setProperty("primary", True)
        self.enroll.setDefault(True)
        self._lay_out()
        self.name.setFocus()

    def _button(self, text: str, slot: Callable[[], object]) -> QPushButton:
        button = QPushButton(text, autoDefault=False)
        button.clicked.connect(lambda: slot())
        return button

    def _lay_out(self) -> None:
        left = QVBoxLayout()
        left.setSpacing(0)
        left.addWidget(self.waiting)
        left.addWidget(self.photo, 1)
        left.addWidget(self.which)
        scrolling = Scrolling(self.form)
        scrolling.setFixedWidth(SIDE)
        top = QHBoxLayout()
        top.setSpacing(20)
        top.addLayout(left, 1)
        top.addWidget(scrolling)
        buttons = QHBoxLayout()
        buttons.addWidget(self.another)
        buttons.addWidget(self.turn)
        buttons.addStretch()
        for button in (self.skip, self.cancel, self.enroll):
            buttons.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 20, 20, 16)
        layout.setSpacing(16)
        layout.addLayout(top, 1)
        layout.addLayout(buttons)

    # The photo

    def examine(self, photo: Photo) -> None:
        """Reads a photo and finds its faces on a thread; replaces any photo before it."""
        self._show_which(photo)
        self._look_for_faces(lambda: self._recognizer.identify_upright(photo))

    def _turn(self) -> None:
        """Rotates the photo 90° clockwise, for one on its side that was not recognised as such."""
        if self._image is not None:
            image = np.ascontiguousarray(np.rot90(self._image, -1))
            self._look_for_faces(lambda: (image, self._recognizer.identify(image)))

    def _look_for_faces(self, work: Callable[[], Examined]) -> None:
        self._question += 1
        question = self._question
        self.photo.clear()
        self._image = None
        self._set_busy(True)
        self.form.show_no_face(self.tr("Looking for faces…"), "quiet")

        def done(found: Examined) -> None:
            if question == self._question:
                self._show_faces(found)

        def failed(error: Exception) -> None:
            if question == self._question:
                self._failed(error)

        tasks.run(work, done, failed, self)

    def done(self, result: int) -> None:
        """Drops pending results and the photos left, since the dialog is closed."""
        self._question += 1
        self._photos = PhotoQueue([])
        super().done(result)

    def _failed(self, error: Exception) -> None:
        self._set_busy(False)
        self._show_problem(sentence(error))

    def _show_which(self, photo: Photo) -> None:
        """Shows the photo's number and file name; keeps the person's name that the file suggests."""
        file = photo.name if isinstance(photo, Path) else ""
        number = self.tr("Photo {} of {}").format(self._photos.number, len(self._photos))
        told = "  ·  ".join(filter(None, [number if len(self._photos) > 1 else "", file]))
        self.which.setText(self.fontMetrics().elidedText(told, Qt.TextElideMode.ElideMiddle, 480))
        self.which.setToolTip(tooltip(file))
        self.which.setVisible(bool(told))
        self._suggested = suggested_name(photo) if isinstance(photo, Path) else ""

    def _show_faces(self, found: Examined) -> None:
        self._image = found[0]
        self.photo.show_photo(*found)
        self._set_busy(False)
        if self.face:
            self._show_face()
        else:
            self._show_problem(
                self.tr("No face found in this photo. Use one where the face is sharp and looks at the camera.")
            )

    def _show_problem(self, text: str) -> None:
        self.waiting.hide()
        self.form.show_no_face(text, "warning")
        self._update()

    @property
    def face(self) -> RecognizedFace | None:
        """The face chosen; None if there is none."""
        return self.photo.face

    def _show_face(self) -> None:
        face = self.face
        assert face is not None
        self.form.show_face(face)
        self._update()

    def _choose_another(self) -> None:
        photos = choose_photos(self)
        if photos:
            self._photos.replace(photos)
            self.examine(photos[0])

    def _go_on(self) -> None:
        """Goes on to the next photo; closes the dialog after the last one."""
        photo = self._photos.next()
        if photo is None:
            if self.isVisible():
                self.accept()
            return
        self.name.setText(self._given_name)
        self.name.setFocus()
        self.examine(photo)

    # The name

    def _very_close(self) -> Candidate | None:
        """The person that the chosen face would be recognised as, if not the one whose name is typed."""
        face = self.face
        close = face.decision.named if face else None
        return close if close and same_name_key(close.name) != same_name_key(self.name.text().strip()) else None

    def _update(self) -> None:
        """Updates notes and buttons for the face chosen and the name typed."""
        close = self._very_close()
        known = self._known.get(same_name_key(" ".join(self.name.text().split())))
        face = self.face
        self.form.show_note(close, known)
        typed = bool(self.name.text().strip())
        self.form.suggest(self._suggested if face and not close and not typed else "")
        poor = bool(face and face.quality.problems)
        add, new = self.tr("Add photo"), self.tr("Enroll anyway") if poor else self.tr("Enroll")
        name = " ".join(self.name.text().split())
        questioned = face is not None and self._confirmed == (name, face)
        self.enroll.setText(self.tr("Add anyway") if questioned else add if known else new)
        # Enter must not confirm a doubtful enrolment.
        self.enroll.setDefault(not questioned)
        self.enroll.setEnabled(face is not None and typed and not self._busy)
        self.skip.setVisible(self._photos.more)
        for part in (self.photo, self.name, self.use_name, self.suggestion, self.another, self.turn, self.skip):
            part.setEnabled(not self._asking)
        self.turn.setEnabled(self._image is not None and not self._busy)

    def _use_suggestion(self) -> None:
        self.name.setText(self._suggested)
        self.name.setFocus()

    def _use_close_name(self) -> None:
        close = self._very_close()
        if close:
            self.name.setText(close.name)
            self.name.setFocus()

    def _enroll(self) -> None:
        face = self.face
        if face is None or self._busy:
            return
        try:
            name = clean_name(self.name.text())
        except GalleryError as error:
            say(self.note, str(error), "warning")
            return
        self._asking = True
        self._set_busy(True)
        if self._confirmed == (name, face):
            self._write(name, face)
        else:
            self._question_it(name, face)

    def _question_it(self, name: str, face: RecognizedFace) -> None:
        """Enrolls the face if there are no doubts; else shows them, and the user has to ask again."""
        question = self._question

        def answered(found: tuple[Doubted, ...]) -> None:
            if question != self._question:
                return
            questions = [doubt.question for doubt in found if doubt.kind in QUESTIONED]
            if not questions:
                self._write(name, face)
                return
            self._confirmed, self._asking = (name, face), False
            self._set_busy(False)
            say(self.note, " ".join(questions), "warning")
            self.name.setFocus()

        tasks.run(lambda: self._recognizer.doubts(name, face), answered, self._not_enrolled, self)

    def _write(self, name: str, face: RecognizedFace) -> None:
        def work() -> "Enrollment":
            enrollment = self._recognizer.enroll_face(name, face)
            # Updates the index here, on this thread; else its next user would wait for it, maybe the GUI thread.
            self._recognizer.state()
            return enrollment

        self._enrolling = self._writes.run(work, self._done, self._not_enrolled, self)
        self._update()

    def reject(self) -> None:
        """Closes and takes back an enrolment that hasn't begun. The window reports one that is being written."""
        if self._enrolling:
            self._writes.cancel(self._enrolling)
        super().reject()

    def _done(self, enrollment: "Enrollment") -> None:
        self._enrolling, self._asking = None, False
        self.enrolled.emit(enrollment)
        self._known[same_name_key(enrollment.person.name)] = enrollment.person.name
        self.form.offer_names(list(self._known.values()))
        self._go_on()

    def _not_enrolled(self, error: Exception) -> None:
        self._enrolling, self._asking = None, False
        self._set_busy(False)
        say(self.note, sentence(error), "warning")

    def _set_busy(self, busy: bool) -> None:
        self._busy = busy
        self.waiting.setVisible(busy)
        self._update()
