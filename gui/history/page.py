"""The history page: who was here, and unknown people."""

from collections.abc import Callable
from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from core.gallery import Gallery
from gui.background.writes import Writes
from gui.history.seen import SeenTab
from gui.history.unknown import UnknownTab
from gui.look.tabs import tab_bar

if TYPE_CHECKING:
    from core.recognizer import Recognizer

EVERY = 5000
"""Milliseconds between looks for what other programs have written, while the page is shown."""


class HistoryPage(QWidget):
    """Reads the gallery's history while it is shown."""

    said = Signal(str)
    """A sentence for the status line."""

    def __init__(self, gallery: Gallery, recognizer: "Callable[[], Recognizer | None]", writes: Writes) -> None:
        """recognizer: returns the one in use; None until it is loaded."""
        super().__init__()
        self.tabs = tab_bar(self.tr("History"), self.tr("Sightings"), self.tr("Unknown people"))
        self.seen = SeenTab(gallery, recognizer, writes, self)
        self.unknown = UnknownTab(gallery, recognizer, writes, self)
        self.stack = QStackedWidget()
        for tab, other in ((self.seen, self.unknown), (self.unknown, self.seen)):
            self.stack.addWidget(tab)
            tab.said.connect(self.said)
            tab.changed.connect(other.refresh)
        self.unknown.keeping_asked.connect(self.seen.ask_how_long)
        self.tabs.currentChanged.connect(self._change_tab)
        top = QHBoxLayout()
        top.addWidget(self.tabs)
        top.addStretch()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 12, 6, 10)
        layout.setSpacing(12)
        layout.addLayout(top)
        layout.addWidget(self.stack, 1)
        self._timer = QTimer(self, interval=EVERY)
        self._timer.timeout.connect(self.refresh)
        self.setFocusProxy(self.tabs)
        self.seen.look_for()

    def order_tabs_between(self, before: QWidget, after: QWidget) -> None:
        """Puts the page's controls between two others in Tab order."""
        seen, unknown = self.seen, self.unknown
        mine = [
            *(self.tabs, seen.search, seen.who, seen.period.choice, seen.period.day, seen.more, seen.table),
            *(seen.details.yes, seen.details.no, seen.details.delete),
            *(unknown.ignored, unknown.keep, unknown.list, unknown.name, unknown.ignore, unknown.delete),
        ]
        for one, other in pairwise([before, *mine, after]):
            QWidget.setTabOrder(one, other)

    def refresh(self) -> None:
        """Reads again what is shown. Returns at once."""
        tab = self.stack.currentWidget()
        if self.isVisible() and (tab is self.seen or tab is self.unknown):
            tab.refresh()

    def _change_tab(self, number: int) -> None:
        self.stack.setCurrentIndex(number)
        self.refresh()

    def showEvent(self, event: QShowEvent) -> None:
        """Brings the page up to date, and keeps it so."""
        super().showEvent(event)
        self._timer.start()
        self.refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        """Reads nothing while hidden."""
        super().hideEvent(event)
        self._timer.stop()
