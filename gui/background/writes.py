"""The window's writes to the gallery: in order, announced to the whole window, finished before the process ends."""

import threading
import time
from collections import deque
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Signal

from core.errors import GalleryError
from core.gallery.connection import WAIT
from gui.background import tasks

T = TypeVar("T")
LONGEST = WAIT + 5
"""Seconds that the end of the process waits for writes: `WAIT` for a locked gallery, and 5 for the rest."""


class Write:
    """One write, and its result or error once done."""

    def __init__(self, work: Callable[[], Any], deliver: Callable[["Write"], None]) -> None:
        self.work, self.deliver = work, deliver
        self.result: Any = None
        self.error: Exception | None = None

    def do(self) -> None:
        """Does the work and keeps its result or error. Not for the GUI thread."""
        try:
            self.result = self.work()
        except Exception as error:
            self.error = error


class Writes(QObject):
    """Does writes one after the other on one thread, even if the dialog that asked is closed meanwhile."""

    changed = Signal(object)
    """The result of a write. None after a failure: what is shown may be out of date."""
    failed = Signal(object)
    """Exception of a write whose owner has gone."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        tasks.prepare()
        self._news = threading.Condition()
        self._waiting: deque[Write] = deque()
        self._running: Write | None = None
        self._told: list[Write] = []
        self._thread: threading.Thread | None = None

    def run(
        self,
        work: Callable[[], T],
        done: Callable[[T], None],
        failed: Callable[[Exception], None],
        owner: QObject,
        *,
        announced: bool = True,
    ) -> Write:
        """Queues `work`; when it is done, emits `changed` and calls `done` or `failed`, unless `owner` has gone.

        announced: whether to emit `changed`; False if the people and photos enrolled stay the same.
        """

        def deliver(write: Write) -> None:
            if not tasks.waits(self):
                return
            with self._news:
                self._told.remove(write)
            if announced:
                self.changed.emit(write.result)
            if not tasks.waits(owner):
                if write.error:
                    self.failed.emit(write.error)
            elif write.error:
                failed(write.error)
            else:
                done(write.result)

        write = Write(work, deliver)
        with self._news:
            self._waiting.append(write)
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="firstsight writes", daemon=True)
                self._thread.start()
        return write

    def cancel(self, write: Write) -> bool:
        """Takes back a write that hasn't begun; False if it has."""
        with self._news:
            if write not in self._waiting:
                return False
            self._waiting.remove(write)
            return True

    @property
    def busy(self) -> bool:
        """Whether a write is running or queued."""
        with self._news:
            return bool(self._waiting) or self._running is not None

    def finish(self, seconds: float = LONGEST) -> list[Exception]:
        """Waits until everything is written, for `seconds` at most. Returns the errors not yet reported.

        For the end of the process, when the window is closed.
        """
        until = time.monotonic() + seconds
        with self._news:
            self._news.wait_for(lambda: not self._waiting and self._running is None, until - time.monotonic())
            errors = [write.error for write in self._told if write.error]
            left = len(self._waiting) + (self._running is not None)
        if left:
            errors.append(GalleryError(self.tr("The gallery could not be saved in time: check who is enrolled.")))
        return errors

    def _work(self) -> None:
        while True:
            with self._news:
                self._running = None
                self._news.notify_all()
                if not self._waiting:
                    # The next write starts a new thread.
                    self._thread = None
                    return
                self._running = write = self._waiting.popleft()
            write.do()
            with self._news:
                self._told.append(write)
            tasks.in_gui_thread(partial(write.deliver, write))
