"""Losses over pairs and triplets of normalised embeddings, with their miners, by name.

The formulas are pytorch-metric-learning's (Musgrave, Belongie and Lim, arXiv 2008.09164). Distances are Euclidean,
between embeddings of length 1, hence 0 to 2, as in `core.matching.metric`; two unrelated directions are √2 apart.
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
    """The contrastive loss of each pair, L = z·D + (1−z)·max(0, m−D): the formula as written in papers.

    `ContrastiveLoss` computes the same over a batch. distances: D = ‖f(x)−f(y)‖₂, of any shape. z: 0 or 1, of the same
    shape. margin: m, the distance from which a pair of different people costs nothing. squared: use
    z·D² + (1−z)·max(0, m−D)² instead (Hadsell, Chopra and LeCun 2006, who halve both terms).

    same_is_one: whether z = 1 means "one person", as here, or "different people", as Hadsell's Y, whose formula is
    (1−Y)·D + Y·max(0, m−D). Both conventions are in use, and give the same loss for the same pair. A label of one
    convention in the formula of the other pushes a person's pictures apart and pulls strangers together.
    """
    same = z if same_is_one else 1 - z
    power = 2 if squared else 1
    return same * distances**power + (1 - same) * (margin - distances).clamp(min=0) ** power


class SquaredContrastiveLoss(ContrastiveLoss):  # type: ignore[misc]
    """Hadsell, Chopra and LeCun's loss, z·D² + (1−z)·max(0, m−D)². Its gradient fades as a pair gets nearly right."""

    def get_per_pair_loss(self, pair_dists: Tensor, pos_or_neg: str) -> Tensor:
        """Loss of each pair (n) from their distances (n); all are "pos" (one person) or all "neg"."""
        loss: Tensor = super().get_per_pair_loss(pair_dists, pos_or_neg)
        return loss**2


class BatchLoss(nn.Module):
    """A loss with the miner that chooses its pairs or triplets; without a miner, it uses all those in the batch."""

    def __init__(self, loss: nn.Module, miner: nn.Module | None = None) -> None:
        super().__init__()
        self.loss, self.miner = loss, miner

    def forward(self, embeddings: Tensor, labels: Tensor) -> Tensor:
        """The batch's loss, a float32 scalar. embeddings: N×128, of any length. labels: person in each (N)."""
        # In half precision, distances would only be accurate to 0.03, so convert what autocast returns.
        embeddings = embeddings.float()
        chosen = self.miner(embeddings, labels) if self.miner else None
        return self.loss(embeddings, labels, chosen)  # type: ignore[no-any-return]


@dataclass(frozen=True, slots=True)
class LossChoice:
    """An entry of `LOSSES`."""

    margin: float
    """Default margin."""
    unit: str
    """Unit of the margin."""
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
"""Factor of the cosines before the softmax. The paper's 64 is for 85,000 people; fewer classes need less to be told
apart."""

LOSSES: dict[str, LossChoice] = {
    "contrastive": LossChoice(1.0, "distance", _contrastive),
    "contrastive-squared": LossChoice(1.0, "distance", _squared),
    # FaceNet (Schroff, Kalenichenko and Philbin, arXiv 1503.03832), but with plain distances instead of squared ones.
    "triplet": LossChoice(0.2, "difference of distances", _triplet),
    # Wang et al., arXiv 1904.06627: the margin is λ, the similarity around which pairs weigh most.
    "multi-similarity": LossChoice(0.5, "cosine", _multi_similarity),
    # Deng et al., arXiv 1801.07698.
    "arcface": LossChoice(0.5, "radians", _arcface),
}


def build_loss(name: str, margin: float | None = None, people: int = 0) -> BatchLoss:
    """The loss of that name: one of `LOSSES`, or "none", which is always 0, for training by a teacher alone.

    margin: by default the loss's own. people: number of people in the training, for "arcface", which learns a centre
    for each. Raises ValueError for an unknown name, listing those there are, and for a margin that is not above 0.
    """
    if name == "none":
        return BatchLoss(_Nothing())
    if name not in LOSSES:
        raise ValueError(f"there is no loss {name!r}: choose one of {', '.join(LOSSES)}")
    choice = LOSSES[name]
    if margin is not None and not (math.isfinite(margin) and margin > 0):
        raise ValueError(f"the margin must be above 0, not {margin:g}")
    return choice.make(choice.margin if margin is None else margin, people)
