"""A frameless scroll area for a page that may not fit."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QStyle, QWidget


class Scrolling(QScrollArea):
    """Scrolls vertically only: it is as wide as its page, and as high if there is room."""

    def __init__(self, page: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._page = page
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(page)
        self.viewport().setAutoFillBackground(False)
        page.setAutoFillBackground(False)

    def sizeHint(self) -> QSize:
        """The size of the whole page."""
        page = self._page
        wanted = page.sizeHint().expandedTo(page.minimumSize())
        return QSize(wanted.width(), max(wanted.height(), page.heightForWidth(wanted.width())))

    def minimumSizeHint(self) -> QSize:
        """The page's least width plus the scroll bar, and a small height."""
        bar = self.style().pixelMetric(QStyle.PixelMetric.PM_ScrollBarExtent)
        least = self._page.minimumSizeHint().expandedTo(self._page.minimumSize())
        return QSize(least.width() + bar, 60)
