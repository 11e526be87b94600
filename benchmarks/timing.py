"""Times several ways of doing the same work in turn, so that whatever slows the machine down affects them all."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Way = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Ratio:
    """Time of one way relative to another, over all rounds."""

    median: float
    low: float
    """10th percentile over rounds."""
    high: float
    """90th percentile over rounds."""

    def __str__(self) -> str:
        return f"{self.median:.2f} ({self.low:.2f} to {self.high:.2f})"


def interleaved(ways: Mapping[str, Way], rounds: int, warm_up: int = 2) -> dict[str, NDArray[np.float64]]:
    """Seconds that each way takes in each round. Each round starts with another way, so that none is always first."""
    names = list(ways)
    for name in names * warm_up:
        ways[name]()
    seconds = {name: np.empty(rounds) for name in names}
    for number in range(rounds):
        first = number % len(names)
        for name in names[first:] + names[:first]:
            began = time.perf_counter()
            ways[name]()
            seconds[name][number] = time.perf_counter() - began
    return seconds


def ratio(of: NDArray[np.float64], to: NDArray[np.float64]) -> Ratio:
    """Ratio of the seconds of two ways, round by round."""
    low, median, high = np.quantile(of / to, (0.1, 0.5, 0.9))
    return Ratio(float(median), float(low), float(high))
