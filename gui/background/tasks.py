"""Runs work on a daemon thread and delivers the result in the GUI thread. Gallery writes go through `writes.py`."""

import threading
from collections.abc import Callable
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Qt, Signal
from shiboken6 import isValid

T = TypeVar("T")
LEFT = "left"
"""Name of the property that `leave` sets."""


class _Messenger(QObject):
    """Carries a call into the GUI thread."""

    call = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.call.connect(lambda work: work(), Qt.ConnectionType.QueuedConnection)


_messenger: _Messenger | None = None


def prepare() -> None:
    """Sets up delivery to the GUI thread. Must first be called in that thread; calling it again does nothing."""
    global _messenger
    if _messenger is None:
        _messenger = _Messenger()


def in_gui_thread(work: Callable[[], Any]) -> None:
    """Queues a call in the GUI thread. From any thread."""
    assert _messenger is not None, "call tasks.prepare() first"
    _messenger.call.emit(work)


def leave(owner: QObject) -> None:
    """Drops all results still to come for `owner` and its children. For a window that is closed."""
    owner.setProperty(LEFT, True)


def waits(owner: QObject) -> bool:
    """Whether `owner` still exists, and neither it nor one of its parents has been passed to `leave`."""
    if not isValid(owner):
        return False
    one: QObject | None = owner
    while one:
        if one.property(LEFT):
            return False
        one = one.parent()
    return True


def run(work: Callable[[], T], done: Callable[[T], None], failed: Callable[[Exception], None], owner: QObject) -> None:
    """Runs `work` on a new thread, then `done` or `failed` in the GUI thread, unless `owner` has gone."""
    prepare()

    def deliver(call: Callable[[], None]) -> None:
        in_gui_thread(lambda: call() if waits(owner) else None)

    def body() -> None:
        try:
            result = work()
        except Exception as error:
            caught = error
            deliver(lambda: failed(caught))
        else:
            deliver(lambda: done(result))

    threading.Thread(target=body, name="firstsight task", daemon=True).start()
