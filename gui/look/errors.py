"""How errors reach the user of the window."""

import logging

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QMessageBox, QWidget

from core.errors import as_mendable
from core.system.text import printable

log = logging.getLogger(__name__)


def sentence(error: Exception) -> str:
    """What to tell: the core's own sentence, or what the system refuses; anything else is a bug, logged in full."""
    if mendable := as_mendable(error):
        return printable(str(mendable))
    log.error("unexpected", exc_info=error)
    told = QCoreApplication.translate("errors", "Something unexpected went wrong ({}). Try again.")
    return told.format(printable(f"{type(error).__name__}: {error}"))


def show_error(parent: QWidget, error: Exception) -> None:
    """Shows it in a box that doesn't stop the live view."""
    box = QMessageBox(QMessageBox.Icon.Warning, "Firstsight", sentence(error), parent=parent)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.open()
