"""N-way one-shot classification: given one picture of each of N people, whose is a new one? (Lake et al. 2015.)"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import PhotoError
from core.matching.metric import Metric

TRIALS = 10_000
"""Trials by default."""
AT_ONCE = 500
"""Trials computed together."""
RESAMPLES = 4000
"""Bootstrap samples for the interval of a difference."""
Z = 1.959964
"""Standard normal quantile for a 95 % interval."""


@dataclass(frozen=True, slots=True, eq=False)
class OneShotResult:
    """Outcome of many N-way trials."""

    ways: int
    """N, the people to choose from in each trial."""
    accuracy: float
    """Share of trials won, 0 to 1; guessing wins 1/N."""
    interval: tuple[float, float]
    """95 % interval of the accuracy, by `accuracy_interval`."""
    trials: int
    """t, the number of trials."""
    people: int
    """People from whom each trial draws its N."""
    won: NDArray[np.float64]
    """Outcome of each trial (t): 1 won, 0 lost, in between for a tie."""
    right: NDArray[np.intp]
    """The person to be found in each trial (t), 0 to people − 1."""

    def record(self) -> dict[str, Any]:
        """As a record for JSON."""
        return {"ways": self.ways, "accuracy": self.accuracy, "interval": list(self.interval)}


@dataclass(frozen=True, slots=True, eq=False)
class _Pictures:
    """Pictures of the p people who have two or more."""

    rows: NDArray[np.intp]
    """Rows of the embeddings, grouped by person."""
    start: NDArray[np.intp]
    """Index into `rows` at which each person begins (p)."""
    count: NDArray[np.intp]
    """Number of each person's pictures (p), at least 2."""


def one_shot(
    projected: NDArray[np.float32], names: NDArray[np.str_], ways: int, *, trials: int = TRIALS, seed: int = 0
) -> OneShotResult:
    """N-way one-shot accuracy, after Lake et al. (2015) and Koch et al. (2015).

    Each trial draws N people, one picture of each, and another picture of one of them, the probe. The trial is won if
    the right person's picture is the nearest to the probe; if k are equally near, it counts as 1/k. Only people with
    two or more pictures take part, so that any of the N could be the right one.

    projected: n×d embeddings after `Metric.project`, compared by Euclidean distance. names: person in each picture (n).
    ways: N. Raises PhotoError when fewer than N people have two pictures.
    """
    if ways < 2:
        raise ValueError(f"a choice needs at least two people, not {ways}")
    pictures = _several_pictures(names)
    people = len(pictures.start)
    if people < ways:
        raise PhotoError(
            f"{people} people have two or more pictures, too few to choose among {ways}: give more pictures, or choose "
            "among fewer people."
        )
    random = np.random.default_rng(seed)
    right = random.integers(people, size=trials)
    blocks = [right[start : start + AT_ONCE] for start in range(0, trials, AT_ONCE)]
    won = np.concatenate([_won(projected, pictures, block, ways, random) for block in blocks])
    return OneShotResult(ways, float(won.mean()), accuracy_interval(won, right), trials, people, won, right)


@dataclass(frozen=True, slots=True)
class Difference:
    """Difference in one-shot accuracy between two encoders or metrics, on the same trials."""

    accuracy: float
    """Accuracy of the second minus that of the first, −1 to 1."""
    interval: tuple[float, float]
    """95 % interval, by bootstrap over people (Efron 1979)."""

    def record(self) -> dict[str, Any]:
        """As a record for JSON."""
        return {"accuracy": self.accuracy, "interval": list(self.interval)}


def difference(first: OneShotResult, other: OneShotResult, *, seed: int = 0) -> Difference:
    """Accuracy of `other` minus that of `first`, paired by trial and resampled by person.

    Trials that are hard for one are mostly hard for the other, so the interval of the difference is far narrower than
    the intervals of the two accuracies. Raises ValueError when the two had different trials.
    """
    if not np.array_equal(first.right, other.right):
        raise ValueError("a difference needs the same trials")
    more = np.bincount(first.right, weights=other.won - first.won, minlength=first.people)
    trials = np.bincount(first.right, minlength=first.people)
    drawn = np.random.default_rng(seed).integers(first.people, size=(RESAMPLES, first.people))
    low, high = np.quantile(more[drawn].sum(axis=1) / trials[drawn].sum(axis=1), (0.025, 0.975))
    return Difference(float(more.sum() / trials.sum()), (float(low), float(high)))


