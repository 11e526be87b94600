"""Counts the people enrolled and works out the threshold, on a thread."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from core.gallery import Gallery
from core.types import Threshold
from gui.background.refreshing import Refreshing

if TYPE_CHECKING:
    from core.recognizer import Recognizer


class EnrolledCount(QObject):
    """Counts whenever it is asked to."""

    counted = Signal(int, object)
    """Number of people, and the Threshold for their photos; None until there is a recogniser."""
    failed = Signal(object)
    """Exception."""

    def __init__(
        self, gallery: Gallery, recognizer: "Callable[[], Recognizer | None]", parent: QObject | None = None
    ) -> None:
        """recognizer: returns the recogniser, None until it is loaded."""
        super().__init__(parent)
        self._gallery, self._recognizer = gallery, recognizer
        self._counting = Refreshing(self._count, lambda counted: self.counted.emit(*counted), self.failed.emit, self)

    def ask(self) -> None:
        """Returns at once; `counted` follows."""
        self._counting.ask()

    def now(self) -> None:
        """Counts before it returns. For right after an enrolment, whose thread has already updated the index."""
        self.counted.emit(*self._count())
        if self._counting.busy:
            # An answer that is on its way may be older than this one.
            self._counting.ask()

    def _count(self) -> tuple[int, Threshold | None]:
        recognizer = self._recognizer()
        return len(self._gallery), recognizer.threshold if recognizer else None
