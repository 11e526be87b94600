"""Errors of verification at every threshold: ROC, DET and the equal error rate, after ISO/IEC 19795-1."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

MOST_DRAWN = 1500
"""Points of a curve in a figure: more only make its file larger."""


@dataclass(frozen=True, slots=True, eq=False)
class OperatingPoints:
    """What a threshold does, for every one that makes a difference: the points of an ROC and of a DET curve.

    A pair matches when its similarity is at or above the threshold. Pairs of one similarity match together.
    """

    thresholds: NDArray[np.float64]
    """k, falling: infinity, at which nothing matches, then every similarity that occurs."""
    fmr: NDArray[np.float64]
    """k, rising from 0 to 1: the share of non-mated pairs that match."""
    fnmr: NDArray[np.float64]
    """k, falling from 1 to 0: the share of mated pairs that don't match."""

    @property
    def tmr(self) -> NDArray[np.float64]:
        """k: the share of mated pairs that match, 1 − FNMR."""
        return 1 - self.fnmr

    def enough(self) -> NDArray[np.intp]:
        """Rows to draw: all of a short curve; of a long one those spread evenly over FMR, log FMR and FNMR."""
        count = len(self.fmr)
        if count <= MOST_DRAWN:
            return np.arange(count)
        least, each = float(self.fmr[self.fmr > 0].min()), MOST_DRAWN // 3
        rows = [
            np.searchsorted(self.fmr, np.linspace(0, 1, each)),
            np.searchsorted(self.fmr, np.geomspace(least, 1, each)),
            np.searchsorted(-self.fnmr, np.linspace(-1, 0, each)),
        ]
        return np.unique(np.minimum(np.concatenate(rows), count - 1))


def operating_points(similarities: NDArray[np.floating], same: NDArray[np.bool_]) -> OperatingPoints:
    """n similarities, and n times whether both pictures show one person → the points, rising in FMR."""
    distinct, place = np.unique(similarities, return_inverse=True)
    matched = [_share_from_the_top(place[kind], len(distinct)) for kind in (~same, same)]
    return OperatingPoints(np.concatenate([[np.inf], distinct[::-1]]), matched[0], 1 - matched[1])


def equal_error_rate(points: OperatingPoints) -> float:
    """The rate at which FMR = FNMR, 0 to 1; between two points on the straight line that joins them."""
    difference = points.fnmr - points.fmr
    after = int(np.flatnonzero(difference <= 0)[0])
    before = after - 1
    part = difference[before] / (difference[before] - difference[after])
    return float(points.fmr[before] + part * (points.fmr[after] - points.fmr[before]))


def best_threshold(similarities: NDArray[np.floating], same: NDArray[np.bool_]) -> float:
    """The similarity that tells mated from non-mated pairs with the fewest errors, each kind weighing the same.

    Midway between the two similarities that it parts; of several equally good, the middle one.
    """
    points = operating_points(similarities, same)
    errors = points.fmr + points.fnmr
    best = np.flatnonzero(errors <= errors.min() + 1e-12)
    chosen = int(best[len(best) // 2])
    neighbours = points.thresholds[chosen : chosen + 2]
    return float(neighbours.mean())


def _share_from_the_top(places: NDArray[np.intp], count: int) -> NDArray[np.float64]:
    """Places among `count` rising values → count + 1: the share at or above each, highest first, from 0."""
    counts = np.bincount(places, minlength=count)[::-1]
    return np.concatenate([[0], np.cumsum(counts)]) / max(len(places), 1)
