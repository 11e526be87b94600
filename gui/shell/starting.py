"""Replaces Qt's abort when it can't start by one sentence that says why, and what to do."""

import ctypes
import logging
import os
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import NoReturn, Self

from PySide6.QtCore import QLibraryInfo, QMessageLogContext, QtMsgType, qInstallMessageHandler

from core.system.terminal import leave, silence

LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}
INSTEAD = "or use the commands: firstsight --help"

log = logging.getLogger("qt")


class Starting:
    """Takes over Qt's messages: holds them back until the application has started, then passes them to `logging`.

    A fatal message before that ends the process with exit code 1 and a sentence.
    """

    def __init__(self) -> None:
        self._held: list[tuple[QtMsgType, str]] | None = []
        self._silence = ExitStack()
        qInstallMessageHandler(self._take)

    def __enter__(self) -> Self:
        # Wayland's library writes to standard error itself.
        self._silence.enter_context(silence())
        return self

    def __exit__(self, *_: object) -> None:
        self._silence.close()
        held, self._held = self._held or [], None
        for kind, message in held:
            log.log(LEVELS[kind], "%s", message)

    def _take(self, kind: QtMsgType, _context: QMessageLogContext, message: str) -> None:
        if self._held is None:
            log.log(LEVELS[kind], "%s", message)
            return
        self._held.append((kind, message))
        if kind == QtMsgType.QtFatalMsg:
            self.give_up()

    def give_up(self) -> NoReturn:
        """Says why the application could not start, and ends the process."""
        self._silence.close()
        print(f"firstsight: {why_not([message for _, message in self._held or []])}", file=sys.stderr)
        leave(1)


def why_not(messages: list[str]) -> str:
    """Why there is no window, in one sentence, from Qt's messages (in order) and the environment."""
    platform, display = os.environ.get("QT_QPA_PLATFORM"), os.environ.get("DISPLAY")
    said = "\n".join(messages)
    if platform and "Could not find the Qt platform plugin" in said:
        return f"Qt has no platform {platform!r} (QT_QPA_PLATFORM): unset it, {INSTEAD}."
    if sys.platform == "linux" and not (platform or display or os.environ.get("WAYLAND_DISPLAY")):
        return f"There is no screen here: start the window from a desktop, {INSTEAD}."
    if missing := _missing_library():
        return f"A library that Qt needs is missing ({missing}): install it, {INSTEAD}."
    if display and "could not connect to display" in said:
        return f"The screen {display!r} (DISPLAY) does not answer: start the window from a desktop, {INSTEAD}."
    return f"No screen can be used here: start the window from a desktop, {INSTEAD}."


def _missing_library() -> str:
    """The library that Qt's X11 plugin lacks, in the system's words (Qt doesn't name it); empty if none."""
    plugin = Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.PluginsPath)) / "platforms" / "libqxcb.so"
    try:
        if plugin.exists():
            ctypes.CDLL(str(plugin))
    except OSError as error:
        return str(error)
    return ""
