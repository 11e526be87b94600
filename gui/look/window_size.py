"""Keeps windows no larger than their screen."""

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget

LEAST_SCREEN = QSize(720, 450)
"""Smallest screen supported, in device-independent pixels: a notebook of 1440×900 at 200 %."""
TITLE = 40
"""Height of a title bar in pixels."""


def resize_to_fit(window: QWidget, width: int, height: int) -> None:
    """Resizes a window to width × height, or less if the screen has less room."""
    room = (window.screen().availableGeometry().size() - QSize(0, TITLE)).expandedTo(QSize(320, 240))
    window.resize(QSize(width, height).boundedTo(room))
