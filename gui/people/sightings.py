"""Notes in the gallery when people were last seen."""

import time

from PySide6.QtCore import QObject, Signal

from core.gallery import Gallery
from core.types import RecognizedFace
from gui.background.writes import Writes

EVERY = 10.0
"""Seconds between two notes for the same person."""


class Sightings(QObject):
    """Writes one note at a time."""

    noted = Signal(object)
    """dict[int, float]: person's id → Unix time last seen."""
    failed = Signal(object)
    """Exception; not emitted again while notes keep failing for the same reason."""

    def __init__(self, gallery: Gallery, parent: QObject | None = None, writes: Writes | None = None) -> None:
        super().__init__(parent)
        self._gallery = gallery
        self._writes = writes or Writes(self)
        self._noted: dict[int, float] = {}
        self._busy = False
        self._told = ""

    def note(self, faces: tuple[RecognizedFace, ...]) -> None:
        """Notes the people named, except those noted within the last `EVERY` seconds."""
        now = time.time()
        named = {face.decision.named.person for face in faces if face.decision.named}
        due = {person for person in named if now - self._noted.get(person, 0.0) > EVERY}
        if not due or self._busy:
            return
        self._busy = True
        self._noted |= dict.fromkeys(due, now)

        def work() -> set[int]:
            for person in due:
                self._gallery.mark_seen(person, now)
            return due

        self._writes.run(work, lambda _due: self._done(due, now), self._failed, self, announced=False)

    def _done(self, seen: set[int], when: float) -> None:
        self._busy, self._told = False, ""
        self.noted.emit(dict.fromkeys(seen, when))

    def _failed(self, error: Exception) -> None:
        self._busy = False
        if str(error) != self._told:
            self._told = str(error)
            self.failed.emit(error)
