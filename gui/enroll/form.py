"""The right column of the enrolment dialog: is the chosen face good enough, and whose is it?"""

from collections.abc import Sequence

from PySide6.QtCore import QStringListModel, Qt
from PySide6.QtWidgets import QCompleter, QLabel, QLineEdit, QListView, QPushButton, QVBoxLayout, QWidget

from core.types import Candidate, RecognizedFace
from gui.look.pictures import rounded

CROP = 132
"""Side of the crop in pixels."""
LONGEST_ON_A_BUTTON = 24
"""Characters of a name on a button."""


class EnrollForm(QWidget):
    """The chosen face with its verdict and problems, and the name field with its note and suggestions."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.crop = QLabel()
        self.crop.setFixedSize(CROP, CROP)
        self.verdict, self.problems, self.note = (_label() for _ in range(3))
        self.name = QLineEdit(name, placeholderText=self.tr("Name"), maxLength=200)
        self.name.setAccessibleName(self.tr("Name of the person"))
        self._names = QStringListModel(self)
        self.name.setCompleter(self._completer())
        self.use_name, self.suggestion = QPushButton(autoDefault=False), QPushButton(autoDefault=False)
        for button in (self.use_name, self.suggestion):
            button.hide()
        self._lay_out()

    def _completer(self) -> QCompleter:
        completer = QCompleter(self._names, self)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completions = QListView()
        completions.setObjectName("completions")
        completer.setPopup(completions)
        return completer

    def _lay_out(self) -> None:
        heading = QLabel(self.tr("Who is this?"))
        heading.setProperty("heading", True)
        heading.setBuddy(self.name)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        layout.addWidget(self.crop, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(self.verdict)
        layout.addWidget(self.problems)
        layout.addSpacing(4)
        layout.addWidget(heading)
        layout.addWidget(self.name)
        layout.addWidget(self.note)
        layout.addWidget(self.use_name, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(self.suggestion, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addStretch()

    # The face

    def show_face(self, face: RecognizedFace) -> None:
        """Shows a face, and whether it is good enough."""
        self.crop.setPixmap(rounded(face.crop, CROP, self.devicePixelRatioF(), 14))
        self.crop.show()
        problems = face.quality.problems
        good = self.tr("✓  Good enough to enroll") if not problems else self.tr("This face may not be recognised well.")
        say(self.verdict, good, "warning" if problems else "good")
        self.problems.setText("\n".join(f"•  {problem.remedy}" for problem in problems))
        self.problems.setVisible(bool(problems))

    def show_no_face(self, text: str, kind: str) -> None:
        """Says why there is no face. kind: as for `say`."""
        self.crop.hide()
        self.problems.hide()
        say(self.verdict, text, kind)

    # The name

    def offer_names(self, names: Sequence[str]) -> None:
        """Offers these names to complete what is typed."""
        self._names.setStringList(list(names))

    def show_note(self, close: Candidate | None, known: str | None) -> None:
        """Warns if the face is very similar to someone else's, or says that the name is enrolled.

        close: the person it is similar to. known: the name as enrolled.
        """
        if close:
            text = self.tr(
                "Very similar to {} ({:.2f}). Is it the same person? If not, add a second photo of each, so that they "
                "are told apart."
            )
            say(self.note, text.format(close.name, close.similarity), "warning")
        elif known:
            say(self.note, self.tr("{} is already enrolled. This adds another photo.").format(known), "quiet")
        else:
            say(self.note, "", "quiet")
        self.use_name.setVisible(close is not None)
        if close:
            self.use_name.setText(self.tr("Yes, it is {}").format(_on_a_button(close.name)))

    def suggest(self, name: str) -> None:
        """Offers a name on a button; empty for none."""
        self.suggestion.setVisible(bool(name))
        self.suggestion.setText(self.tr("Use “{}”").format(_on_a_button(name)))


def say(label: QLabel, text: str, kind: str) -> None:
    """Shows text in the colour of its kind: "good", "warning" or "quiet"."""
    for other in ("good", "warning", "quiet"):
        label.setProperty(other, other == kind)
    label.setText(text)
    label.setVisible(bool(text))
    label.style().unpolish(label)
    label.style().polish(label)


def _label() -> QLabel:
    return QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)


def _on_a_button(name: str) -> str:
    """Shortens a name and escapes `&`, which would mark a mnemonic."""
    shown = name if len(name) <= LONGEST_ON_A_BUTTON else name[: LONGEST_ON_A_BUTTON - 1] + "…"
    return shown.replace("&", "&&")
