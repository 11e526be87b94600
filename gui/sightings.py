"""Notes in the gallery when somebody enrolled was seen."""

import time

from PySide6.QtCore import QObject, Signal

from core.gallery import Gallery
from core.types import RecognizedFace
from gui import tasks

EVERY = 10.0
"""Seconds between two notes of the same person."""


class Sightings(QObject):
    """The gallery is written on a thread."""

    noted = Signal(object)
    """dict[int, float]: the people, by their number, and when they were seen (Unix time)."""
    failed = Signal(object)
    """Exception."""

    def __init__(self, gallery: Gallery, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._gallery = gallery
        self._noted: dict[int, float] = {}

    def note(self, faces: tuple[RecognizedFace, ...]) -> None:
        """Those of them who are named, unless noted a moment ago."""
        now = time.time()
        named = {face.decision.named.person for face in faces if face.decision.named}
        due = {person for person in named if now - self._noted.get(person, 0.0) > EVERY}
        if not due:
            return
        self._noted |= dict.fromkeys(due, now)

        def work() -> None:
            for person in due:
                self._gallery.mark_seen(person, now)

        tasks.run(work, lambda _nothing: self.noted.emit(dict.fromkeys(due, now)), self.failed.emit, self)
