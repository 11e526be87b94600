"""Evaluates one encoder with its metric, for its column in a report."""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from core.lab.dataset.face_set import FaceSet
from core.lab.evaluation.measured import Measured, worst_mistakes
from core.lab.evaluation.one_shot import one_shot
from core.lab.evaluation.pairs import PairRows, pair_similarities
from core.lab.evaluation.roc import best_threshold
from core.lab.evaluation.verification import verification
from core.matching.metric import Metric

if TYPE_CHECKING:
    from core.lab.evaluation.identification import IdentificationResult


def measure(
    label: str,
    folder: Path,
    faces: FaceSet,
    rows: PairRows,
    embeddings: NDArray[np.float32],
    metric: Metric,
    *,
    ways: int | None = None,
    seed: int = 0,
    identification: "IdentificationResult | None" = None,
) -> Measured:
    """Verification on the pairs `rows`, and N-way one-shot classification if `ways` is given.

    folder: where `faces.files` are, to show mistakes. embeddings: of `faces`, n×128. Raises PhotoError when there are
    too few pairs or people.
    """
    projected = metric.project(embeddings)
    similarities = pair_similarities(projected, rows)
    threshold = best_threshold(similarities, rows.same)
    return Measured(
        label=label,
        similarities=similarities,
        same=rows.same,
        verification=verification(similarities, rows.same, rows.folds, faces.names[rows.first], seed=seed),
        threshold=threshold,
        one_shot=(one_shot(projected, faces.names, ways, seed=seed),) if ways else (),
        identification=identification,
        mistakes=worst_mistakes(similarities, rows, faces.names, [folder / file for file in faces.files], threshold),
    )
