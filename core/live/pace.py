"""Plays recordings at the pace of their timestamps, within limits."""

import math
import time

from core.capture.clock import LONGEST_GAP

LONGEST_WAIT = 10.0
"""Longest wait for one frame, in seconds. Jumps beyond `LONGEST_GAP`, which no recording makes, aren't waited for."""
LATEST = 2.0
"""Seconds of delay that later frames make up for; after a longer delay, playback goes on from there at its own pace."""


class Pace:
    """One playback of a recording, from its first frame on."""

    def __init__(self) -> None:
        self._zero: float | None = None
        """`time.monotonic()` at the recording's time 0."""

    def wait(self, moment: float) -> float:
        """Seconds to wait before showing a frame; 0 if it is due, late or has no finite time.

        moment: the frame's time in the recording, in seconds.
        """
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
