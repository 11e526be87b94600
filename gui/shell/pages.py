"""The left side of the window: the live view or the metric page."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtGui import QImage
from PySide6.QtWidgets import QStackedWidget, QWidget

from gui.background import tasks
from gui.background.garbage import load_for_good
from gui.live.session import Live
from gui.live.view import LiveView
from gui.look.shortcuts import give_way_to_shortcuts

if TYPE_CHECKING:
    from core.recognizer import Recognizer


class Pages(QStackedWidget):
    """Holds the live view and the metric page, which is built when first shown. The live view goes on meanwhile."""

    def __init__(
        self,
        view: LiveView,
        live: Live,
        recognizer: "Callable[[], Recognizer | None]",
        trouble: Callable[[], str],
        parent: QWidget | None = None,
    ) -> None:
        """recognizer: returns the recogniser, None until it is loaded. trouble: why it can't be loaded, else empty."""
        super().__init__(parent)
        self._view, self._live, self._recognizer, self._trouble = view, live, recognizer, trouble
        self.addWidget(view)

    def prepare(self) -> None:
        """Imports the metric page's plotting libraries on a thread, so that opening the page doesn't wait for them."""
        tasks.run(lambda: load_for_good("gui.metric.page"), lambda _: None, lambda _: None, self)

    def show_metric(self, shown: bool, after: QWidget) -> None:
        """Shows the metric page or the live view. after: the control that follows the page in Tab order."""
        if self.count() == 1:
            from gui.metric.page import MetricPage

            page = MetricPage(self._live, self._recognizer, self._trouble)
            self.addWidget(page)
            page.order_tabs_between(self._view, after)
            give_way_to_shortcuts(page.distributions.cost.similarity)
        self.setCurrentIndex(int(shown))

    def snapshot(self) -> QImage | None:
        """The live picture with its labels, or the metric page as shown; None if there is no picture yet."""
        page = self.currentWidget()
        return self._view.snapshot() if page is None or page is self._view else page.grab().toImage()
