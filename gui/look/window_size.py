"""Windows no larger than the screen they are on."""

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget

LEAST_SCREEN = QSize(720, 450)
"""Device-independent pixels: a notebook of 1440×900 whose letters are twice as large."""
TITLE = 40
"""Pixels that the window's frame takes at its top."""


def resize_to_fit(window: QWidget, width: int, height: int) -> None:
    """As large as wished, if the screen has room for it."""
    room = (window.screen().availableGeometry().size() - QSize(0, TITLE)).expandedTo(QSize(320, 240))
    window.resize(QSize(width, height).boundedTo(room))
