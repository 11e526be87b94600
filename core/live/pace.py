"""When a recorded frame is shown: at the pace of its stamps, as far as anybody would wait for that."""

import math
import time

from core.capture.clock import LONGEST_GAP

LONGEST_WAIT = 10.0
"""Seconds for one frame, at most; none for a leap that no recording makes."""
LATEST = 2.0
"""Seconds that frames may be late before later ones are no longer hurried."""


class Pace:
    """One playing of a recording, from its first frame on."""

    def __init__(self) -> None:
        self._zero: float | None = None
        """`time.monotonic()` of the recording's time 0."""

    def wait(self, moment: float) -> float:
        """Seconds until the frame of this moment is to be shown; 0 when that is now, or past, or can't be said."""
        now = time.monotonic()
        if not math.isfinite(moment):
            return 0.0
        if self._zero is None:
            self._zero = now - moment
        wait = self._zero + moment - now
        if wait > LONGEST_WAIT or wait < -LATEST:
            allowed = LONGEST_WAIT if 0 < wait <= LONGEST_GAP else 0.0
            self._zero -= wait - allowed
            wait = allowed
        return max(wait, 0.0)
