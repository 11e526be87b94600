"""Verification, 1:1: are these two pictures of one person? As LFW asks it, and as ISO/IEC 19795-1 reports it."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from core.errors import ModelError, PhotoError
from core.lab.evaluation.roc import best_threshold, equal_error_rate, operating_points

RATES = (1e-2, 1e-3, 1e-4)
"""False-match rates at which the true-match rate is reported."""
FOLDS = 10
"""As LFW has them, where the pairs come without."""
RESAMPLES = 400
"""Bootstrap samples of an interval."""


@dataclass(frozen=True, slots=True)
class TrueMatchRate:
    """TMR at one false-match rate."""

    fmr: float
    """At most; 0 to 1."""
    value: float
    """Share of mated pairs that match, 0 to 1."""
    interval: tuple[float, float]
    """95 %, by bootstrap."""
    counted: bool
    """Whether there are the 1/FMR non-mated pairs that it takes to see such a rate. Without, no non-mated pair
    matches at all, and `value` belongs to a rate that nobody knows: rather too high."""


@dataclass(frozen=True, slots=True)
class VerificationResult:
    """Of a set of pairs."""

    pairs: int
    accuracy: float
    """Share of pairs told rightly, 0 to 1, the threshold chosen on the other folds: mean over folds."""
    accuracy_std: float
    """Standard deviation of the folds' accuracies."""
    eer: float
    """Equal error rate, 0 to 1."""
    tmr: tuple[TrueMatchRate, ...]

    def record(self) -> dict[str, Any]:
        """For a JSON file."""
        return {
            "pairs": self.pairs,
            "accuracy": self.accuracy,
            "accuracy_std": self.accuracy_std,
            "eer": self.eer,
            "tmr": {f"{at.fmr:g}": {"value": at.value, "interval": list(at.interval)} for at in self.tmr},
        }


def verification(
    similarities: NDArray[np.floating],
    same: NDArray[np.bool_],
    folds: NDArray[np.integer] | None = None,
    people: ArrayLike | None = None,
    *,
    seed: int = 0,
) -> VerificationResult:
    """LFW's protocol, the equal error rate, and true-match rates with their intervals.

    similarities: n. same: n, whether both pictures show one person. folds: n, by default drawn. people: n, whom each
    pair's first picture shows (names or numbers), for the bootstrap; see `true_match_rates`. Raises PhotoError when
    there are fewer than two pairs of either kind, ModelError when a similarity is no number.
    """
    _check(similarities, same)
    if folds is None or len(np.unique(folds)) < 2:
        folds = draw_folds(same, seed)
    accuracies = fold_accuracies(similarities, same, folds)
    return VerificationResult(
        pairs=len(same),
        accuracy=float(accuracies.mean()),
        accuracy_std=float(accuracies.std(ddof=1)),
        eer=equal_error_rate(operating_points(similarities, same)),
        tmr=true_match_rates(similarities, same, people, seed=seed),
    )


def fold_accuracies(
    similarities: NDArray[np.floating], same: NDArray[np.bool_], folds: NDArray[np.integer]
) -> NDArray[np.float64]:
    """One accuracy for each fold, with the threshold that is best on all the others (Huang et al. 2007).

    Mated and non-mated pairs weigh the same, as in LFW, where they are equally many: with every pair of a folder,
    nearly all non-mated, always saying no would otherwise look good.
    """
    accuracies = []
    for fold in np.unique(folds):
        apart = folds == fold
        threshold = best_threshold(similarities[~apart], same[~apart])
        kind = same[apart]
        right = (similarities[apart] >= threshold) == kind
        accuracies.append(np.mean([right[kind == value].mean() for value in np.unique(kind)]))
    return np.array(accuracies)


def draw_folds(same: NDArray[np.bool_], seed: int = 0) -> NDArray[np.intp]:
    """n: `FOLDS` folds, fewer if there are fewer pairs, from 1, with mated and non-mated pairs spread evenly."""
    random = np.random.default_rng(seed)
    count = min(FOLDS, int(same.sum()), int((~same).sum()))
    folds = np.empty(len(same), np.intp)
    for kind in (same, ~same):
        folds[kind] = random.permutation(int(kind.sum())) % count + 1
    return folds


def true_match_rates(
    similarities: NDArray[np.floating],
    same: NDArray[np.bool_],
    people: ArrayLike | None = None,
    *,
    rates: tuple[float, ...] = RATES,
    seed: int = 0,
) -> tuple[TrueMatchRate, ...]:
    """TMR at the lowest threshold whose FMR is not above each rate, with 95 % percentile bootstrap intervals.

    Each sample has its own threshold. With `people`, people are resampled, each with all the pairs that begin with one
    of their pictures, since these are alike (the subsets bootstrap of Bolle, Ratha and Pankanti 2004). Without, single
    pairs are: right only where hardly any two share a person. Where no mated pair is missed, an interval has no width.
    """
    groups = np.arange(len(same)) if people is None else np.unique(np.asarray(people), return_inverse=True)[1]
    mated, non_mated = (np.flatnonzero(kind)[np.argsort(-similarities[kind], kind="stable")] for kind in (same, ~same))
    # How many mated pairs are more similar than each non-mated one; those match while it doesn't.
    above = np.searchsorted(-similarities[mated], -similarities[non_mated], side="left")
    size = int(groups.max()) + 1

    def measure(weights: NDArray[np.int64]) -> NDArray[np.float64]:
        return _rates_of(weights[groups[mated]], weights[groups[non_mated]], above, rates)

    values = measure(np.ones(size, np.int64))
    random = np.random.default_rng(seed)
    samples = [measure(np.bincount(random.integers(size, size=size), minlength=size)) for _ in range(RESAMPLES)]
    low, high = np.nanquantile(np.array(samples), (0.025, 0.975), axis=0)
    return tuple(
        TrueMatchRate(rate, float(values[i]), (float(low[i]), float(high[i])), len(non_mated) * rate >= 1 - 1e-9)
        for i, rate in enumerate(rates)
    )


def _rates_of(
    mated: NDArray[np.int64], non_mated: NDArray[np.int64], above: NDArray[np.intp], rates: tuple[float, ...]
) -> NDArray[np.float64]:
    """Weights of mated and of non-mated pairs, most similar first → TMR at each rate; no number without any weight."""
    matched, false_matches = np.concatenate([[0], np.cumsum(mated)]), np.cumsum(non_mated)
    if not matched[-1] or not false_matches[-1]:
        return np.full(len(rates), np.nan)
    # The first non-mated pair that may not match any more; a rate times a count misses whole numbers by a hair.
    refused = np.searchsorted(false_matches, np.array(rates) * false_matches[-1] * (1 + 1e-9), side="right")
    return np.asarray(matched[above[refused]] / matched[-1])


def _check(similarities: NDArray[np.floating], same: NDArray[np.bool_]) -> None:
    if similarities.shape != same.shape:
        raise ValueError(f"{similarities.shape} similarities for {same.shape} pairs")
    if not np.isfinite(similarities).all():
        raise ModelError("The encoder gives embeddings that are no numbers: use other weights.")
    mated = int(same.sum())
    if mated < 2 or len(same) - mated < 2:
        raise PhotoError(
            f"There are {mated} mated and {len(same) - mated} non-mated pairs, and verification needs two of each: "
            "give more pictures of more people."
        )
