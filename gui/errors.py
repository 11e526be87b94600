"""How errors reach the user of the window."""

import logging

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QMessageBox, QWidget

from core.errors import FirstsightError

log = logging.getLogger(__name__)


def sentence(error: Exception) -> str:
    """What to tell: the core's own sentence; anything else is a bug, which is logged in full."""
    if isinstance(error, FirstsightError):
        return str(error)
    log.error("unexpected", exc_info=error)
    told = QCoreApplication.translate("errors", "Something unexpected went wrong ({}). Try again.")
    return told.format(f"{type(error).__name__}: {error}")


def show_error(parent: QWidget, error: Exception) -> None:
    """Shows it in a box that doesn't stop the live view."""
    box = QMessageBox(QMessageBox.Icon.Warning, "Firstsight", sentence(error), parent=parent)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.open()
