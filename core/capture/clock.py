"""The time of a file's frames, made from stamps that can't be trusted."""

import math

LONGEST_GAP = 3600.0
"""Seconds between two frames, at most: more is a clock that was set. (As in ffplay.)"""
LONGEST_BROADCAST_GAP = 10.0
"""The same for containers whose clock may begin anew, such as MPEG transport streams."""
SHORTEST_GAP = 1e-4
"""Less is the same stamp again, but for rounding."""
LONGEST_RUN_AHEAD = 1.0
"""Seconds that frames may be ahead of their stamps, as when stamps repeat; more is a clock that was set back."""


class Clock:
    """Turns stamps, which may be absent, repeat or jump, into times that begin at 0 and rise."""

    def __init__(self, step: float, longest_gap: float = LONGEST_GAP) -> None:
        """step: seconds a frame lasts, as long as no stamp has told."""
        self._step = step
        self._longest_gap = longest_gap
        self._time = 0.0
        self._offset: float | None = None
        """A stamp and this is a time."""
        self._first = True

    def time(self, stamp: float | None) -> float:
        """The next frame's time in seconds. stamp: in seconds, from any beginning; None or NaN where there is none."""
        told = stamp + self._offset if stamp is not None and self._offset is not None else math.nan
        gap = told - self._time
        if self._first:
            self._first = False
        elif SHORTEST_GAP < gap <= self._longest_gap:
            self._time, self._step = told, gap
        else:
            self._time += self._step
        if stamp is not None and math.isfinite(stamp) and not -LONGEST_RUN_AHEAD <= gap <= SHORTEST_GAP:
            self._offset = self._time - stamp
        return self._time
