"""Who is this? The closest person, if close enough."""

import numpy as np
from numpy.typing import NDArray

from core.matching.index import Index
from core.types import Decision, Threshold

CANDIDATES = 5
"""Closest people reported with each decision."""


def decide(index: Index, embedding: NDArray[np.float32], threshold: Threshold, k: int = 1) -> Decision:
    """Looks up one raw embedding (128 numbers).

    With k = 1 the closest person is named if at or above the threshold. With more, the k nearest templates vote, and
    whoever wins must still pass the threshold with the closest of their templates.
    """
    candidates = index.closest_people(embedding, CANDIDATES)
    winner = candidates[0] if candidates else None
    if k > 1:
        winner = index.vote(embedding, k)
    named = winner if winner and winner.similarity >= threshold.similarity else None
    return Decision(threshold, candidates, named)
