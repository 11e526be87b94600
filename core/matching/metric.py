"""Metrics between embeddings: Euclidean, cosine and Mahalanobis, each a linear map followed by Euclidean distance.

A Mahalanobis distance is D(x, y) = √((x−y)ᵀM(x−y)) with a symmetric, positive semi-definite M (Mahalanobis 1936). Every
such M is WᵀW, so that D(x, y) = ‖Wx − Wy‖: the Euclidean distance after a linear map. M = I gives the Euclidean
distance itself. So a metric is applied once per embedding, never per pair, and one matrix product serves every metric.

Similarity is 1 − D²/2 throughout. For vectors of length 1 this is the cosine; a Mahalanobis metric is scaled so that
two different people have D² = 2 on average, a similarity of 0. A cosine may subtract what two faces have in common only
because the same thing hides them (`core/matching/obscurity.py`).
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
    """The map x ↦ W(x/‖x‖ − c), rescaled to length 1 for a cosine. Immutable."""

    def __init__(
        self,
        kind: str,
        centre: NDArray[np.floating] | None = None,
        weight: NDArray[np.floating] | None = None,
        obscurity: Obscurity | None = None,
    ) -> None:
        """kind: one of `KINDS`. centre: c, 128 numbers, by default 0. weight: W, d×128, by default the identity.
        obscurity: estimates what two hidden faces have in common, which is subtracted from a cosine.

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
        """Euclidean distance between embeddings of length 1; it orders pairs as the cosine does: ‖x−y‖² = 2 − 2·cos."""
        return cls("euclidean")

    @classmethod
    def cosine(cls, centre: NDArray[np.floating] | None = None) -> "Metric":
        """Cosine of the angle between two embeddings, seen from `centre` instead of the origin.

        An encoder's embeddings cluster around a direction that all people share and that tells nobody apart;
        subtracting the mean embedding leaves what differs.
        """
        return cls("centred-cosine", centre)

    @classmethod
    def whitened(cls, centre: NDArray[np.floating], weight: NDArray[np.floating]) -> "Metric":
        """Cosine seen from `centre` after a linear map W, d×128, that attenuates what tells nobody apart."""
        return cls("whitened-cosine", centre, weight)

    @classmethod
    def mahalanobis(cls, matrix: NDArray[np.floating]) -> "Metric":
        """Mahalanobis distance for M, 128×128, symmetric and positive definite, such as an `inverse_covariance`."""
        # M = LLᵀ (Cholesky), so W = Lᵀ.
        return cls("mahalanobis", weight=np.linalg.cholesky(np.asarray(matrix, np.float64)).T)

    @classmethod
    def learned(cls, weight: NDArray[np.floating]) -> "Metric":
        """Euclidean distance after a linear map W, d×128, that was learned from pairs."""
        return cls("learned", weight=weight)

    @property
    def dimensions(self) -> int:
        """Dimensions d of the space after the map."""
        return EMBEDDING_SIZE if self.weight is None else len(self.weight)

    @property
    def is_cosine(self) -> bool:
        """Whether similarity is an angle seen from a centre, which a population can move."""
        return self.kind in COSINES

    @property
    def is_learned(self) -> bool:
        """Whether the linear map was fitted to people, unlike Euclidean distance or a cosine with a centre only."""
        return self.kind in ("whitened-cosine", "mahalanobis", "learned")

    @property
    def matrix(self) -> NDArray[np.float64]:
        """M = WᵀW, 128×128."""
        weight = np.eye(EMBEDDING_SIZE) if self.weight is None else self.weight.astype(np.float64)
        return np.asarray(weight.T @ weight)

    def project(self, embeddings: NDArray[np.float32]) -> NDArray[np.float32]:
        """Projects raw embeddings, …×128 → …×d, to where Euclidean distance is this metric's.

        With an obscurity, one more number follows: how hidden the face is.
        """
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
        """Similarity 1 − D²/2, at most 1, of projected embeddings, n×d and m×d → n×m."""
        if self.obscurity:
            # The last number is how hidden each face is; the product of both, times the surplus, is subtracted.
            a = np.concatenate([a[:, :-1], -self.obscurity.surplus * a[:, -1:]], axis=1)
        product = a @ b.T
        if self.kind not in COSINES:
            product += (0.5 - squares(a) / 2)[:, None]
            product += (0.5 - squares(b) / 2)[None]
        # Rounding may lift equal vectors slightly above 1.
        return np.asarray(np.minimum(product, 1, out=product), dtype=np.float32)

    def directions(self, projected: NDArray[np.float32]) -> NDArray[np.float32]:
        """The d numbers of projected embeddings, n×d, without the one that tells how hidden a face is."""
        return projected[:, :-1] if self.obscurity else projected

    def hidden_alike(self, a: NDArray[np.float32], b: NDArray[np.float32]) -> NDArray[np.float32]:
        """What is subtracted from the cosines of projected embeddings because both faces are hidden, n×m; or 0."""
        if not self.obscurity:
            return np.zeros((1, 1), np.float32)
        return np.asarray(self.obscurity.surplus * a[:, -1:] * b[:, -1], np.float32)

    def distance(self, a: NDArray[np.float32], b: NDArray[np.float32]) -> NDArray[np.float32]:
        """Distance D, 0 or more, of raw embeddings, n×128 and m×128 → n×m."""
        similarity = self.similarity(self.project(a), self.project(b))
        return np.asarray(np.sqrt(np.maximum(2 - 2 * similarity, 0)), dtype=np.float32)

    def blind_to(self, directions: NDArray[np.floating], obscurity: Obscurity | None = None) -> "Metric":
        """This metric as a cosine that ignores some directions B of the projected space, k×d, orthonormal.

        Nuisance attribute projection (Solomonoff, Campbell and Boardman, ICASSP 2005): W becomes (I − BᵀB)W.
        """
        seen = np.eye(directions.shape[1]) - directions.T @ directions
        weight = seen if self.weight is None else seen @ self.weight
        return Metric("whitened-cosine", self.centre, weight, obscurity)

    def scaled(self, factor: float) -> "Metric":
        """This metric with every distance multiplied by `factor`; a cosine, which has no scale, is unchanged."""
        if self.kind in COSINES:
            return self
        weight = np.eye(EMBEDDING_SIZE) if self.weight is None else self.weight
        return Metric(self.kind, self.centre, weight * factor)

    def record(self) -> dict[str, Any]:
        """A record for JSON, which `from_record` reads."""
        weight = None if self.weight is None else [[float(f"{w:.9g}") for w in row] for row in self.weight.tolist()]
        record = {"kind": self.kind, "centre": [float(f"{c:.9g}") for c in self.centre.tolist()], "weight": weight}
        return record | ({"obscurity": self.obscurity.record()} if self.obscurity else {})

    @classmethod
    def from_record(cls, record: dict[str, Any]) -> "Metric":
        """Reads what `record` returned. Raises ValueError, KeyError or TypeError when it is not a metric's record."""
        weight, obscurity = record["weight"], record.get("obscurity")
        return cls(
            str(record["kind"]),
            np.array(record["centre"], np.float32),
            weight and np.array(weight, np.float32),
            obscurity and Obscurity.from_record(obscurity),
        )


def _frozen(values: NDArray[np.floating]) -> NDArray[np.float32]:
    # Always C order, so that equal numbers give equal products to the last digit.
    frozen = np.array(values, dtype=np.float32, order="C")
    frozen.setflags(write=False)
    return frozen
