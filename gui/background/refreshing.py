"""Work repeated on a thread whenever something has changed, never twice at once."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject

from gui.background import tasks


class Refreshing(QObject):
    """Runs again if asked while running, so the last answer is up to date.

    An answer older than the newest request is dropped, but never two in a row, however often it is asked.
    """

    def __init__(
        self,
        work: Callable[[], Any],
        done: Callable[[Any], None],
        failed: Callable[[Exception], None],
        parent: QObject | None = None,
    ) -> None:
        """work: called on a thread. done, failed: called in the GUI thread."""
        super().__init__(parent)
        self._work, self._done, self._failed = work, done, failed
        self.busy = self._again = self._dropped = False

    def ask(self) -> None:
        """Requests a run and returns at once; `done` or `failed` follows."""
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
        """Starts another run if one was asked for; returns whether it did."""
        self.busy = False
        if self._again:
            self.ask()
        return self.busy
