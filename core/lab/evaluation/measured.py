"""What a report is made from: results of encoders and metrics, side by side."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from core.lab.evaluation.one_shot import OneShotResult
from core.lab.evaluation.pairs import PairRows
from core.lab.evaluation.verification import VerificationResult

if TYPE_CHECKING:
    from core.lab.evaluation.identification import IdentificationResult

MISTAKES = 12
"""Of each kind."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """Two pictures on the wrong side of the threshold."""

    first: Path
    second: Path
    first_name: str
    second_name: str
    similarity: float
    same: bool
    """Whether they show one person, and were told apart; else two people, taken for one."""


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """One encoder with one metric."""

    label: str
    """What it is called in the report, short, and different from the others."""
    similarities: NDArray[np.floating]
    """n, of n pairs."""
    same: NDArray[np.bool_]
    """n: whether both pictures of a pair show one person."""
    verification: VerificationResult
    threshold: float | None = None
    """Similarity marked in the figure, and that parts right from wrong."""
    one_shot: tuple[OneShotResult, ...] = ()
    identification: "IdentificationResult | None" = None
    mistakes: tuple[Mistake, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Report:
    """All that one page shows."""

    title: str
    source: str
    """What was measured on, in a sentence."""
    results: tuple[Measured, ...]
    """At least one."""
    notes: tuple[str, ...] = ()
    """Sentences to be read with the results: pictures left out, known faults of the labels."""


def worst_mistakes(
    similarities: NDArray[np.floating],
    pairs: PairRows,
    names: Sequence[str] | NDArray[np.str_],
    files: Sequence[Path],
    threshold: float,
    most: int = MISTAKES,
) -> tuple[Mistake, ...]:
    """The most similar pairs of different people at or above the threshold, then the least similar of one person
    below it, at most `most` of each, worst first. names, files: whose and which picture each row is."""
    wrong = (similarities >= threshold) != pairs.same
    false_matches = np.flatnonzero(wrong & ~pairs.same)
    false_non_matches = np.flatnonzero(wrong & pairs.same)
    worst = [
        *false_matches[np.argsort(-similarities[false_matches], kind="stable")[:most]],
        *false_non_matches[np.argsort(similarities[false_non_matches], kind="stable")[:most]],
    ]
    return tuple(
        Mistake(
            first=files[pairs.first[pair]],
            second=files[pairs.second[pair]],
            first_name=str(names[pairs.first[pair]]),
            second_name=str(names[pairs.second[pair]]),
            similarity=float(similarities[pair]),
            same=bool(pairs.same[pair]),
        )
        for pair in worst
    )
