"""Notifications on the desktop, and a sound."""

import shutil
import subprocess
import sys
import threading

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication, QSystemTrayIcon

from gui.look import theme

SHOWN = 10_000
"""Milliseconds for which a notification is shown, if the desktop heeds that."""
NOTIFY_SEND = "notify-send"
"""The desktop's own command on Linux; it works also where there is no tray."""


class Notifier(QObject):
    """Shows notifications by whatever this desktop has."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tray: QSystemTrayIcon | None = None

    def notify(self, text: str) -> bool:
        """Shows a notification. Returns at once: whether this desktop shows any."""
        command = shutil.which(NOTIFY_SEND) if sys.platform.startswith("linux") else None
        if command:
            # A notification service that doesn't answer must not hold up the window.
            threading.Thread(target=_send, args=(command, text), name="firstsight notification", daemon=True).start()
            return True
        if not QSystemTrayIcon.isSystemTrayAvailable():
            return False
        if self._tray is None:
            self._tray = QSystemTrayIcon(theme.icon("firstsight"), self)
            self._tray.show()
        self._tray.showMessage("Firstsight", text, QSystemTrayIcon.MessageIcon.Information, SHOWN)
        return True


def _send(command: str, text: str) -> None:
    arguments = [command, "--app-name=Firstsight", f"--expire-time={SHOWN}", "--", "Firstsight", text]
    subprocess.run(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=20, check=False)


def beep() -> None:
    """Makes the desktop's alert sound."""
    QApplication.beep()
