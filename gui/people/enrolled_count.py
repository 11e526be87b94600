"""How many are enrolled and what threshold follows from their photos, worked out off the GUI thread."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from core.gallery import Gallery
from core.types import Threshold
from gui.background.refreshing import Refreshing

if TYPE_CHECKING:
    from core.recognizer import Recognizer


class EnrolledCount(QObject):
    """Counts anew whenever it is asked to."""

    counted = Signal(int, object)
    """People, and the Threshold for their photos; None before there is a recogniser."""
    failed = Signal(object)
    """Exception."""

    def __init__(
        self, gallery: Gallery, recognizer: "Callable[[], Recognizer | None]", parent: QObject | None = None
    ) -> None:
        """recognizer: gives it as soon as it is loaded."""
        super().__init__(parent)
        self._gallery, self._recognizer = gallery, recognizer
        self._counting = Refreshing(self._count, lambda counted: self.counted.emit(*counted), self.failed.emit, self)

    def ask(self) -> None:
        """Returns at once; `counted` follows."""
        self._counting.ask()

    def now(self) -> None:
        """The same before it returns: right after an enrolment, whose thread has brought the look-up up to date."""
        self.counted.emit(*self._count())

    def _count(self) -> tuple[int, Threshold | None]:
        recognizer = self._recognizer()
        return len(self._gallery), recognizer.threshold if recognizer else None
