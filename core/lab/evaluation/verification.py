"""Verification, 1:1: do two pictures show the same person? By LFW's protocol, and by the rates of ISO/IEC 19795-1."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from core.errors import ModelError, PhotoError
from core.lab.evaluation.roc import best_threshold, equal_error_rate, operating_points

RATES = (1e-2, 1e-3, 1e-4)
"""False-match rates at which the true-match rate is reported."""
FOLDS = 10
"""Folds for pairs that come without any; LFW has as many."""
RESAMPLES = 400
"""Bootstrap samples for a confidence interval."""


@dataclass(frozen=True, slots=True)
class TrueMatchRate:
    """True-match rate (TMR) at a given false-match rate (FMR)."""

    fmr: float
    """Greatest FMR allowed, 0 to 1."""
    value: float
    """TMR: share of mated pairs that match, 0 to 1."""
    interval: tuple[float, float]
    """95 % bootstrap interval of the TMR."""
    counted: bool
    """Whether there are at least 1/FMR non-mated pairs, as needed to observe such a rate. If not, no non-mated pair
    matches at all, the actual FMR is unknown, and `value` tends to be too high."""


@dataclass(frozen=True, slots=True)
class VerificationResult:
    """Verification measured on a set of pairs."""

    pairs: int
    """Number of pairs."""
    accuracy: float
    """Share of pairs judged correctly, 0 to 1; mean over folds, each with the threshold chosen on the others."""
    accuracy_std: float
    """Standard deviation of the accuracy over folds."""
    eer: float
    """Equal error rate, 0 to 1."""
    tmr: tuple[TrueMatchRate, ...]
    """True-match rates at the false-match rates `RATES`."""

    def record(self) -> dict[str, Any]:
        """As a record for JSON."""
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
    """Accuracy by LFW's protocol, the equal error rate, and true-match rates with their intervals.

    similarities: of n pairs. same: whether each pair is mated (n). folds: fold of each pair (n), by default random.
    people: person in each pair's first picture (n, names or numbers), for the bootstrap; see `true_match_rates`.
    Raises PhotoError when there are fewer than two pairs of either kind, ModelError when a similarity is not finite.
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
    """Accuracy on each fold, with the threshold that is best on the others (Huang et al. 2007).

    Mated and non-mated pairs weigh the same. In LFW they are equally many; among all pairs of a folder nearly all are
    non-mated, and always answering "different" would otherwise look good.
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
    """A random fold for each pair (n), 1 to `FOLDS` or fewer if there are few pairs; both kinds are spread evenly."""
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
    """TMR at the lowest threshold whose FMR is not above each of `rates`, with 95 % percentile bootstrap intervals.

    Each bootstrap sample has its own threshold. Pairs that share a person are correlated. With `people`, therefore,
    people are resampled, each with all pairs whose first picture is theirs (the subsets bootstrap of Bolle, Ratha and
    Pankanti 2004). Without, single pairs are resampled, which is right only if hardly any two share a person. If every
    mated pair matches, the interval has no width.
    """
    groups = np.arange(len(same)) if people is None else np.unique(np.asarray(people), return_inverse=True)[1]
    mated, non_mated = (np.flatnonzero(kind)[np.argsort(-similarities[kind], kind="stable")] for kind in (same, ~same))
    # Number of mated pairs more similar than each non-mated one: those can match while it doesn't.
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
    """TMR at each rate, from the weights of mated and non-mated pairs, most similar first; NaN if a kind weighs 0."""
    matched, false_matches = np.concatenate([[0], np.cumsum(mated)]), np.cumsum(non_mated)
    if not matched[-1] or not false_matches[-1]:
        return np.full(len(rates), np.nan)
    # First non-mated pair that must not match. The factor absorbs rounding errors in rate × count.
    refused = np.searchsorted(false_matches, np.array(rates) * false_matches[-1] * (1 + 1e-9), side="right")
    return np.asarray(matched[above[refused]] / matched[-1])


def _check(similarities: NDArray[np.floating], same: NDArray[np.bool_]) -> None:
    if similarities.shape != same.shape:
        raise ValueError(f"{similarities.shape} similarities for {same.shape} pairs")
    if not np.isfinite(similarities).all():
        raise ModelError("The encoder's embeddings are not finite numbers: use other weights.")
    mated = int(same.sum())
    if mated < 2 or len(same) - mated < 2:
        raise PhotoError(
            f"There are {mated} mated and {len(same) - mated} non-mated pairs, but verification needs two of each: "
            "give more pictures of more people."
        )
