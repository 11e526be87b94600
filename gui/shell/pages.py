"""The left side of the window: the live view, the history or the metric page."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QStackedWidget, QWidget

from core.gallery import Gallery
from gui.background import tasks
from gui.background.garbage import load_for_good
from gui.background.writes import Writes
from gui.live.session import Live
from gui.live.view import LiveView
from gui.look.shortcuts import give_way_to_shortcuts

if TYPE_CHECKING:
    from core.recognizer import Recognizer
    from gui.history.page import HistoryPage
    from gui.metric.page import MetricPage


class Pages(QStackedWidget):
    """Holds the live view, and the other pages once they have been shown. The live view goes on meanwhile."""

    said = Signal(str)
    """A sentence for the status line."""

    def __init__(
        self,
        gallery: Gallery,
        writes: Writes,
        view: LiveView,
        live: Live,
        recognizer: "Callable[[], Recognizer | None]",
        trouble: Callable[[], str],
        parent: QWidget | None = None,
    ) -> None:
        """recognizer: returns the recogniser, None until it is loaded. trouble: why it can't be loaded, else empty."""
        super().__init__(parent)
        self._gallery, self._writes = gallery, writes
        self._view, self._live, self._recognizer, self._trouble = view, live, recognizer, trouble
        self.metric_page: MetricPage | None = None
        self.history_page: HistoryPage | None = None
        self.addWidget(view)

    def prepare(self) -> None:
        """Imports the metric page's plotting libraries on a thread, so that opening the page doesn't wait for them."""
        tasks.run(lambda: load_for_good("gui.metric.page"), lambda _: None, lambda _: None, self)

    def show_live(self) -> None:
        """Shows the live view."""
        self.setCurrentWidget(self._view)

    def show_metric(self, after: QWidget) -> None:
        """Shows the metric page. after: the control that follows the page in Tab order."""
        if self.metric_page is None:
            from gui.metric.page import MetricPage

            self.metric_page = page = MetricPage(self._live, self._recognizer, self._trouble)
            self.addWidget(page)
            page.order_tabs_between(self._view, after)
            give_way_to_shortcuts(page.distributions.cost.similarity)
        self.setCurrentWidget(self.metric_page)

    def show_history(self, after: QWidget) -> None:
        """Shows the history page. after: the control that follows the page in Tab order."""
        if self.history_page is None:
            from gui.history.page import HistoryPage

            self.history_page = page = HistoryPage(self._gallery, self._recognizer, self._writes)
            self.addWidget(page)
            page.said.connect(self.said)
            page.order_tabs_between(self._view, after)
            give_way_to_shortcuts(page.seen.search)
        self.setCurrentWidget(self.history_page)

    def refresh_history(self) -> None:
        """Shows what has just been recorded, if the history is shown."""
        if self.history_page:
            self.history_page.refresh()

    def snapshot(self) -> QImage | None:
        """The live picture with its labels, or the page shown; None if there is no picture yet."""
        page = self.currentWidget()
        return self._view.snapshot() if page is None or page is self._view else page.grab().toImage()
