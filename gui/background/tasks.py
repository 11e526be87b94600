"""Work on a daemon thread, its result back in the GUI thread. What is written goes through `writes.py` instead."""

import threading
from collections.abc import Callable
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Qt, Signal
from shiboken6 import isValid

T = TypeVar("T")
LEFT = "left"
"""Property of an owner that is no longer interested."""


class _Messenger(QObject):
    """Carries a call into the GUI thread."""

    call = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.call.connect(lambda work: work(), Qt.ConnectionType.QueuedConnection)


_messenger: _Messenger | None = None


def prepare() -> None:
    """Makes the way back into the GUI thread. Called once, in that thread, before the first `run`."""
    global _messenger
    if _messenger is None:
        _messenger = _Messenger()


def in_gui_thread(work: Callable[[], Any]) -> None:
    """Queues a call for the GUI thread; from any thread."""
    assert _messenger is not None, "tasks.prepare() comes first"
    _messenger.call.emit(work)


def leave(owner: QObject) -> None:
    """Nothing of what still runs for `owner` or its children is brought to them any more: its window is closed."""
    owner.setProperty(LEFT, True)


def waits(owner: QObject) -> bool:
    """Whether it is there and neither it nor what it belongs to has left."""
    if not isValid(owner):
        return False
    one: QObject | None = owner
    while one:
        if one.property(LEFT):
            return False
        one = one.parent()
    return True


def run(work: Callable[[], T], done: Callable[[T], None], failed: Callable[[Exception], None], owner: QObject) -> None:
    """Runs `work` on a thread of its own, then `done` or `failed` in the GUI thread, unless `owner` has gone."""
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
