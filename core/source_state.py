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

from enum import StrEnum

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


class SourceProgress:
    """The state, its sentence, and which attempt is the current one."""

    def __init__(self) -> None:
        self.state = SourceState.OPENING
        self.message = ""
        """What is wrong and what to do, one sentence; empty when all is well."""
        self.attempt = 0
        self._pause = 0.0

    def is_current(self, attempt: int) -> bool:
        """Whether what this attempt brings still counts."""
        return attempt == self.attempt

    def frame(self, attempt: int) -> bool:
        """A frame has come; whether it counts."""
        if not self.is_current(attempt):
            return False
        self.state, self.message, self._pause = SourceState.RUNNING, "", 0.0
        return True

    def stalled(self, attempt: int, message: str) -> bool:
        """Nothing has come for a while, but may yet; whether that is news."""
        if not self.is_current(attempt) or self.state is not SourceState.RUNNING:
            return False
        self.state, self.message = SourceState.STALLED, message
        return True

    def failed(self, attempt: int, message: str) -> float | None:
        """The attempt has failed, or is given up: seconds to wait before the next, None when it didn't count."""
        if not self.is_current(attempt):
            return None
        self._pause = min(2 * self._pause, LONGEST_PAUSE) if self._pause else FIRST_PAUSE
        self.state, self.message = SourceState.RECONNECTING, f"{message.rstrip('.')}; trying again."
        self.attempt += 1
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
