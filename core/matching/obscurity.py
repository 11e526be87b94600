"""Estimates from an embedding how hidden the face is: by a mask, dark glasses, a hand, shadow or noise.

Two faces hidden by the same thing resemble each other because of it. A logistic model on the embedding estimates how
hidden each face is; the product of both estimates, times a measured surplus, is subtracted from their similarity. A
hidden face looked up among well-lit photos loses next to nothing.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.types import EMBEDDING_SIZE


@dataclass(frozen=True, slots=True, eq=False)
class Obscurity:
    """A logistic model of how hidden a face is: 0 for a fully visible face, 1 for a hidden one."""

    weights: NDArray[np.float32]
    """128 numbers."""
    bias: float
    surplus: float
    """What is subtracted from the similarity of two wholly hidden faces, 0 or more."""

    def __post_init__(self) -> None:
        if self.weights.shape != (EMBEDDING_SIZE,) or self.surplus < 0:
            raise ValueError(f"an obscurity has {EMBEDDING_SIZE} weights and a surplus of 0 or more")
        self.weights.setflags(write=False)

    def of(self, embeddings: NDArray[np.float32]) -> NDArray[np.float32]:
        """How hidden each face is, 0 to 1, from embeddings of length 1, …×128 → …."""
        return np.asarray(1 / (1 + np.exp(-(embeddings @ self.weights + self.bias))), np.float32)

    def record(self) -> dict[str, Any]:
        """A record for JSON, which `from_record` reads."""
        weights = [float(f"{weight:.9g}") for weight in self.weights.tolist()]
        return {"weights": weights, "bias": self.bias, "surplus": self.surplus}

    @classmethod
    def from_record(cls, record: dict[str, Any]) -> "Obscurity":
        """Reads what `record` returned. Raises ValueError, KeyError or TypeError when it is not such a record."""
        return cls(np.array(record["weights"], np.float32), float(record["bias"]), float(record["surplus"]))
