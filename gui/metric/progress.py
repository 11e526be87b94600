"""How far a gathering is, told to the page now and then; and the way to end it."""

import time
from collections.abc import Callable

from gui.background import tasks
from gui.metric.gathering import Stage

EVERY = 0.1
"""Seconds between two reports."""


class LeftError(Exception):
    """Nobody waits for it any more."""


class Progress:
    """Called in the thread that gathers; `show` is called in the GUI thread."""

    def __init__(self, show: Callable[[Stage, float], None]) -> None:
        self._show = show
        self._told: tuple[Stage | None, float] = (None, 0.0)
        self.left = False

    def leave(self) -> None:
        """The gathering ends at its next step, by `LeftError`, and tells nothing more."""
        self.left = True

    def __call__(self, stage: Stage, share: float) -> None:
        """So far it is. Raises LeftError when nobody waits any more."""
        if self.left:
            raise LeftError
        now = time.monotonic()
        before, when = self._told
        if stage is not before or now - when > EVERY:
            self._told = (stage, now)
            tasks.in_gui_thread(lambda: None if self.left else self._show(stage, share))
