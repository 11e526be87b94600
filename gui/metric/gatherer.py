"""Runs `gather` on a thread for the metric page: a new request replaces the last, and one can be given up."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from gui.background import tasks
from gui.metric.gathering import Enrolled, Stage, gather
from gui.metric.progress import Progress

if TYPE_CHECKING:
    from core.recognizer import Recognizer
    from gui.metric.embedding_map import Method


class Gatherer(QObject):
    """Runs one request at a time."""

    told = Signal(object, float)
    """Stage, and the share of it done (0 to 1)."""
    compared = Signal(object)
    """Enrolled, without the map, which is still being drawn."""
    gathered = Signal(object)
    """Enrolled, complete."""
    failed = Signal(object)
    """Exception."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._progress: Progress | None = None
        self._question: tuple[object, object] = (None, None)

    @property
    def busy(self) -> bool:
        """Whether a request is running."""
        return self._progress is not None

    def ask(self, recognizer: "Recognizer", asked: "Method", before: Enrolled | None) -> None:
        """Requests a gathering and returns at once. The same request running is kept, another one is replaced.

        before: the last result, to be reused.
        """
        if self.busy and self._question == (recognizer, asked):
            return
        self.give_up()
        self._question = (recognizer, asked)
        progress = self._progress = Progress(self._tell)

        def compared(enrolled: Enrolled) -> None:
            tasks.in_gui_thread(lambda: self.compared.emit(enrolled) if progress is self._progress else None)

        def done(enrolled: Enrolled) -> None:
            if progress is self._progress:
                self._progress = None
                self.gathered.emit(enrolled)

        def failed(error: Exception) -> None:
            if progress is self._progress:
                self._progress = None
                self.failed.emit(error)

        tasks.run(lambda: gather(recognizer, asked, before, progress, compared), done, failed, self)

    def give_up(self) -> None:
        """Gives up the request; its thread ends at its next step."""
        if self._progress:
            self._progress.leave()
            self._progress = None

    def _tell(self, stage: Stage, share: float) -> None:
        self.told.emit(stage, share)