def by_euclid(
    embeddings: NDArray[np.float32], names: NDArray[np.str_], measured: OneShotResult, *, seed: int = 0
) -> dict[str, Any]:
    """Euclidean accuracy on the trials of `measured`, and by how much `measured` is better, as a record for JSON."""
    euclid = one_shot(Metric.euclidean().project(embeddings), names, measured.ways, trials=measured.trials, seed=seed)
    return euclid.record() | {"more": difference(euclid, measured, seed=seed).record()}


def accuracy_interval(won: NDArray[np.float64], person: NDArray[np.intp]) -> tuple[float, float]:
    """95 % interval of the mean outcome of t trials: Wilson's score interval (1927) with an effective sample size.

    won, person: outcome and right person of each trial (t). Trials of the same person are correlated, so they count as
    the number of independent trials whose mean would vary as much (Kish 1965). If all trials are won, or none, that
    number can't be estimated, and each person counts as one trial; a bootstrap interval would have no width there.
    """
    mean = float(won.mean())
    _, place, trials = np.unique(person, return_inverse=True, return_counts=True)
    residuals = np.bincount(place, weights=won) - mean * trials
    people = len(trials)
    variance = float((residuals**2).sum()) / len(won) ** 2 * people / max(people - 1, 1)
    n = mean * (1 - mean) / variance if variance > 1e-15 else float(people)
    centre = (mean + Z**2 / (2 * n)) / (1 + Z**2 / n)
    half = Z / (1 + Z**2 / n) * (mean * (1 - mean) / n + Z**2 / (4 * n**2)) ** 0.5
    return max(centre - half, 0.0), min(centre + half, 1.0)


def _several_pictures(names: NDArray[np.str_]) -> _Pictures:
    _, person, count = np.unique(names, return_inverse=True, return_counts=True)
    several = count > 1
    rows = np.argsort(person, kind="stable")
    rows = rows[several[person[rows]]]
    count = count[several].astype(np.intp)
    return _Pictures(rows, np.cumsum(count) - count, count)


def _won(
    projected: NDArray[np.float32],
    pictures: _Pictures,
    right: NDArray[np.intp],
    ways: int,
    random: np.random.Generator,
) -> NDArray[np.float64]:
    """Runs one trial for each right person (t) and returns the outcomes (t), as in `OneShotResult.won`."""
    probe, support = _draw(pictures, right, ways, random)
    difference = projected[support] - projected[probe][:, None]
    squared = np.einsum("tnd,tnd->tn", difference, difference)
    nearest = squared == squared.min(axis=1, keepdims=True)
    return np.asarray(nearest[:, 0] / nearest.sum(axis=1))


def _draw(
    pictures: _Pictures, right: NDArray[np.intp], ways: int, random: np.random.Generator
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Draws a trial for each right person (t): rows of the probes (t) and of the support pictures (t×N), of which the
    first is the right person's."""
    trials, people = len(right), len(pictures.start)
    order = random.random((trials, people))
    order[np.arange(trials), right] = 2
    others = np.argpartition(order, ways - 2, axis=1)[:, : ways - 1]
    chosen = np.column_stack([right, others])
    picture = (random.random(chosen.shape) * pictures.count[chosen]).astype(np.intp)
    # The probe is another of the right person's pictures: counted on from the support picture, wrapping around.
    step = 1 + (random.random(trials) * (pictures.count[right] - 1)).astype(np.intp)
    probe = (picture[:, 0] + step) % pictures.count[right]
    return pictures.rows[pictures.start[right] + probe], pictures.rows[pictures.start[chosen] + picture]
