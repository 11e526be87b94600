"""Frame counts, frame rates and latencies of a live session."""

import threading
import time
from collections import deque
from statistics import quantiles

WINDOW = 2.0
"""Seconds over which frame rates are measured."""
LATENCIES = 300
"""Number of newest results over which latency percentiles are taken."""


class Counters:
    """captured = recognised + skipped, once no frame is in progress."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.captured = self.recognised = self.skipped = 0
        self._captures: deque[float] = deque(maxlen=1000)
        self._results: deque[float] = deque(maxlen=1000)
        self._latencies: deque[float] = deque(maxlen=LATENCIES)

    def count_captured(self) -> int:
        """Counts a captured frame; returns its index, from 0."""
        with self._lock:
            self.captured += 1
            self._captures.append(time.monotonic())
            return self.captured - 1

    def count_skipped(self) -> None:
        """Counts a frame that was replaced by a newer one before recognition, or dropped at the end."""
        with self._lock:
            self.skipped += 1

    def count_recognised(self, captured: float) -> None:
        """Counts a result. captured: `time.monotonic()` when its frame was captured."""
        with self._lock:
            now = time.monotonic()
            self.recognised += 1
            self._results.append(now)
            self._latencies.append(now - captured)

    def forget_latencies(self) -> None:
        """Discards the latencies measured so far."""
        with self._lock:
            self._latencies.clear()

    def rates(self) -> tuple[float, float]:
        """Recent rates of capture and of recognition, in frames per second."""
        with self._lock:
            return _rate(self._captures), _rate(self._results)

    def latency(self) -> tuple[float, float]:
        """Median and 95th percentile of recent times from capture to result, in seconds; 0 before the first result."""
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
