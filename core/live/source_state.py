"""What a live session's source is at: one state machine, without threads. Called under the session's lock.

    OPENING ────────── frame ─────────► RUNNING ──── silence ───► STALLED ─── frame ──► RUNNING
       │                                   │                          │
       └───────────── failure ─────────────┴────────── failure ───────┘
                         │
                         ▼
                    RECONNECTING ──── frame ────► RUNNING

    each of these ─── stopped, ended, failed for good ───► STOPPED, ENDED, FAILED

Each try to open the source is an *attempt*. Whatever happens is said with the attempt it belongs to, and counts only
while that is the current one: a failure begins another, an end leaves none. So what a thread does that was given up,
or that comes second with the same failure, changes nothing.
"""

import time
from enum import Enum, StrEnum, auto

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 10.0
"""Seconds before a source is opened again: doubled at each failure, until a frame comes."""


class SourceState(StrEnum):
    """Of the source, for people and programs."""

    OPENING = "opening"
    RUNNING = "running"
    STALLED = "stalled"
    RECONNECTING = "reconnecting"
    ENDED = "ended"
    FAILED = "failed"
    STOPPED = "stopped"


FINAL = {SourceState.ENDED, SourceState.FAILED, SourceState.STOPPED}


class Verdict(Enum):
    """On a source's silence."""

    PATIENCE = auto()
    """Nothing is wrong, or that is known already."""
    STALLED = auto()
    """It was running, and nothing has come for a while: to be said."""
    SILENT = auto()
    """It was running, and nothing has come for so long that it is to be opened again."""
    UNANSWERED = auto()
    """It hangs before its first frame, and is to be opened again."""
    OVER = auto()
    """Nothing is waited for any more."""


class SourceProgress:
    """The state, its sentence, and which attempt is the current one."""

    def __init__(self) -> None:
        self.state = SourceState.OPENING
        self.message = ""
        """What is wrong and what to do, one sentence; empty when all is well."""
        self.attempt = 0
        self._pause = 0.0
        self._asked: float | None = None
        """Since when the current attempt has been asked for what it hasn't given; None while nothing is asked of it."""

    def is_current(self, attempt: int) -> bool:
        """Whether what this attempt brings still counts."""
        return attempt == self.attempt

    def frame(self, attempt: int) -> bool:
        """A frame has come; whether it counts."""
        if not self.is_current(attempt):
            return False
        self.state, self.message, self._pause = SourceState.RUNNING, "", 0.0
        return True

    def asked(self, attempt: int) -> None:
        """The source is asked to open, or for a frame."""
        if self.is_current(attempt):
            self._asked = time.monotonic()

    def answered(self, attempt: int) -> None:
        """It has given what it was asked for, or failed."""
        if self.is_current(attempt):
            self._asked = None

    def verdict(self, stall_after: float) -> Verdict:
        """What is to be thought of how long it has been asked. stall_after: seconds."""
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
        """Nothing has come for a while, but may yet: as the verdict was."""
        self.state, self.message = SourceState.STALLED, message

    def failed(self, attempt: int, message: str) -> float | None:
        """The attempt has failed, or is given up: seconds to wait before the next, None when it didn't count."""
        if not self.is_current(attempt):
            return None
        self._pause = min(2 * self._pause, LONGEST_PAUSE) if self._pause else FIRST_PAUSE
        self.state, self.message = SourceState.RECONNECTING, f"{message.rstrip('.')}; trying again."
        self.attempt += 1
        self._asked = None
        return self._pause

    def finish(self, state: SourceState, message: str, attempt: int | None = None) -> bool:
        """Nothing more comes, for one of the reasons in `FINAL`; whether that is news. attempt: whose end it is; None
        when it is the session's.
        """
        if attempt is not None and not self.is_current(attempt):
            return False
        # Recognition may fail with the last frames, when the source has ended already.
        if self.state in FINAL and (self.state, state) != (SourceState.ENDED, SourceState.FAILED):
            return False
        self.state, self.message = state, message
        self.attempt += 1
        return True
