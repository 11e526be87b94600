"""Collects cyclic garbage in the GUI thread only."""

import gc
import sys
import threading
from importlib import import_module

from PySide6.QtCore import QObject, QTimer

EVERY_MS = 1000
LOADING = threading.Lock()
"""Held while much is imported that will be kept."""


def load_for_good(module: str) -> None:
    """Imports what takes a moment, and takes it out of the collector's way. For any thread. Raises ImportError.

    Going through all that openTSNE brings would stop the view for a tenth of a second, again and again.
    """
    with LOADING:
        if module not in sys.modules:
            import_module(module)
            gc.freeze()


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
        """The oldest generation whose threshold is passed, as Python would; later, while much is being loaded."""
        if LOADING.locked():
            return
        for generation in (2, 1, 0):
            if gc.get_count()[generation] > gc.get_threshold()[generation]:
                gc.collect(generation)
                return
