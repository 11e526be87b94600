"""Gathers for the metric page on a thread: the newest question counts, and one that nobody waits for is given up."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from gui.background import tasks
from gui.metric.gathering import Enrolled, Stage, gather
from gui.metric.progress import Progress

if TYPE_CHECKING:
    from core.recognizer import Recognizer
    from gui.metric.embedding_map import Method


class Gatherer(QObject):
    """At most one gathering is waited for."""

    told = Signal(object, float)
    """Stage, and which share of it is done (0 to 1)."""
    compared = Signal(object)
    """Enrolled, all but the map, which is being drawn."""
    gathered = Signal(object)
    """Enrolled."""
    failed = Signal(object)
    """Exception."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._progress: Progress | None = None
        self._question: tuple[object, object] = (None, None)

    @property
    def busy(self) -> bool:
        """Whether an answer is waited for."""
        return self._progress is not None

    def ask(self, recognizer: "Recognizer", asked: "Method", before: Enrolled | None) -> None:
        """Returns at once; the same question is not asked twice, another one takes the place of the one before."""
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
        """Nobody waits any more: it ends at its next step."""
        if self._progress:
            self._progress.leave()
            self._progress = None

    def _tell(self, stage: Stage, share: float) -> None:
        self.told.emit(stage, share)
