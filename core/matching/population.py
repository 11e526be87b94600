"""How alike the people in front of this program are, and what follows for names.

Faces of one origin, before one camera, in one light have something in common: the *population's centre*, seen from the
crowd that the impostor curve was measured on. Its squared length is the mean similarity of two different people there.
A *sample* of the population holds what is known of it, as sums. A posterior follows (empirical Bayes: the prior is what
other populations do), and from it how much of the sample's mean to believe, and the impostor curve to expect.
"""

import math
from dataclasses import dataclass, fields, replace
from functools import cached_property, lru_cache
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from core.matching.curve import ImpostorCurve
from core.types import Familiarity

OTHER_POPULATIONS = (0.001, 0.101, 0.097, 0.165, 0.082, 0.019, 0.028, 0.010, 0.026)
"""Mean similarity of two different people in populations that were measured with the default encoder: the crowd of LFW,
students in side light (Yale), young men (ORL), faces from all sides (UMIST), film stars, three families, and women and
men of one origin in LFW."""
LOG_SPREAD = 0.14, 0.14
"""Prior of the spread z of similarities around their mean, as a multiple of the crowd's: mean and standard deviation of
log z. The median over the same populations, and 1.48 times the median distance from it."""
LIKENESSES = np.concatenate([np.linspace(0, 0.1, 41), np.linspace(0.11, 0.6, 50)])
"""Values of the mean similarity t for which the posterior is computed."""
SPREADS = np.exp(np.linspace(-0.3, 0.6, 28))
"""Values of z for which the posterior is computed."""
NEGLIGIBLE = 1e-6
"""Posterior probability that is left out."""
SIMILARITIES = np.concatenate([np.linspace(-0.5, 0.1, 120, endpoint=False), np.arange(0.1, 1.5, 0.0025)])
"""Similarities for which the curve to expect is computed."""
PART = 65_536
"""Votes multiplied at a time."""


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """What is known of a population from some of its people, as sums in which no single face can be told.

    Each person has one *vote*: the direction of the mean of their embeddings after the metric, d numbers of length 1.
    """

    total: NDArray[np.float64]
    """Sum of the votes, d numbers."""
    people: int = 0
    pair_sum: float = 0.0
    """Sum of the similarities of pairs of different people."""
    pairs: float = 0
    squares: float = 0.0
    """Sum of the squares of what is left of these similarities after an effect of each of the two people."""
    freedom: float = 0.0
    """Degrees of freedom of `squares`."""

    @classmethod
    def nobody(cls, dimensions: int) -> Self:
        """The sample before anybody is known. dimensions: d."""
        return cls(np.zeros(dimensions))

    @classmethod
    def of(cls, votes: NDArray[np.floating]) -> Self:
        """The sample of n different people by their votes, n×d."""
        n, size = votes.shape
        total, moments = np.zeros(size), np.zeros((size, size))
        for start in range(0, n, PART):
            part = votes[start : start + PART].astype(np.float64)
            total += part.sum(axis=0)
            moments += part.T @ part
        pair_sum, pairs = (float(total @ total) - n) / 2, n * (n - 1) / 2
        if n < 4:
            return cls(total, n, pair_sum, pairs)
        # A two-way layout without its diagonal: similarity = mean + effect of one person + effect of the other + rest.
        # Each vote's product with itself is 1.
        mean = pair_sum / pairs
        rows = sum(
            float((((votes[start : start + PART] @ total - 1) / (n - 1) - mean) ** 2).sum())
            for start in range(0, n, PART)
        )
        effects = rows * ((n - 1) / (n - 2)) ** 2
        squares = (float((moments**2).sum()) - n) / 2 - pairs * mean**2 - (n - 2) * effects
        return cls(total, n, pair_sum, pairs, max(squares, 0.0), n * (n - 3) / 2)

    def joined(self, others: "Sample") -> "Sample":
        """Both samples together, if nobody is in both: the pairs across them count as well."""
        both = self + others
        across = float(self.total @ others.total)
        return replace(both, pair_sum=both.pair_sum + across, pairs=both.pairs + self.people * others.people)

    def __add__(self, other: "Sample") -> "Sample":
        """Both samples together, if somebody may be in both: pairs across them don't count."""
        return Sample(*(mine + theirs for mine, theirs in zip(self.sums(), other.sums(), strict=True)))

    def __sub__(self, earlier: "Sample") -> "Sample":
        """What has been added to an earlier state of this sample."""
        return Sample(*(mine - theirs for mine, theirs in zip(self.sums(), earlier.sums(), strict=True)))

    def sums(self) -> tuple[Any, ...]:
        """The fields, in order."""
        return tuple(getattr(self, field.name) for field in fields(self))

    @property
    def distinct(self) -> float:
        """Number of different people behind the votes: fewer than `people` if some voted again and again.

        The mean of n different people has the squared length t + (1 − t)/n, where t is the mean similarity of pairs
        known to be different. Whoever comes again makes the mean longer, as fewer people would.
        """
        if not self.pairs:
            return float(min(self.people, 1))
        likeness = min(max(self.pair_sum / self.pairs, 0.0), 0.9)
        mean = self.total / self.people
        surplus = float(mean @ mean) - likeness
        return float(self.people) if surplus <= 0 else min((1 - likeness) / surplus, float(self.people))


