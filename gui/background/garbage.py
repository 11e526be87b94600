"""Collects cyclic garbage in the GUI thread only."""

import gc
import sys
import threading
from importlib import import_module

from PySide6.QtCore import QObject, QTimer

EVERY_MS = 1000
LOADING = threading.Lock()
"""Held during an import that creates many objects that stay."""


def load_for_good(module: str) -> None:
    """Imports a large module and exempts its objects from collection. From any thread. Raises ImportError.

    Otherwise each full collection would search all of openTSNE, for example, and stop the view for a tenth of a second.
    """
    with LOADING:
        if module not in sys.modules:
            import_module(module)
            gc.freeze()


class GarbageCollector(QObject):
    """Replaces Python's automatic collection, which runs in whichever thread creates one object too many.

    A closed window or dialog is a reference cycle. If a thread that recognises faces or loads a model collected it, its
    Qt objects would be destroyed there while the event loop still knows them, and the process would abort.
    """

    def __init__(self, parent: QObject) -> None:
        """To be called in the GUI thread."""
        super().__init__(parent)
        gc.disable()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.collect)
        self._timer.start(EVERY_MS)

    def collect(self) -> None:
        """Collects the oldest generation over its threshold, as Python does; nothing while `LOADING` is held."""
        if LOADING.locked():
            return
        for generation in (2, 1, 0):
            if gc.get_count()[generation] > gc.get_threshold()[generation]:
                gc.collect(generation)
                return
