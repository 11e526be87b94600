"""The contents of a report: results of several encoders and metrics, side by side."""

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
"""Most mistakes shown of each kind, false matches and false non-matches."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """A pair of pictures on the wrong side of the threshold."""

    first: Path
    second: Path
    first_name: str
    second_name: str
    similarity: float
    same: bool
    """True for a false non-match (one person taken for two), False for a false match (two people taken for one)."""


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """Results of one encoder with one metric."""

    label: str
    """Short name in the report, unique in it."""
    similarities: NDArray[np.floating]
    """Similarity of each pair (n)."""
    same: NDArray[np.bool_]
    """Whether each pair is mated (n)."""
    verification: VerificationResult
    threshold: float | None = None
    """Similarity from which a pair matches, for the figure and for `mistakes`."""
    one_shot: tuple[OneShotResult, ...] = ()
    identification: "IdentificationResult | None" = None
    mistakes: tuple[Mistake, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Report:
    """Everything that a report's page shows."""

    title: str
    source: str
    """One sentence about the data it was measured on."""
    results: tuple[Measured, ...]
    """Results to compare, at least one."""
    notes: tuple[str, ...] = ()
    """Remarks on the results, one sentence each: pictures left out, known errors in the labels."""


def worst_mistakes(
    similarities: NDArray[np.floating],
    pairs: PairRows,
    names: Sequence[str] | NDArray[np.str_],
    files: Sequence[Path],
    threshold: float,
    most: int = MISTAKES,
) -> tuple[Mistake, ...]:
    """False matches, most similar first, then false non-matches, least similar first; at most `most` of each.

    names, files: person and file of each picture, by row.
    """
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