class Population:
    """The posterior of how alike these people are, and what follows from it. Immutable."""

    def __init__(self, reference: ImpostorCurve, sample: Sample) -> None:
        """reference: the impostor curve of the crowd."""
        self.sample = sample
        self._reference = reference
        self._crowd = spread_of(reference)
        likeness, spread = np.meshgrid(LIKENESSES, SPREADS, indexing="ij")
        log = _prior(likeness, spread) + _log_likelihood(sample, likeness, spread, self._crowd)
        chance = np.exp(log - log.max())
        chance /= chance.sum()
        self.shift, unsure = _moments(likeness, chance)
        """Mean similarity of two different people to expect here, before the centre is taken away."""
        self.confidence = max(1 - unsure / _unsure_at_first(), 0.0)
        """How much of the doubt about `shift` is gone, 0 (nobody is known) to 1."""
        kept = chance > NEGLIGIBLE
        self._likeness, self._spread, self._chance = likeness[kept], spread[kept], chance[kept] / chance[kept].sum()

    def familiarity(self, enrolled: int) -> Familiarity:
        """What to tell people. enrolled: how many of the sample's people are enrolled; the others were seen."""
        return Familiarity(enrolled, self.sample.people - enrolled, self.shift, self.confidence)

    def weight(self, others: float) -> float:
        """How much of the mean vote of n other people to take for the population's centre, 0 to 1.

        The shrinkage of James and Stein (1961): the mean of few people is mostly those people.
        """
        return 0.0 if others <= 0 else self.shift / (self.shift + (1 - self.shift) / others)

    @cached_property
    def pair_curve(self) -> ImpostorCurve:
        """The curve for two faces of people who are not in the sample."""
        return self.curve(self.sample.distinct)

    def curve(self, others: float) -> ImpostorCurve:
        """The impostor curve to expect here, when similarities are seen from the centre that n others gave.

        It is a posterior predictive: the crowd's curve, moved and stretched as much as each likeness and spread would,
        averaged over all of them. So it is higher where less is known.
        """
        t, w = self._likeness, self.weight(others)
        # What is left of the centre: the part not believed, and the noise in the part believed.
        left = (1 - w) ** 2 * t + (w**2 * (1 - t) / others if others > 0 else 0.0)
        length = 1 - t + left
        spread = self._spread * np.sqrt((1 - t) * (1 - t + 2 * left)) / length
        at = (SIMILARITIES[:, None] - left / length) / spread
        rates = self._reference.false_match_rates(at) @ self._chance
        falling = np.concatenate([[True], np.diff(rates) < 0])
        return replace(self._reference, similarities=SIMILARITIES[falling], rates=rates[falling])


def _prior(likeness: NDArray[np.float64], spread: NDArray[np.float64]) -> NDArray[np.float64]:
    """Log of the prior's mass at each likeness and spread.

    Likenesses of populations are taken as exponentially distributed. That of one more population, after k known ones,
    is then Lomax-distributed: p(t) ∝ (1 + t/Σtᵢ)^−(k+1).
    """
    known, total = len(OTHER_POPULATIONS), sum(OTHER_POPULATIONS)
    width = np.gradient(LIKENESSES)[:, None]
    middle, deviation = LOG_SPREAD
    return np.asarray(
        np.log(width) - (known + 1) * np.log1p(likeness / total) - ((np.log(spread) - middle) / deviation) ** 2 / 2
    )


def _log_likelihood(
    sample: Sample, likeness: NDArray[np.float64], spread: NDArray[np.float64], crowd: float
) -> NDArray[np.float64]:
    """Log likelihood of a sample: the mean of its pairs is normal around t, its squares are χ² about z².

    crowd: standard deviation of the crowd's similarities. Repeated visits of the same people add no pairs.
    """
    log = np.zeros_like(likeness)
    n = sample.distinct
    if sample.pairs:
        pairs = max(min(sample.pairs, n * (n - 1) / 2), 1e-3)
        # Each pair has noise of its own, and shares that of its two people along the centre.
        variance = (spread * crowd) ** 2 * (1 - likeness) * ((1 - likeness) / pairs + 4 * likeness / n)
        log -= (np.log(variance) + (sample.pair_sum / sample.pairs - likeness) ** 2 / variance) / 2
    if sample.freedom and n > 3:
        freedom = min(sample.freedom, n * (n - 3) / 2)
        # The same picture under several names makes pairs that don't differ at all.
        squares = max(sample.squares / sample.freedom, 1e-6)
        ratio = squares / (spread * crowd * (1 - likeness)) ** 2
        log -= freedom / 2 * (ratio - np.log(ratio))
    return log


@lru_cache(maxsize=1)
def _unsure_at_first() -> float:
    """Standard deviation of the prior's likeness."""
    likeness, spread = np.meshgrid(LIKENESSES, SPREADS, indexing="ij")
    chance = np.exp(_prior(likeness, spread))
    return _moments(likeness, chance / chance.sum())[1]


def _moments(values: NDArray[np.float64], chance: NDArray[np.float64]) -> tuple[float, float]:
    """Mean and standard deviation."""
    mean = float((chance * values).sum())
    return mean, math.sqrt(float((chance * (values - mean) ** 2).sum()))


def spread_of(curve: ImpostorCurve) -> float:
    """Standard deviation of the similarities of different people that a curve describes."""
    share = -np.diff(curve.rates) / (curve.rates[0] - curve.rates[-1])
    middle = (curve.similarities[1:] + curve.similarities[:-1]) / 2
    return math.sqrt(float(share @ middle**2) - float(share @ middle) ** 2)
