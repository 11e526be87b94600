"""Keeps what people seen live say of how alike people are here, and deletes it when asked to."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QMessageBox, QWidget

from gui.background.writes import Writes
from gui.look.errors import show_error

if TYPE_CHECKING:
    from core.recognizer import Recognizer


class Visitors(QObject):
    """Notices when the recogniser has learned of more people, and saves that now and then."""

    learned = Signal()
    """More people are known, so the similarity needed may have changed."""
    said = Signal(str)
    """A sentence for the status line."""

    def __init__(self, recognizer: "Callable[[], Recognizer | None]", writes: Writes, parent: QWidget) -> None:
        """recognizer: returns the recogniser, None until it is loaded."""
        super().__init__(parent)
        self._recognizer, self._writes, self._window = recognizer, writes, parent
        self._index: object = None
        self._saving = False

    def look(self) -> None:
        """Looks whether the recogniser has learned something. Returns at once."""
        recognizer = self._recognizer()
        if recognizer and recognizer.index is not self._index:
            self._index = recognizer.index
            self.learned.emit()

    def save(self) -> None:
        """Saves what was learned, if that is enough people. Returns at once."""
        recognizer = self._recognizer()
        if recognizer is None or self._saving or not recognizer.unsaved_visitors:
            return
        self._saving = True
        # A gallery that can't be written is reported when somebody is enrolled; this can wait, and is tried again.
        self._writes.run(recognizer.save_visitors, self._saved, self._saved, self, announced=False)

    def _saved(self, _result: object) -> None:
        self._saving = False

    def ask_to_forget(self) -> None:
        """Asks whether to delete what people seen live have said."""
        recognizer = self._recognizer()
        if recognizer is None:
            self.said.emit(self.tr("Recognition is still loading: try again in a moment."))
            return
        box = QMessageBox(self._window, textFormat=Qt.TextFormat.PlainText)
        box.setIcon(QMessageBox.Icon.Question)
        box.setText(self.tr("Forget people seen live?"))
        box.setInformativeText(
            self.tr(
                "Of people who are seen but not enrolled, only sums are kept, which tell how alike people are here. "
                "They are deleted, for all cameras. Everybody enrolled stays enrolled."
            )
        )
        forget = box.addButton(self.tr("Forget"), QMessageBox.ButtonRole.DestructiveRole)
        box.addButton(QMessageBox.StandardButton.Cancel)
        box.setDefaultButton(forget)
        box.buttonClicked.connect(lambda button: self.forget(recognizer) if button is forget else None)
        box.open()

    def forget(self, recognizer: "Recognizer") -> None:
        """Deletes what people seen live have said. Returns at once."""

        def done(_count: int) -> None:
            self.said.emit(self.tr("People seen live are forgotten."))
            self.learned.emit()

        def failed(error: Exception) -> None:
            show_error(self._window, error)

        self._writes.run(recognizer.forget_visitors, done, failed, self, announced=False)
