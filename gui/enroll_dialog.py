"""Enrolls a person: the photo, its faces, is the chosen one good enough, whose is it?"""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QStringListModel, Qt, Signal
from PySide6.QtWidgets import (
    QCompleter,
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from core.endings import PICTURES
from core.errors import GalleryError
from core.gallery.names import clean_name, same_name_key
from core.images import read_picture
from core.types import Candidate, Image, RecognizedFace
from gui import tasks
from gui.errors import sentence
from gui.photo_view import PhotoView
from gui.pictures import rounded
from gui.writes import Write, Writes

if TYPE_CHECKING:
    from core.recognizer import Enrollment, Recognizer

CROP = 132


def choose_photo(parent: QWidget) -> Path | None:
    """Asks for a picture file."""
    kinds = " ".join(f"*{ending} *{ending.upper()}" for ending in sorted(PICTURES))
    file, _ = QFileDialog.getOpenFileName(
        parent, parent.tr("Choose a photo"), "", parent.tr("Pictures ({});;All files (*)").format(kinds)
    )
    return Path(file) if file else None


class EnrollDialog(QDialog):
    """Doesn't stop the live view: photos are examined, and people enrolled, on threads of their own."""

    enrolled = Signal(object)
    """Enrollment."""

    def __init__(
        self,
        recognizer: "Recognizer",
        photo: Path | Image | None,
        faces: list[RecognizedFace] | None = None,
        parent: QWidget | None = None,
        name: str = "",
        writes: Writes | None = None,
    ) -> None:
        """photo: a file or H×W×3 BGR. faces: those already found in it, by a live view. writes: of the window."""
        super().__init__(parent)
        self.setWindowTitle(self.tr("Enroll a person"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(920, 560)
        self._recognizer = recognizer
        self._faces: list[RecognizedFace] = []
        self._busy = False
        self._writes = writes or Writes(self)
        self._enrolling: Write | None = None
        self._known = {same_name_key(person.name): person.name for person in recognizer.gallery.people()}
        self._build(name)
        if photo is None:
            self._show_problem(self.tr("Choose a photo of the person."))
        elif faces is not None and not isinstance(photo, Path):
            self._show_faces((photo, faces))
        else:
            self.examine(photo)

    # What it looks like

    def _build(self, name: str) -> None:
        self.photo = PhotoView()
        self.photo.chosen.connect(lambda _number: self._show_face())
        self.waiting = QProgressBar(minimum=0, maximum=0, textVisible=False)
        self.waiting.setFixedHeight(4)
        self.crop = QLabel()
        self.crop.setFixedSize(CROP, CROP)
        self.verdict = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self.problems = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self.name = QLineEdit(name, placeholderText=self.tr("Name"), maxLength=200)
        self.name.setAccessibleName(self.tr("Name of the person"))
        completer = QCompleter(QStringListModel(sorted(self._known.values())), self.name)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.name.setCompleter(completer)
        self.name.textChanged.connect(self._update)
        self.note = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self.use_name = QPushButton()
        self.use_name.clicked.connect(self._use_close_name)
        self.another = QPushButton(self.tr("Choose another photo…"))
        self.another.clicked.connect(self._choose_another)
        self.cancel = QPushButton(self.tr("Cancel"))
        self.cancel.clicked.connect(self.reject)
        self.enroll = QPushButton(self.tr("Enroll"))
        self.enroll.setProperty("primary", True)
        self.enroll.setDefault(True)
        self.enroll.clicked.connect(self._enroll)
        for button in (self.use_name, self.another, self.cancel):
            button.setAutoDefault(False)
        self._lay_out()
        self.name.setFocus()

    def _lay_out(self) -> None:
        left = QVBoxLayout()
        left.setSpacing(0)
        left.addWidget(self.waiting)
        left.addWidget(self.photo, 1)
        side = QWidget()
        side.setFixedWidth(320)
        right = QVBoxLayout(side)
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(12)
        right.addWidget(self.crop, 0, Qt.AlignmentFlag.AlignLeft)
        right.addWidget(self.verdict)
        right.addWidget(self.problems)
        label = QLabel(self.tr("Who is this?"))
        label.setProperty("heading", True)
        right.addSpacing(4)
        right.addWidget(label)
        right.addWidget(self.name)
        right.addWidget(self.note)
        right.addWidget(self.use_name, 0, Qt.AlignmentFlag.AlignLeft)
        right.addStretch()
        top = QHBoxLayout()
        top.setSpacing(20)
        top.addLayout(left, 1)
        top.addWidget(side)
        buttons = QHBoxLayout()
        buttons.addWidget(self.another)
        buttons.addStretch()
        buttons.addWidget(self.cancel)
        buttons.addWidget(self.enroll)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 20, 20, 16)
        layout.setSpacing(16)
        layout.addLayout(top, 1)
        layout.addLayout(buttons)

    # The photo

    def examine(self, photo: Path | Image) -> None:
        """Reads a photo and finds its faces, while the dialog says that it is at it."""
        self._faces = []
        self._set_busy(True)
        self.verdict.setText(self.tr("Looking for faces…"))
        self.problems.setText("")

        def work() -> tuple[Image, list[RecognizedFace]]:
            image = read_picture(photo) if isinstance(photo, Path) else photo
            return image, self._recognizer.examine(image)

        tasks.run(work, self._show_faces, self._failed, self)

    def _failed(self, error: Exception) -> None:
        self._set_busy(False)
        self._show_problem(sentence(error))

    def _show_faces(self, found: tuple[Image, list[RecognizedFace]]) -> None:
        image, self._faces = found
        self._set_busy(False)
        self.photo.show_photo(image, self._faces)
        if self._faces:
            self._show_face()
        else:
            self._show_problem(
                self.tr("There is no face in this photo. Use one in which the face is larger and looks at the camera.")
            )

    def _show_problem(self, text: str) -> None:
        self.waiting.hide()
        self.crop.hide()
        self._say(self.verdict, text, "warning")
        self.problems.hide()
        self._update()

    @property
    def face(self) -> RecognizedFace | None:
        """The face chosen."""
        return self._faces[self.photo.current] if self._faces else None

    def _show_face(self) -> None:
        face = self.face
        assert face is not None
        self.crop.setPixmap(rounded(face.crop, CROP, self.devicePixelRatioF(), 14))
        self.crop.show()
        problems = face.quality.problems
        good = self.tr("✓  Good enough to enroll") if not problems else self.tr("This face may not be recognised well.")
        self._say(self.verdict, good, "warning" if problems else "good")
        self.problems.setText("\n".join(f"•  {problem.remedy}" for problem in problems))
        self.problems.setVisible(bool(problems))
        self._update()

    def _choose_another(self) -> None:
        photo = choose_photo(self)
        if photo:
            self.examine(photo)

    # The name

    def very_close(self) -> Candidate | None:
        """Somebody enrolled for whom the chosen face would be taken, under another name than the one typed."""
        face = self.face
        close = face.decision.named if face else None
        return close if close and same_name_key(close.name) != same_name_key(self.name.text().strip()) else None

    def _update(self) -> None:
        """What follows from the face chosen and the name typed."""
        close = self.very_close()
        known = self._known.get(same_name_key(" ".join(self.name.text().split())))
        face = self.face
        if close:
            text = self.tr("Very close to {}, {:.2f}. Is it the same person?").format(close.name, close.similarity)
            self._say(self.note, text, "warning")
        elif known:
            self._say(self.note, self.tr("{} is enrolled already. This adds another photo.").format(known), "quiet")
        else:
            self._say(self.note, "", "quiet")
        self.use_name.setVisible(close is not None)
        if close:
            self.use_name.setText(self.tr("Yes, it is {}").format(_shortened(close.name)))
        poor = bool(face and face.quality.problems)
        add, new = self.tr("Add photo"), self.tr("Enroll anyway") if poor else self.tr("Enroll")
        self.enroll.setText(add if known else new)
        self.enroll.setEnabled(face is not None and bool(self.name.text().strip()) and not self._busy)

    def _use_close_name(self) -> None:
        close = self.very_close()
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
            self._say(self.note, str(error), "warning")
            return
        self._set_busy(True)
        work = partial(self._recognizer.enroll_face, name, face)
        self._enrolling = self._writes.run(work, self._done, self._not_enrolled, self)

    def reject(self) -> None:
        """Closes; takes back an enrolment that hasn't begun. One that is being written is told by the window."""
        if self._enrolling:
            self._writes.cancel(self._enrolling)
        super().reject()

    def _done(self, enrollment: "Enrollment") -> None:
        self.enrolled.emit(enrollment)
        self.accept()

    def _not_enrolled(self, error: Exception) -> None:
        self._enrolling = None
        self._set_busy(False)
        self._say(self.note, sentence(error), "warning")

    def _set_busy(self, busy: bool) -> None:
        self._busy = busy
        self.waiting.setVisible(busy)
        self._update()

    @staticmethod
    def _say(label: QLabel, text: str, kind: str) -> None:
        """Text in the colour of its kind: good, warning or quiet."""
        for other in ("good", "warning", "quiet"):
            label.setProperty(other, other == kind)
        label.setText(text)
        label.setVisible(bool(text))
        label.style().unpolish(label)
        label.style().polish(label)


def _shortened(name: str, most: int = 24) -> str:
    return name if len(name) <= most else name[: most - 1] + "…"
