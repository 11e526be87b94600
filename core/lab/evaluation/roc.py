"""Verification errors at every threshold: ROC, DET and the equal error rate, after ISO/IEC 19795-1."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

MOST_DRAWN = 1500
"""Most points of a curve in a figure; more would only make the file larger."""


@dataclass(frozen=True, slots=True, eq=False)
class OperatingPoints:
    """Error rates at every distinct threshold (k of them): the points of the ROC and DET curves.

    A pair matches if its similarity is at or above the threshold, so pairs of equal similarity match together.
    """

    thresholds: NDArray[np.float64]
    """Thresholds, falling (k): infinity, at which nothing matches, then every similarity that occurs."""
    fmr: NDArray[np.float64]
    """False-match rate: share of non-mated pairs that match (k), rising from 0 to 1."""
    fnmr: NDArray[np.float64]
    """False-non-match rate: share of mated pairs that don't match (k), falling from 1 to 0."""

    @property
    def tmr(self) -> NDArray[np.float64]:
        """True-match rate: share of mated pairs that match (k), 1 − FNMR."""
        return 1 - self.fnmr

    def enough(self) -> NDArray[np.intp]:
        """Indices of the points to draw: all of a short curve, else some spread evenly over FMR, log FMR and FNMR."""
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
    """The operating points of n pairs, in order of rising FMR. same: whether each pair is mated (n)."""
    distinct, place = np.unique(similarities, return_inverse=True)
    matched = [_share_from_the_top(place[kind], len(distinct)) for kind in (~same, same)]
    return OperatingPoints(np.concatenate([[np.inf], distinct[::-1]]), matched[0], 1 - matched[1])


def equal_error_rate(points: OperatingPoints) -> float:
    """The rate at which FMR = FNMR, 0 to 1, linearly interpolated between two points."""
    difference = points.fnmr - points.fmr
    after = int(np.flatnonzero(difference <= 0)[0])
    before = after - 1
    part = difference[before] / (difference[before] - difference[after])
    return float(points.fmr[before] + part * (points.fmr[after] - points.fmr[before]))


def best_threshold(similarities: NDArray[np.floating], same: NDArray[np.bool_]) -> float:
    """The threshold with the least FMR + FNMR, midway between two similarities that occur.

    If several are equally good, the middle one.
    """
    points = operating_points(similarities, same)
    errors = points.fmr + points.fnmr
    best = np.flatnonzero(errors <= errors.min() + 1e-12)
    chosen = int(best[len(best) // 2])
    neighbours = points.thresholds[chosen : chosen + 2]
    return float(neighbours.mean())


def _share_from_the_top(places: NDArray[np.intp], count: int) -> NDArray[np.float64]:
    """Share of `places` (indices among `count` rising values) at or above each value, highest first; starts at 0."""
    counts = np.bincount(places, minlength=count)[::-1]
    return np.concatenate([[0], np.cumsum(counts)]) / max(len(places), 1)
