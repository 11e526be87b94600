"""Embeds the plane in 128 dimensions, so that two-dimensional figures show what the program's metric and index do.

A point p within R of the origin becomes (p/R, √(1 − ‖p‖²/R²), 0, …), an embedding of length 1. A linear map that
multiplies its first two numbers by R and drops the rest gives back exactly p; a W of the plane can follow it.
"""

import numpy as np
from numpy.typing import NDArray

from core.matching.metric import Metric
from core.types import EMBEDDING_SIZE

REACH = 10.0
"""R, the greatest distance of a point from the origin."""


def as_embeddings(points: NDArray[np.floating]) -> NDArray[np.float32]:
    """Points of the plane, n×2, as embeddings, n×128. Raises ValueError if one is farther than `REACH` from the
    origin."""
    squares = np.square(points / REACH).sum(1)
    if (squares > 1).any():
        raise ValueError(f"points must lie within {REACH:g} of the origin")
    embeddings = np.zeros((len(points), EMBEDDING_SIZE), np.float32)
    embeddings[:, :2] = points / REACH
    embeddings[:, 2] = np.sqrt(1 - squares)
    return embeddings


def plane_metric(weight: NDArray[np.floating] | None = None) -> Metric:
    """The plane's metric D(x, y) = ‖W(x − y)‖, for points given `as_embeddings`. weight: W, 2×2, by default I."""
    taken = np.zeros((2, EMBEDDING_SIZE))
    taken[:, :2] = (np.eye(2) if weight is None else weight) * REACH
    return Metric.learned(taken)
