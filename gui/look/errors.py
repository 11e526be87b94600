"""Shows errors in the window."""

import logging

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QMessageBox, QWidget

from core.errors import as_mendable
from core.system.text import printable

log = logging.getLogger(__name__)


def sentence(error: Exception) -> str:
    """The error as a sentence for the user. Anything `as_mendable` doesn't know is a bug, logged with its traceback."""
    if mendable := as_mendable(error):
        return printable(str(mendable))
    log.error("unexpected", exc_info=error)
    told = QCoreApplication.translate("errors", "Something unexpected went wrong ({}). Try again.")
    return told.format(printable(f"{type(error).__name__}: {error}"))


def show_error(parent: QWidget, error: Exception) -> None:
    """Shows the error in a message box that doesn't stop the live view."""
    box = QMessageBox(QMessageBox.Icon.Warning, "Firstsight", sentence(error), parent=parent)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.open()
