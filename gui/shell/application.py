"""Starts the application and its window."""

import argparse
import gc
import logging
import signal
import sys
from pathlib import Path
from typing import NoReturn

from PySide6.QtCore import QCoreApplication, Qt, QTimer
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication, QMessageBox

from core import __version__
from core.errors import as_mendable
from core.gallery import Gallery
from core.gallery.failures import GalleryMissingError
from core.system.terminal import INTERRUPTED, leave, prepare
from core.system.text import printable
from gui.background import tasks
from gui.background.garbage import GarbageCollector
from gui.look import theme
from gui.look.errors import sentence
from gui.settings import Settings, keep_qt_settings_at_home
from gui.shell.main_window import MainWindow
from gui.shell.starting import Starting

log = logging.getLogger("qt")
TOLD_MS = 10_000
"""Milliseconds for which the last message is shown."""


def main(arguments: list[str] | None = None) -> NoReturn:
    """Opens the window, runs until it is closed, and ends the process.

    The process ends without joining its threads: one may hang in a camera's driver, and threads can't be killed.
    """
    prepare()
    options = _parse(arguments)
    logging.basicConfig(level=logging.WARNING, format="firstsight: %(message)s")
    application = make_application()
    gallery = open_gallery(options.gallery)
    if gallery is None:
        leave(1)
    try:
        window = MainWindow(gallery, Settings(), "demo" if options.demo else options.source)
    except Exception as error:
        mendable = as_mendable(error)
        if mendable is None:
            raise
        _show(str(mendable))
        leave(1)
    # What is loaded by now stays: searching all of it for garbage would stop the view for a sixth of a second.
    window.recognition.ready.connect(lambda _recognizer: gc.freeze())
    window.show()

    def interrupt() -> None:
        if window.close():
            application.exit(INTERRUPTED)

    # Deferred, since Python runs signal handlers anywhere, even in the middle of painting.
    signal.signal(signal.SIGINT, lambda *_: QTimer.singleShot(0, interrupt))
    code = application.exec()
    failures = window.writes.finish()
    if failures:
        tell(failures)
    if not window.writes.busy:
        gallery.close()
    leave(code or int(bool(failures)))


def open_gallery(file: Path | None) -> Gallery | None:
    """Opens a gallery; by default the user's own, created if missing. Asks before it creates any other file.

    Returns None if the user declined, or after showing the error.
    """
    translate = QCoreApplication.translate
    try:
        try:
            return Gallery(file, create=file is None)
        except GalleryMissingError:
            question = translate("application", "There is no gallery at {}. Create one?")
            question = question.format(printable(str(file)))
            if QMessageBox.question(None, "Firstsight", question) != QMessageBox.StandardButton.Yes:
                return None
            return Gallery(file)
    except Exception as error:
        mendable = as_mendable(error)
        if mendable is None:
            raise
        _show(str(mendable))
        return None


def tell(failures: list[Exception]) -> None:
    """Reports writes that failed after the window was closed. The message closes itself, so the process can end."""
    text = " ".join(sentence(failure) for failure in failures)
    log.error("%s", text)
    box = QMessageBox(QMessageBox.Icon.Warning, "Firstsight", text)
    QTimer.singleShot(TOLD_MS, box.accept)
    box.exec()


def make_application() -> QApplication:
    """Returns the `QApplication` with our theme; Qt's messages go to `logging`."""
    existing = QApplication.instance()
    with Starting() as starting:
        application = existing if isinstance(existing, QApplication) else QApplication(sys.argv[:1])
        if application.primaryScreen() is None:
            starting.give_up()
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


class _Parser(argparse.ArgumentParser):
    """Reports a wrong command line in one sentence, as the commands do."""

    def error(self, message: str) -> NoReturn:
        print(f"firstsight: {printable(message)}: see firstsight --help.", file=sys.stderr)
        leave(2)


def _parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = _Parser(prog="firstsight", description="Opens the window.")
    parser.add_argument("--source", default="", help="what to watch: a video, a folder, an address, 0 or demo")
    parser.add_argument("--demo", action="store_true", help="watch the demo scene")
    parser.add_argument("--gallery", type=Path, default=None, help="gallery file (default: your own)")
    return parser.parse_args(arguments)


def _show(sentence: str) -> None:
    print(f"firstsight: {sentence}", file=sys.stderr)
    box = QMessageBox(QMessageBox.Icon.Critical, "Firstsight", printable(sentence))
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.exec()
