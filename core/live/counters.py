"""Counts frames on their way, and times them."""

import threading
import time
from collections import deque
from statistics import quantiles

WINDOW = 2.0
"""Seconds over which frames a second are counted."""
LATENCIES = 300
"""Newest results of which percentiles are taken."""


class Counters:
    """captured = recognised + skipped, once nothing is under way."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.captured = self.recognised = self.skipped = 0
        self._captures: deque[float] = deque(maxlen=1000)
        self._results: deque[float] = deque(maxlen=1000)
        self._latencies: deque[float] = deque(maxlen=LATENCIES)

    def count_captured(self) -> int:
        """One more; returns its number, from 0."""
        with self._lock:
            self.captured += 1
            self._captures.append(time.monotonic())
            return self.captured - 1

    def count_skipped(self) -> None:
        """One frame was replaced by a newer one before it was looked at, or dropped at the end."""
        with self._lock:
            self.skipped += 1

    def count_recognised(self, captured: float) -> None:
        """One result; captured: `time.monotonic()` of its frame's capture."""
        with self._lock:
            now = time.monotonic()
            self.recognised += 1
            self._results.append(now)
            self._latencies.append(now - captured)

    def forget_latencies(self) -> None:
        """What was measured so far says nothing of what comes."""
        with self._lock:
            self._latencies.clear()

    def rates(self) -> tuple[float, float]:
        """Frames captured and recognised a second, of late."""
        with self._lock:
            return _rate(self._captures), _rate(self._results)

    def latency(self) -> tuple[float, float]:
        """Median and 95th percentile of the time from capture to result, in seconds."""
        with self._lock:
            times = sorted(self._latencies)
        if len(times) < 2:
            return (times[0], times[0]) if times else (0.0, 0.0)
        cuts = quantiles(times, n=20, method="inclusive")
        return cuts[9], cuts[18]


def _rate(moments: deque[float]) -> float:
    now = time.monotonic()
    recent = [moment for moment in moments if now - moment <= WINDOW]
    if len(recent) < 2:
        return 0.0
    return (len(recent) - 1) / max(now - recent[0], 1e-6)
