"""What users say about a face: that it is a person's, or not; and the dialog with that person's photos."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from core.types import RecognizedFace
from gui.background.writes import Writes
from gui.look.errors import show_error
from gui.people.photos import PhotosDialog

if TYPE_CHECKING:
    from core.recognizer import Recognizer


class Examples(QWidget):
    """Keeps the answers of face cards in the gallery. It is never shown: it is the parent of what it opens."""

    said = Signal(str)
    """What has been kept, in a sentence."""

    def __init__(self, recognizer: "Callable[[], Recognizer | None]", writes: Writes, parent: QWidget) -> None:
        """recognizer: returns the one in use; None until it is loaded."""
        super().__init__(parent)
        self.hide()
        self._recognizer, self._writes, self._window = recognizer, writes, parent

    def reject(self, name: str, face: RecognizedFace) -> None:
        """Keeps the face as a counter-example of that person."""
        recognizer = self._recognizer()
        if recognizer is None:
            return
        told = self.tr("Faces like this one are not called {} any more. Undo it in People › Photos.").format(name)
        self._write(lambda: recognizer.reject(name, face), told)

    def confirm(self, name: str, face: RecognizedFace) -> None:
        """Adds the face to that person's photos; the window announces it like every enrolment."""
        recognizer = self._recognizer()
        if recognizer is not None:
            self._write(lambda: recognizer.confirm(name, face))

    def show_photos(self, name: str) -> PhotosDialog | None:
        """Opens the photos of the person with that name; None until the models are loaded."""
        recognizer = self._recognizer()
        if recognizer is None:
            self.said.emit(self.tr("Recognition is still loading: try again in a moment."))
            return None
        dialog = PhotosDialog(recognizer, name, self._writes, self._window)
        dialog.open()
        return dialog

    def _write(self, work: Callable[[], object], told: str = "") -> None:
        def done(_result: object) -> None:
            if told:
                self.said.emit(told)

        self._writes.run(work, done, lambda error: show_error(self._window, error), self)
