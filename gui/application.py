"""Starts the window."""

import argparse
import gc
import logging
import os
import sys
from pathlib import Path
from typing import NoReturn

from PySide6.QtCore import QtMsgType, qInstallMessageHandler
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication, QMessageBox

from core import __version__
from core.errors import FirstsightError
from core.gallery import Gallery
from gui import tasks, theme
from gui.garbage import GarbageCollector
from gui.main_window import MainWindow
from gui.settings import Settings, keep_qt_settings_at_home

log = logging.getLogger("qt")


def main(arguments: list[str] | None = None) -> NoReturn:
    """Opens the window and runs until it is closed; then the process ends."""
    options = _parse(arguments)
    logging.basicConfig(level=logging.WARNING, format="firstsight: %(message)s")
    application = make_application()
    try:
        gallery = Gallery(options.gallery)
    except FirstsightError as error:
        QMessageBox.critical(None, "Firstsight", str(error))
        leave(1)
    window = MainWindow(gallery, Settings(), "demo" if options.demo else options.source)
    # What has been loaded stays: looking through all of it for garbage would stop the view for a sixth of a second.
    window.recognition.ready.connect(lambda _recognizer: gc.freeze())
    window.show()
    code = application.exec()
    gallery.close()
    leave(code)


def leave(code: int) -> NoReturn:
    """Ends the process at once: a camera's driver that hangs must not keep it, and its threads can't be ended."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def make_application() -> QApplication:
    """Qt's application with our look, its messages in `logging`."""
    qInstallMessageHandler(_log_message)
    existing = QApplication.instance()
    application = existing if isinstance(existing, QApplication) else QApplication(sys.argv[:1])
    application.setApplicationName("Firstsight")
    application.setApplicationVersion(__version__)
    application.setDesktopFileName("firstsight")
    application.setWindowIcon(QIcon(str(theme.ICONS / "firstsight.svg")))
    keep_qt_settings_at_home()
    theme.apply(application)
    tasks.prepare()
    if not application.findChild(GarbageCollector):
        GarbageCollector(application)
    return application


def _parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="firstsight", description="Opens the window.")
    parser.add_argument("--source", default="", help="what to watch: a video, a folder, an address, 0 or demo")
    parser.add_argument("--demo", action="store_true", help="watch the demo scene")
    parser.add_argument("--gallery", type=Path, default=None, help="the gallery's file; by default your own")
    return parser.parse_args(arguments)


def _log_message(kind: QtMsgType, _context: object, message: str) -> None:
    levels = {
        QtMsgType.QtDebugMsg: logging.DEBUG,
        QtMsgType.QtInfoMsg: logging.INFO,
        QtMsgType.QtWarningMsg: logging.WARNING,
        QtMsgType.QtCriticalMsg: logging.ERROR,
        QtMsgType.QtFatalMsg: logging.CRITICAL,
    }
    log.log(levels[kind], "%s", message)
