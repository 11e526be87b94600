"""Turns the unreliable time stamps of a file into steadily rising times."""

import math

LONGEST_GAP = 3600.0
"""Most seconds between two frames; after a longer gap the stamps' clock was reset. (As in ffplay.)"""
LONGEST_BROADCAST_GAP = 10.0
"""Most seconds between two frames in containers whose clock may restart, such as MPEG transport streams."""
SHORTEST_GAP = 1e-4
"""Fewest seconds between two stamps; closer ones are the same stamp, rounded differently."""
LONGEST_RUN_AHEAD = 1.0
"""Most seconds that times may be ahead of the stamps, as when stamps repeat; more means that the clock was set back."""


class Clock:
    """Turns time stamps, which may be missing, repeat or jump, into times that begin at 0 and rise."""

    def __init__(self, step: float, longest_gap: float = LONGEST_GAP) -> None:
        """step: seconds from one frame to the next, until stamps tell. longest_gap: most seconds between frames."""
        self._step = step
        self._longest_gap = longest_gap
        self._time = 0.0
        self._offset: float | None = None
        """Add it to a stamp to get a time. None until there was a stamp."""
        self._first = True

    def time(self, stamp: float | None) -> float:
        """The next frame's time in seconds. stamp: seconds, with any origin; None or NaN if it is missing."""
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
