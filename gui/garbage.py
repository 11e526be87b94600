"""Collects cyclic garbage in the GUI thread only."""

import gc

from PySide6.QtCore import QObject, QTimer

EVERY_MS = 1000


class GarbageCollector(QObject):
    """Takes over from Python, which collects in whichever thread happens to make the object too many.

    A closed window or dialog is a cycle. Collected by a thread that recognises or loads a model, its Qt objects are
    destroyed there, beside the event loop that still knows them, and the process aborts.
    """

    def __init__(self, parent: QObject) -> None:
        """Call it in the GUI thread."""
        super().__init__(parent)
        gc.disable()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.collect)
        self._timer.start(EVERY_MS)

    def collect(self) -> None:
        """The oldest generation whose threshold is passed, as Python would."""
        for generation in (2, 1, 0):
            if gc.get_count()[generation] > gc.get_threshold()[generation]:
                gc.collect(generation)
                return
