"""What comes late, from threads: tests that nothing comes of it wait until it would have come."""

import threading

from pytestqt.qtbot import QtBot

from gui.background import tasks

WAIT = 60_000


def all_told(qtbot: QtBot) -> None:
    """Waits until each task has ended and what it brought has been told, or was not wanted any more."""
    qtbot.waitUntil(lambda: not any(one.name == "firstsight task" for one in threading.enumerate()), timeout=WAIT)
    told: list[bool] = []
    # Behind all that has been brought so far.
    tasks.in_gui_thread(lambda: told.append(True))
    qtbot.waitUntil(lambda: bool(told), timeout=WAIT)
