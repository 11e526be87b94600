"""The state machine of a live session's source, without threads. Called under the session's lock.

    OPENING ────────── frame ─────────► RUNNING ──── silence ───► STALLED ─── frame ──► RUNNING
       │                                   │                          │
       └───────────── failure ─────────────┴────────── failure ───────┘
                         │
                         ▼
                    RECONNECTING ──── frame ────► RUNNING

    any of these ─── stopped, ended, failed for good ───► STOPPED, ENDED, FAILED

Each try to open and read the source is an *attempt*. An event names its attempt, and counts only if that is the current
one: a failure starts a new attempt, an end leaves none. So events from a thread that was given up, or a second report
of the same failure, change nothing.
"""

import time
from enum import Enum, StrEnum, auto

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 10.0
"""Seconds before a source is reopened: doubled at each failure up to the longest, and reset when a frame comes."""


class SourceState(StrEnum):
    """State of a live session's source, as users and programs read it."""

    OPENING = "opening"
    RUNNING = "running"
    STALLED = "stalled"
    RECONNECTING = "reconnecting"
    ENDED = "ended"
    FAILED = "failed"
    STOPPED = "stopped"


FINAL = {SourceState.ENDED, SourceState.FAILED, SourceState.STOPPED}


class Verdict(Enum):
    """What the watchdog concludes from a source's silence."""

    PATIENCE = auto()
    """Nothing is wrong, or it is known already."""
    STALLED = auto()
    """It was running, and nothing has come for a while: tell the user."""
    SILENT = auto()
    """It was running, and nothing has come for so long that it should be reopened."""
    UNANSWERED = auto()
    """It hangs before its first frame, and should be reopened."""
    OVER = auto()
    """The state is final: there is nothing left to watch."""


class SourceProgress:
    """The state, its message and the current attempt."""

    def __init__(self) -> None:
        self.state = SourceState.OPENING
        self.message = ""
        """What is wrong and what to do, in one sentence; empty if all is well."""
        self.attempt = 0
        self._pause = 0.0
        self._asked: float | None = None
        """`time.monotonic()` when the current attempt was asked for something; None unless an answer is due."""

    def is_current(self, attempt: int) -> bool:
        """Whether events of this attempt still count."""
        return attempt == self.attempt

    def frame(self, attempt: int) -> bool:
        """Takes note of a frame; returns whether it counts."""
        if not self.is_current(attempt):
            return False
        self.state, self.message, self._pause = SourceState.RUNNING, "", 0.0
        return True

    def asked(self, attempt: int) -> None:
        """Takes note that the source is asked to open, or for a frame."""
        if self.is_current(attempt):
            self._asked = time.monotonic()

    def answered(self, attempt: int) -> None:
        """Takes note that the source has answered, or failed."""
        if self.is_current(attempt):
            self._asked = None

    def verdict(self, stall_after: float) -> Verdict:
        """Judges how long an answer has been due. stall_after: seconds until a running source counts as stalled."""
        if self.state in FINAL:
            return Verdict.OVER
        if self._asked is None:
            return Verdict.PATIENCE
        silent = time.monotonic() - self._asked
        if self.state is SourceState.RUNNING and silent > stall_after:
            return Verdict.STALLED
        if self.state is SourceState.STALLED and silent > 2 * stall_after:
            return Verdict.SILENT
        before_first = self.state in (SourceState.OPENING, SourceState.RECONNECTING)
        return Verdict.UNANSWERED if before_first and silent > LONGEST_PAUSE + 2 * stall_after else Verdict.PATIENCE

    def stalled(self, message: str) -> None:
        """Enters STALLED, after that verdict: nothing has come for a while, but a frame still may."""
        self.state, self.message = SourceState.STALLED, message

    def failed(self, attempt: int, message: str) -> float | None:
        """Takes note that an attempt failed or is given up, and begins the next.

        Returns the seconds to wait before it, or None if the failed attempt wasn't the current one.
        """
        if not self.is_current(attempt):
            return None
        self._pause = min(2 * self._pause, LONGEST_PAUSE) if self._pause else FIRST_PAUSE
        self.state, self.message = SourceState.RECONNECTING, f"{message.rstrip('.')}; trying again."
        self.attempt += 1
        self._asked = None
        return self._pause

    def finish(self, state: SourceState, message: str, attempt: int | None = None) -> bool:
        """Enters a state of `FINAL`; returns whether the state changed. attempt: the one that ended, or None."""
        if attempt is not None and not self.is_current(attempt):
            return False
        # Recognition may fail on the last frames, after the source has ended.
        if self.state in FINAL and (self.state, state) != (SourceState.ENDED, SourceState.FAILED):
            return False
        self.state, self.message = state, message
        self.attempt += 1
        return True
