"""How close two embeddings are: Euclidean, cosine and Mahalanobis, all one linear map and a Euclidean distance.

A Mahalanobis distance is D(x, y) = √((x−y)ᵀM(x−y)) with a symmetric, positive semi-definite M (Mahalanobis 1936). Every
such M is WᵀW, and then D(x, y) = ‖Wx − Wy‖: the Euclidean distance after a linear map. M = 1 gives Euclid. So a metric
is applied once to each embedding, never to each pair, and the same product of matrices serves every metric.

Similarity is 1 − D²/2 throughout. For vectors of length 1 that is the cosine; a Mahalanobis metric is scaled so that
two different people have D² = 2 on average, and a similarity of 0. A cosine may take off that what two faces have in
common by being hidden alike (`core/matching/obscurity.py`).
"""

import hashlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.matching.obscurity import Obscurity
from core.matching.vectors import squares, unit
from core.types import EMBEDDING_SIZE

COSINES = ("centred-cosine", "whitened-cosine")
KINDS = (*COSINES, "euclidean", "mahalanobis", "learned")


class Metric:
    """x ↦ W(x/‖x‖ − c), and for a cosine to length 1. Immutable."""

    def __init__(
        self,
        kind: str,
        centre: NDArray[np.floating] | None = None,
        weight: NDArray[np.floating] | None = None,
        obscurity: Obscurity | None = None,
    ) -> None:
        """kind: one of `KINDS`. centre: c, 128 numbers, by default 0. weight: W, d×128, by default the identity.
        obscurity: what two hidden faces have in common, to be taken off a cosine.

        Raises ValueError when the kind is unknown or a shape is wrong.
        """
        if kind not in KINDS:
            raise ValueError(f"a metric is one of {', '.join(KINDS)}, not {kind!r}")
        self.kind = kind
        self.centre = _frozen(np.zeros(EMBEDDING_SIZE) if centre is None else centre)
        self.weight = None if weight is None else _frozen(weight)
        if self.centre.shape != (EMBEDDING_SIZE,):
            raise ValueError(f"a centre has {EMBEDDING_SIZE} numbers, not {self.centre.shape}")
        if self.weight is not None and (self.weight.ndim != 2 or self.weight.shape[1] != EMBEDDING_SIZE):
            raise ValueError(f"a weight is d×{EMBEDDING_SIZE}, not {self.weight.shape}")
        if obscurity and kind not in COSINES:
            raise ValueError(f"an obscurity belongs to a cosine, not to {kind}")
        self.obscurity = obscurity
        numbers = self.centre.tobytes() + (b"" if self.weight is None else self.weight.tobytes())
        if obscurity:
            numbers += repr(obscurity.record()).encode()
        self.id = f"{kind}:{hashlib.sha256(numbers).hexdigest()[:12]}"

    @classmethod
    def euclidean(cls) -> "Metric":
        """Between embeddings of length 1: it orders pairs exactly as their cosine does, ‖x−y‖² = 2 − 2·cos."""
        return cls("euclidean")

    @classmethod
    def cosine(cls, centre: NDArray[np.floating] | None = None) -> "Metric":
        """The angle between two embeddings, seen from `centre` rather than from the origin.

        The encoder's embeddings crowd around a common direction, which all people share and which tells nobody apart;
        taking the mean embedding away leaves what differs.
        """
        return cls("centred-cosine", centre)

    @classmethod
    def whitened(cls, centre: NDArray[np.floating], weight: NDArray[np.floating]) -> "Metric":
        """The angle seen from `centre` after a linear map W, d×128, which weakens what tells nobody apart."""
        return cls("whitened-cosine", centre, weight)

    @classmethod
    def mahalanobis(cls, matrix: NDArray[np.floating]) -> "Metric":
        """From M, 128×128, symmetric and positive definite, for instance `inverse_covariance`'s."""
        # M = LLᵀ (Cholesky), so W = Lᵀ.
        return cls("mahalanobis", weight=np.linalg.cholesky(np.asarray(matrix, np.float64)).T)

    @classmethod
    def learned(cls, weight: NDArray[np.floating]) -> "Metric":
        """From a W, d×128, that was learned from pairs."""
        return cls("learned", weight=weight)

    @property
    def is_learned(self) -> bool:
        """Whether its linear map was fitted to people: not Euclid, nor a cosine that only has a centre."""
        return self.kind in ("whitened-cosine", "mahalanobis", "learned")

    @property
    def matrix(self) -> NDArray[np.float64]:
        """M = WᵀW, 128×128."""
        weight = np.eye(EMBEDDING_SIZE) if self.weight is None else self.weight.astype(np.float64)
        return np.asarray(weight.T @ weight)

    def project(self, embeddings: NDArray[np.float32]) -> NDArray[np.float32]:
        """…×128 as the encoder gave them → …×d, where Euclid's distance is this metric's; with an obscurity one more
        number, how hidden the face is."""
        vectors = unit(embeddings)
        moved = vectors - self.centre
        if self.weight is not None:
            moved = moved @ self.weight.T
        if self.kind not in COSINES:
            return np.asarray(moved, dtype=np.float32)
        if self.obscurity is None:
            return unit(moved)
        return np.concatenate([unit(moved), self.obscurity.of(vectors)[..., None]], axis=-1)

    def similarity(self, a: NDArray[np.float32], b: NDArray[np.float32]) -> NDArray[np.float32]:
        """n×d and m×d, both projected → n×m: 1 − D²/2, 1 at most."""
        if self.obscurity:
            # The last number is how hidden each is; what both are, times the surplus, goes off.
            a = np.concatenate([a[:, :-1], -self.obscurity.surplus * a[:, -1:]], axis=1)
        product = a @ b.T
        if self.kind not in COSINES:
            product += (0.5 - squares(a) / 2)[:, None]
            product += (0.5 - squares(b) / 2)[None]
        # Rounding takes equal vectors a little above 1.
        return np.asarray(np.minimum(product, 1, out=product), dtype=np.float32)

    def distance(self, a: NDArray[np.float32], b: NDArray[np.float32]) -> NDArray[np.float32]:
        """n×128 and m×128 as the encoder gave them → n×m: D, 0 or more."""
        similarity = self.similarity(self.project(a), self.project(b))
        return np.asarray(np.sqrt(np.maximum(2 - 2 * similarity, 0)), dtype=np.float32)

    def blind_to(self, directions: NDArray[np.floating], obscurity: Obscurity | None = None) -> "Metric":
        """A cosine that no longer sees some directions of the space it projects to: k×d, orthonormal.

        Nuisance attribute projection (Solomonoff, Campbell and Boardman, ICASSP 2005): W becomes (1 − BᵀB)W.
        """
        seen = np.eye(directions.shape[1]) - directions.T @ directions
        weight = seen if self.weight is None else seen @ self.weight
        return Metric("whitened-cosine", self.centre, weight, obscurity)

    def scaled(self, factor: float) -> "Metric":
        """The same with every distance multiplied by `factor`; a cosine has no scale and stays."""
        if self.kind in COSINES:
            return self
        weight = np.eye(EMBEDDING_SIZE) if self.weight is None else self.weight
        return Metric(self.kind, self.centre, weight * factor)

    def record(self) -> dict[str, Any]:
        """For a JSON file; `from_record` takes it back."""
        weight = None if self.weight is None else [[float(f"{w:.9g}") for w in row] for row in self.weight.tolist()]
        record = {"kind": self.kind, "centre": [float(f"{c:.9g}") for c in self.centre.tolist()], "weight": weight}
        return record | ({"obscurity": self.obscurity.record()} if self.obscurity else {})

    @classmethod
    def from_record(cls, record: dict[str, Any]) -> "Metric":
        """Raises ValueError, KeyError or TypeError when it is no metric's record."""
        weight, obscurity = record["weight"], record.get("obscurity")
        return cls(
            str(record["kind"]),
            np.array(record["centre"], np.float32),
            weight and np.array(weight, np.float32),
            obscurity and Obscurity.from_record(obscurity),
        )


def _frozen(values: NDArray[np.floating]) -> NDArray[np.float32]:
    # In one order, so that the same numbers give the same products to the last digit.
    frozen = np.array(values, dtype=np.float32, order="C")
    frozen.setflags(write=False)
    return frozen
