"""What training makes small: losses over pairs and triplets of embeddings of length 1, with miners, by name.

The formulas are pytorch-metric-learning's (Musgrave, Belongie and Lim, arXiv 2008.09164). Distances are Euclid's
between embeddings of length 1, 0 to 2, as `core.matching.metric` takes them; two unrelated directions are √2 apart.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pytorch_metric_learning.distances import LpDistance
from pytorch_metric_learning.losses import ArcFaceLoss, ContrastiveLoss, MultiSimilarityLoss, TripletMarginLoss
from pytorch_metric_learning.miners import MultiSimilarityMiner, TripletMarginMiner
from torch import Tensor, nn

from core.types import EMBEDDING_SIZE


def contrastive(
    distances: Tensor, z: Tensor, margin: float = 1.0, *, same_is_one: bool = True, squared: bool = False
) -> Tensor:
    """Of each pair: L = z·D + (1−z)·max(0, m−D), as it is written; `ContrastiveLoss` computes the same over a batch.

    distances: …, D = ‖f(x)−f(y)‖₂. z: …, 0 or 1. margin: m; a pair of different people that far apart or farther
    no longer counts. squared: z·D² + (1−z)·max(0, m−D)² (Hadsell, Chopra and LeCun 2006; they halve both terms).

    same_is_one: two conventions are in use, and texts mix them. Here z = 1 says "one person". Hadsell's Y = 1 says
    "different people", and the loss is then (1−Y)·D + Y·max(0, m−D): the same number for the same pair. A z of the one
    convention in the other's formula pushes a person's pictures apart and draws strangers together.
    """
    same = z if same_is_one else 1 - z
    power = 2 if squared else 1
    return same * distances**power + (1 - same) * (margin - distances).clamp(min=0) ** power


class SquaredContrastiveLoss(ContrastiveLoss):  # type: ignore[misc]
    """Hadsell, Chopra and LeCun's: z·D² + (1−z)·max(0, m−D)². Pairs that are nearly right pull less."""

    def get_per_pair_loss(self, pair_dists: Tensor, pos_or_neg: str) -> Tensor:
        """n distances of pairs that are all "pos" (one person) or all "neg" → n losses."""
        loss: Tensor = super().get_per_pair_loss(pair_dists, pos_or_neg)
        return loss**2


class BatchLoss(nn.Module):
    """A loss with the miner that chooses its pairs or triplets; without one, it takes all there are in the batch."""

    def __init__(self, loss: nn.Module, miner: nn.Module | None = None) -> None:
        super().__init__()
        self.loss, self.miner = loss, miner

    def forward(self, embeddings: Tensor, labels: Tensor) -> Tensor:
        """N×128, of any length, and N whole numbers → one number, in float32."""
        # Distances of half-precision embeddings are no better than 0.03: take what autocast gives back to float32.
        embeddings = embeddings.float()
        chosen = self.miner(embeddings, labels) if self.miner else None
        return self.loss(embeddings, labels, chosen)  # type: ignore[no-any-return]


@dataclass(frozen=True, slots=True)
class LossChoice:
    """One entry of `LOSSES`."""

    margin: float
    """Unless another is given."""
    unit: str
    """Of the margin."""
    make: Callable[[float, int], BatchLoss]
    """(margin, people in the training) → the loss."""


class _Nothing(nn.Module):
    def forward(self, embeddings: Tensor, _labels: Tensor, _chosen: object) -> Tensor:
        return embeddings.sum() * 0


def _euclidean() -> Any:
    return LpDistance(normalize_embeddings=True, p=2, power=1)


def _contrastive(margin: float, _people: int) -> BatchLoss:
    return BatchLoss(ContrastiveLoss(pos_margin=0, neg_margin=margin, distance=_euclidean()))


def _squared(margin: float, _people: int) -> BatchLoss:
    return BatchLoss(SquaredContrastiveLoss(pos_margin=0, neg_margin=margin, distance=_euclidean()))


def _triplet(margin: float, _people: int) -> BatchLoss:
    miner = TripletMarginMiner(margin=margin, type_of_triplets="all", distance=_euclidean())
    return BatchLoss(TripletMarginLoss(margin=margin, distance=_euclidean()), miner)


def _multi_similarity(margin: float, _people: int) -> BatchLoss:
    return BatchLoss(MultiSimilarityLoss(base=margin), MultiSimilarityMiner(epsilon=0.1))


def _arcface(margin: float, people: int) -> BatchLoss:
    return BatchLoss(ArcFaceLoss(people, EMBEDDING_SIZE, margin=math.degrees(margin), scale=ARCFACE_SCALE))


ARCFACE_SCALE = 32.0
"""Of the cosines before the softmax. The paper's 64 is for 85,000 people; few need less to tell the classes apart."""

LOSSES: dict[str, LossChoice] = {
    "contrastive": LossChoice(1.0, "distance", _contrastive),
    "contrastive-squared": LossChoice(1.0, "distance", _squared),
    # FaceNet (Schroff, Kalenichenko and Philbin, arXiv 1503.03832); its distances are squared, these are not.
    "triplet": LossChoice(0.2, "difference of distances", _triplet),
    # Wang et al., arXiv 1904.06627: the margin is λ, the similarity around which pairs weigh most.
    "multi-similarity": LossChoice(0.5, "cosine", _multi_similarity),
    # Deng et al., arXiv 1801.07698.
    "arcface": LossChoice(0.5, "radians", _arcface),
}


def build_loss(name: str, margin: float | None = None, people: int = 0) -> BatchLoss:
    """The loss of that name. people: how many there are in the training; only "arcface" learns a centre for each.
    "none" is always 0, for a training in which a teacher says everything.

    Raises ValueError with the names there are, or when the margin is not above 0.
    """
    if name == "none":
        return BatchLoss(_Nothing())
    if name not in LOSSES:
        raise ValueError(f"there is no loss {name!r}: choose one of {', '.join(LOSSES)}")
    choice = LOSSES[name]
    if margin is not None and not (math.isfinite(margin) and margin > 0):
        raise ValueError(f"a margin is above 0, not {margin:g}")
    return choice.make(choice.margin if margin is None else margin, people)
