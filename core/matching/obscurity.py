"""How much of a face is hidden, told from its embedding: by a mask, dark glasses, a hand, shadow, noise.

Two faces that are hidden alike resemble each other by what hides them. A logistic model on the embedding tells how
hidden each is; their product, times a measured surplus, is taken off their similarity. A hidden face looked up among
well-lit photos loses next to nothing by that.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.types import EMBEDDING_SIZE


@dataclass(frozen=True, slots=True, eq=False)
class Obscurity:
    """A logistic model: 0 for a face that shows all, 1 for one that is hidden."""

    weights: NDArray[np.float32]
    """128."""
    bias: float
    surplus: float
    """What is taken off the similarity of two faces that are wholly hidden, 0 or more."""

    def __post_init__(self) -> None:
        if self.weights.shape != (EMBEDDING_SIZE,) or self.surplus < 0:
            raise ValueError(f"an obscurity has {EMBEDDING_SIZE} weights and a surplus of 0 or more")
        self.weights.setflags(write=False)

    def of(self, embeddings: NDArray[np.float32]) -> NDArray[np.float32]:
        """…×128, of length 1 → …: 0 to 1."""
        return np.asarray(1 / (1 + np.exp(-(embeddings @ self.weights + self.bias))), np.float32)

    def record(self) -> dict[str, Any]:
        """For a JSON file; `from_record` takes it back."""
        weights = [float(f"{weight:.9g}") for weight in self.weights.tolist()]
        return {"weights": weights, "bias": self.bias, "surplus": self.surplus}

    @classmethod
    def from_record(cls, record: dict[str, Any]) -> "Obscurity":
        """Raises ValueError, KeyError or TypeError when it is no obscurity's record."""
        return cls(np.array(record["weights"], np.float32), float(record["bias"]), float(record["surplus"]))
