"""Work that is done anew whenever something has changed, on a thread, and never twice at once."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject

from gui.background import tasks


class Refreshing(QObject):
    """Asked again while it runs, it runs once more afterwards: the last answer is of now.

    An answer that is older than the newest question is dropped; but never two in a row, however often it is asked.
    """

    def __init__(
        self,
        work: Callable[[], Any],
        done: Callable[[Any], None],
        failed: Callable[[Exception], None],
        parent: QObject | None = None,
    ) -> None:
        """work: for a thread; done and failed: in the GUI thread."""
        super().__init__(parent)
        self._work, self._done, self._failed = work, done, failed
        self.busy = self._again = self._dropped = False

    def ask(self) -> None:
        """Returns at once; `done` or `failed` follows."""
        if self.busy:
            self._again = True
            return
        self.busy, self._again = True, False
        tasks.run(self._work, self._finished, self._broke, self)

    def _finished(self, answer: Any) -> None:
        self._dropped = self._go_on() and not self._dropped
        if not self._dropped:
            self._done(answer)

    def _broke(self, error: Exception) -> None:
        if not self._go_on():
            self._failed(error)

    def _go_on(self) -> bool:
        """Whether it runs once more."""
        self.busy = False
        if self._again:
            self.ask()
        return self.busy
