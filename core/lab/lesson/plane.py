"""The plane, as core's own metric and index see it: so figures in two dimensions show what the program does in 128.

A point p no farther than R from the origin becomes (p/R, √(1 − ‖p‖²/R²), 0, …), an embedding of length 1. A W that
takes its first two numbers times R brings p back exactly, and a W of the plane can follow it.
"""

import numpy as np
from numpy.typing import NDArray

from core.matching.metric import Metric
from core.types import EMBEDDING_SIZE

REACH = 10.0
"""R: points lie no farther from the origin."""


def as_embeddings(points: NDArray[np.floating]) -> NDArray[np.float32]:
    """n×2 → n×128. Raises ValueError when a point is farther than `REACH` from the origin."""
    squares = np.square(points / REACH).sum(1)
    if (squares > 1).any():
        raise ValueError(f"points lie within {REACH:g} of the origin")
    embeddings = np.zeros((len(points), EMBEDDING_SIZE), np.float32)
    embeddings[:, :2] = points / REACH
    embeddings[:, 2] = np.sqrt(1 - squares)
    return embeddings


def plane_metric(weight: NDArray[np.floating] | None = None) -> Metric:
    """The metric D(x, y) = ‖W(x − y)‖ of the plane, for its points `as_embeddings`. weight: W, 2×2; by default 1."""
    taken = np.zeros((2, EMBEDDING_SIZE))
    taken[:, :2] = (np.eye(2) if weight is None else weight) * REACH
    return Metric.learned(taken)
