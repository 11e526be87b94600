"""One-shot classification: one picture of each of N people is known; whose is a new one? (Lake et al. 2015.)"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import PhotoError
from core.matching.metric import Metric

TRIALS = 10_000
AT_ONCE = 500
"""Trials computed together."""
RESAMPLES = 4000
"""Bootstrap samples of a difference's interval."""
Z = 1.959964
"""Normal deviate of a 95 % interval."""


@dataclass(frozen=True, slots=True, eq=False)
class OneShotResult:
    """Of many trials."""

    ways: int
    """People to choose from."""
    accuracy: float
    """Share of trials won, 0 to 1; guessing wins 1/ways."""
    interval: tuple[float, float]
    """95 %, see `accuracy_interval`."""
    trials: int
    people: int
    """Of whom the trials were drawn."""
    won: NDArray[np.float64]
    """t, of t trials: 1 for one won, 0 for one lost, in between for a tie."""
    right: NDArray[np.intp]
    """t: the person to be found, 0 to people − 1."""

    def record(self) -> dict[str, Any]:
        """For a JSON file."""
        return {"ways": self.ways, "accuracy": self.accuracy, "interval": list(self.interval)}


@dataclass(frozen=True, slots=True, eq=False)
class _Pictures:
    """Of the people who can be asked for."""

    rows: NDArray[np.intp]
    """Rows of the embeddings, person after person."""
    start: NDArray[np.intp]
    """p: where in `rows` each person's begin."""
    count: NDArray[np.intp]
    """p: at least 2."""


def one_shot(
    projected: NDArray[np.float32], names: NDArray[np.str_], ways: int, *, trials: int = TRIALS, seed: int = 0
) -> OneShotResult:
    """N-way one-shot accuracy, after Lake et al. (2015) and Koch et al. (2015).

    projected: n×d, where the metric is Euclid's distance. names: n, whose picture each is. Every trial draws N people,
    one picture of each and another picture, the probe, of one of them; the nearest wins, and of k equally near each
    wins 1/k. Only people with two or more pictures take part, so that any of the N could be the right one. Raises
    PhotoError when they are fewer than N.
    """
    if ways < 2:
        raise ValueError(f"one of {ways} is no choice")
    pictures = _several_pictures(names)
    people = len(pictures.start)
    if people < ways:
        raise PhotoError(
            f"{people} people have two or more pictures, too few for a choice of {ways}: "
            "give more pictures, or choose among fewer."
        )
    random = np.random.default_rng(seed)
    right = random.integers(people, size=trials)
    blocks = [right[start : start + AT_ONCE] for start in range(0, trials, AT_ONCE)]
    won = np.concatenate([_won(projected, pictures, block, ways, random) for block in blocks])
    return OneShotResult(ways, float(won.mean()), accuracy_interval(won, right), trials, people, won, right)


@dataclass(frozen=True, slots=True)
class Difference:
    """How much more often one encoder or metric wins than another, in the same trials."""

    accuracy: float
    """−1 to 1."""
    interval: tuple[float, float]
    """95 %, by bootstrap over people (Efron 1979)."""

    def record(self) -> dict[str, Any]:
        """For a JSON file."""
        return {"accuracy": self.accuracy, "interval": list(self.interval)}


def difference(first: OneShotResult, other: OneShotResult, *, seed: int = 0) -> Difference:
    """How much more accurate the other is than the first.

    Trial by trial and person by person, since what is hard for one is mostly hard for the other: the interval of the
    difference is far narrower than those of both accuracies. Raises ValueError when the trials aren't the same.
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
    """The same trials by Euclid's distance, and how much more often the metric won that was `measured`, as a record."""
    euclid = one_shot(Metric.euclidean().project(embeddings), names, measured.ways, trials=measured.trials, seed=seed)
    return euclid.record() | {"more": difference(euclid, measured, seed=seed).record()}


def accuracy_interval(won: NDArray[np.float64], person: NDArray[np.intp]) -> tuple[float, float]:
    """95 % interval of the mean of t trials, each of one `person`: Wilson's (1927) for an effective number of trials.

    Trials of one person are alike, and more of them don't make more people. So they count as the number of independent
    trials that would vary as the mean does between people (Kish 1965); if all are won, or none, each person counts
    once. Wilson's rather than a bootstrap, which would then have no width.
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
    """t right people → t: 1 for a trial won, 0 for one lost, in between for a tie."""
    probe, support = _draw(pictures, right, ways, random)
    difference = projected[support] - projected[probe][:, None]
    squared = np.einsum("tnd,tnd->tn", difference, difference)
    nearest = squared == squared.min(axis=1, keepdims=True)
    return np.asarray(nearest[:, 0] / nearest.sum(axis=1))


def _draw(
    pictures: _Pictures, right: NDArray[np.intp], ways: int, random: np.random.Generator
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """t right people → rows of t probes, and of t×N support pictures of which the first is the right one."""
    trials, people = len(right), len(pictures.start)
    order = random.random((trials, people))
    order[np.arange(trials), right] = 2
    others = np.argpartition(order, ways - 2, axis=1)[:, : ways - 1]
    chosen = np.column_stack([right, others])
    picture = (random.random(chosen.shape) * pictures.count[chosen]).astype(np.intp)
    # The probe is another of the right person's pictures: one of the rest, counted on from the support's.
    step = 1 + (random.random(trials) * (pictures.count[right] - 1)).astype(np.intp)
    probe = (picture[:, 0] + step) % pictures.count[right]
    return pictures.rows[pictures.start[right] + probe], pictures.rows[pictures.start[chosen] + picture]
