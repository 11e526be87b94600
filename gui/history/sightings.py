"""Writes to the gallery who is seen live."""

import time

from PySide6.QtCore import QObject, QTimer, Signal

from core.gallery import Gallery
from core.history.recorder import Batch, Recorder
from core.types import Recognition
from gui.background.writes import Writes

WRITE_EVERY, EXPIRE_EVERY = 2000, 600_000
"""Milliseconds between looks for what is due to be written, and for what may no longer be kept."""


class Sightings(QObject):
    """Writes one batch at a time, and deletes what is older than the user wants."""

    noted = Signal(object)
    """dict[int, float]: person's id → Unix time last seen."""
    written = Signal()
    """The history has changed."""
    failed = Signal(object)
    """Exception; not emitted again while writing keeps failing for the same reason."""

    def __init__(self, gallery: Gallery, parent: QObject | None = None, writes: Writes | None = None) -> None:
        super().__init__(parent)
        self._gallery = gallery
        self._writes = writes or Writes(self)
        self._recorder = Recorder("")
        self._busy = False
        self._told = ""
        self._timers = [QTimer(self, interval=every) for every in (WRITE_EVERY, EXPIRE_EVERY)]
        for timer, slot in zip(self._timers, (self.save, self.expire), strict=True):
            timer.timeout.connect(slot)
            timer.start()

    def begin(self, source: str) -> None:
        """Begins with another source. source: its name. What is left of the one before is written."""
        self.finish()
        self._recorder, self._busy = Recorder(source), False

    def note(self, result: Recognition) -> None:
        """Takes in who is seen. Returns at once."""
        self._recorder.note(result, time.time())
        self.save()

    def save(self) -> None:
        """Writes what is due. Returns at once."""
        if not self._busy:
            self._write(self._recorder.take(time.time()))

    def finish(self) -> None:
        """Writes everything, because the source ends. Returns at once."""
        self._write(self._recorder.take(time.time(), everything=True))

    def expire(self) -> None:
        """Deletes what may no longer be kept. Returns at once."""

        def done(count: int) -> None:
            if count:
                self.written.emit()

        self._writes.run(lambda: self._gallery.history.expire(time.time()), done, self._tell, self, announced=False)

    def _write(self, batch: Batch) -> None:
        if not batch:
            return
        recorder, self._busy = self._recorder, True

        def done(written: list[str] | None) -> None:
            recorder.done(batch, written)
            if recorder is self._recorder:
                self._busy = False
            if written is not None:
                self._told = ""
                self.noted.emit({stay.person: stay.last for stay in batch.stays if stay.person is not None})
                self.written.emit()

        def failed(error: Exception) -> None:
            done(None)
            self._tell(error)

        self._writes.run(lambda: batch.write(self._gallery.history), done, failed, self, announced=False)

    def _tell(self, error: Exception) -> None:
        if str(error) != self._told:
            self._told = str(error)
            self.failed.emit(error)
