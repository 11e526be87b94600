"""Vector arithmetic for metrics: unit length, inverse covariance, the Mahalanobis distance by its definition."""

import numpy as np
from numpy.typing import NDArray


def unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """The vectors scaled to length 1, …×d → …×d."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-12), dtype=np.float32)


def squares(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """The squared lengths of the vectors, n×d → n."""
    return np.asarray(np.einsum("ij,ij->i", vectors, vectors), dtype=np.float32)


def inverse_covariance(vectors: NDArray[np.floating]) -> NDArray[np.float64]:
    """The inverse of the vectors' covariance, shrunk towards a multiple of the identity, n×d → d×d.

    Without shrinkage, the covariance of fewer vectors than dimensions has no inverse; Ledoit and Wolf (2004) give the
    amount that is best on average.
    """
    from sklearn.covariance import ledoit_wolf

    covariance, _ = ledoit_wolf(np.asarray(vectors, np.float64))
    return np.asarray(np.linalg.inv(covariance), np.float64)


def mahalanobis_distance(
    x: NDArray[np.floating], y: NDArray[np.floating], matrix: NDArray[np.floating]
) -> NDArray[np.float64]:
    """The textbook D(x, y) = √((x−y)ᵀM(x−y)), with x and y …×d and M = `matrix` d×d → …."""
    difference = np.asarray(x, np.float64) - y
    return np.asarray(np.sqrt(np.maximum(np.einsum("...i,ij,...j", difference, matrix, difference), 0)))
