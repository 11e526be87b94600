"""Reports the progress of a gathering to the page, and ends it."""

import time
from collections.abc import Callable

from gui.background import tasks
from gui.metric.gathering import Stage

EVERY = 0.1
"""Seconds between two reports."""


class LeftError(Exception):
    """Ends a gathering whose result nobody waits for."""


class Progress:
    """Called on the gathering thread; calls `show` in the GUI thread."""

    def __init__(self, show: Callable[[Stage, float], None]) -> None:
        self._show = show
        self._told: tuple[Stage | None, float] = (None, 0.0)
        self.left = False

    def leave(self) -> None:
        """Ends the gathering at its next step, by `LeftError`, and reports nothing more."""
        self.left = True

    def __call__(self, stage: Stage, share: float) -> None:
        """Reports the share of a stage done, 0 to 1. Raises LeftError after `leave`."""
        if self.left:
            raise LeftError
        now = time.monotonic()
        before, when = self._told
        if stage is not before or now - when > EVERY:
            self._told = (stage, now)
            tasks.in_gui_thread(lambda: None if self.left else self._show(stage, share))
