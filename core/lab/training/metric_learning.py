"""Learns a Mahalanobis metric, M = WᵀW, by gradient from pairs: which directions of an embedding tell people apart.

Logistic discriminant metric learning (Guillaumin, Verbeek and Schmid, ICCV 2009): a pair shows one person with
probability σ(b − D²), D = ‖W(x − y)‖, and W and b are what makes the pairs seen most likely, mated and non-mated ones
weighing the same. W is A·W₀: W₀ whitens how pictures of one person differ (their shrunk covariance, inverted), and A
begins as the identity, learns, and stays near it where pairs say little. With a dozen people that is much: 128×128
numbers learned from Euclid on would know those people by heart.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits

from core.errors import PhotoError
from core.lab.evaluation.pairs import PairRows, all_pairs
from core.lab.evaluation.people import LabelledFaces
from core.lab.training.validation import Validation, validate
from core.matching.metric import Metric
from core.matching.vectors import inverse_covariance, unit
from core.types import EMBEDDING_SIZE

STEPS = 400
RATE = 3e-3
EVERY = 20
"""Steps between two looks at the validation people."""
BATCH = 4096
"""Pairs of each kind in a step, at most."""
BIAS = 4.0
"""b, to begin with: σ(4 − D²) goes from sure to sure within the distances that occur."""
DECAY = 1e-3
"""Weight of ‖A − 1‖², so that a direction which no pair speaks of keeps its length."""

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, eq=False)
class LearnedMetric:
    """The metric with what is known of how it was learned."""

    metric: Metric
    before: Validation
    """Euclid on the validation people."""
    best: Validation
    """The learned metric on the same."""
    history: tuple[dict[str, float], ...]
    """Every `EVERY` steps: step, loss, eer, one_shot."""

    def about(self) -> dict[str, Any]:
        """For a JSON file."""
        shown = {"before": self.before, "best": self.best}
        return {when: {"eer": of.eer, "one_shot": of.one_shot, "ways": of.ways} for when, of in shown.items()}


def learn_metric(
    faces: LabelledFaces,
    validation: LabelledFaces,
    *,
    steps: int = STEPS,
    seed: int = 0,
    progress: Progress | None = None,
) -> LearnedMetric:
    """Learns from the pairs of `faces`; keeps the W that does best on the other people of `validation`.

    Raises PhotoError when there are no two pictures of one person, or only one person, ValueError when the validation
    people don't suffice to measure by.
    """
    pairs = all_pairs(faces.names, seed=seed)
    if pairs.same.all() or not pairs.same.any():
        raise PhotoError(
            f"{faces.folder} has no two people with two pictures each: a metric needs pairs of both kinds."
        )
    start = _whitening(faces)
    embeddings = torch.from_numpy(unit(faces.embeddings) @ start.T)
    generator = np.random.default_rng(seed)
    # A distance at which mated and non-mated pairs part: there b − D² is to change its sign.
    embeddings *= _scale(embeddings, pairs)
    weight = torch.nn.Parameter(torch.eye(EMBEDDING_SIZE))
    bias = torch.nn.Parameter(torch.tensor(BIAS))
    optimizer = torch.optim.Adam([{"params": [weight], "lr": RATE}, {"params": [bias], "lr": 10 * RATE}])
    before = validate(validation, Metric.euclidean(), seed=seed)
    kept, best = _checked(weight, start, validation, seed)
    history: list[dict[str, float]] = [{"step": 0, "eer": best.eer, "one_shot": best.one_shot}]
    for step in range(1, steps + 1):
        loss = _loss(embeddings, weight, bias, *_draw(pairs, generator))
        loss = loss + DECAY * (weight - torch.eye(EMBEDDING_SIZE)).square().sum()
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        if progress:
            progress(step, steps)
        if step % EVERY and step != steps:
            continue
        metric, now = _checked(weight, start, validation, seed)
        history.append({"step": step, "loss": float(loss.detach()), "eer": now.eer, "one_shot": now.one_shot})
        if now.errors < best.errors:
            kept, best = metric, now
    return LearnedMetric(kept, before, best, tuple(history))


def _checked(
    weight: Tensor, start: NDArray[np.float32], validation: LabelledFaces, seed: int
) -> tuple[Metric, Validation]:
    metric = Metric.learned(weight.detach().numpy() @ start)
    return metric, validate(validation, metric, seed=seed)


def _whitening(faces: LabelledFaces) -> NDArray[np.float32]:
    """128×128, W₀: after it, pictures of one person differ alike in all directions."""
    return np.asarray(np.linalg.cholesky(inverse_covariance(within_people(faces))).T, dtype=np.float32)


def within_people(faces: LabelledFaces) -> NDArray[np.float64]:
    """n×128: how embeddings of length 1 differ from their person's mean, of everybody with two pictures or more."""
    embeddings = unit(faces.embeddings)
    _, person, pictures = np.unique(faces.names, return_inverse=True, return_counts=True)
    sums = np.zeros((len(pictures), EMBEDDING_SIZE))
    np.add.at(sums, person, embeddings)
    several = pictures[person] > 1
    return np.asarray((embeddings - (sums / pictures[:, None])[person])[several], np.float64)


def _loss(embeddings: Tensor, weight: Tensor, bias: Tensor, first: Tensor, second: Tensor, same: Tensor) -> Tensor:
    """Mean of both kinds' cross-entropies."""
    squares = ((embeddings[first] - embeddings[second]) @ weight.T).square().sum(1)
    terms = binary_cross_entropy_with_logits(bias - squares, same, reduction="none")
    return (terms * same).sum() / same.sum() + (terms * (1 - same)).sum() / (1 - same).sum()


def _draw(pairs: PairRows, random: np.random.Generator) -> tuple[Tensor, Tensor, Tensor]:
    """Some pairs of each kind: rows of the first picture, of the second, and 1 for one person or 0."""
    rows: list[NDArray[np.intp]] = []
    for kind in (pairs.same, ~pairs.same):
        of_kind = np.flatnonzero(kind)
        rows.append(random.choice(of_kind, BATCH, replace=False) if len(of_kind) > BATCH else of_kind)
    chosen = np.concatenate(rows)
    same = torch.from_numpy(pairs.same[chosen].astype(np.float32))
    return torch.from_numpy(pairs.first[chosen]), torch.from_numpy(pairs.second[chosen]), same


def _scale(embeddings: Tensor, pairs: PairRows) -> float:
    """Factor at which D² of mated and non-mated pairs lie around `BIAS`, the b that it begins with."""
    squares = (embeddings[pairs.first] - embeddings[pairs.second]).square().sum(1).numpy()
    middle = (float(squares[pairs.same].mean()) + float(squares[~pairs.same].mean())) / 2
    return float(np.sqrt(BIAS / max(middle, 1e-6)))
