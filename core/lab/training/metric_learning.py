"""Learns a Mahalanobis metric, M = WᵀW, from pairs by gradient descent: which directions of an embedding tell people
apart.

Logistic discriminant metric learning (Guillaumin, Verbeek and Schmid, ICCV 2009): a pair shows one person with
probability σ(b − D²), where D = ‖W(x − y)‖. W and b maximise the likelihood of the training pairs; mated and non-mated
pairs weigh the same in all.

W = A·W₀. W₀ whitens the differences between pictures of one person (by the inverse of their shrunk covariance). A
starts as the identity, is learned, and stays near the identity in directions that the pairs say little about. With a
dozen people that matters much: 128×128 numbers learned from scratch would overfit to them.
"""

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
from core.lab.progress import Progress
from core.lab.training.validation import Validation, validate
from core.matching.metric import Metric
from core.matching.vectors import inverse_covariance, unit
from core.types import EMBEDDING_SIZE

STEPS = 400
"""Gradient steps."""
RATE = 3e-3
"""Learning rate of A; that of b is ten times as high."""
EVERY = 20
"""Steps between two validations."""
BATCH = 4096
"""Most pairs of each kind in a step."""
BIAS = 4.0
"""Initial value of b: σ(4 − D²) then goes from almost 1 to almost 0 within the distances that occur."""
DECAY = 1e-3
"""Weight of the penalty ‖A − I‖², which leaves directions as they are unless pairs say otherwise."""


@dataclass(frozen=True, slots=True, eq=False)
class LearnedMetric:
    """A learned metric, with its validation."""

    metric: Metric
    before: Validation
    """Validation of the Euclidean metric."""
    best: Validation
    """Validation of the learned metric, on the same people."""
    history: tuple[dict[str, float], ...]
    """Figures of each validation, every `EVERY` steps: step, loss, eer, one_shot."""

    def about(self) -> dict[str, Any]:
        """The validation as a record for JSON."""
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
    """Learns from all pairs of `faces`, and keeps the W that does best on the other people in `validation`.

    Raises PhotoError when `faces` lacks mated or non-mated pairs, ValueError when there are too few people to validate
    on (see `validate`).
    """
    pairs = all_pairs(faces.names, seed=seed)
    if pairs.same.all() or not pairs.same.any():
        raise PhotoError(
            f"{faces.folder} doesn't give pairs of both kinds: give two or more people, one of them at least with "
            "several pictures."
        )
    start = _whitening(faces)
    embeddings = torch.from_numpy(unit(faces.embeddings) @ start.T)
    generator = np.random.default_rng(seed)
    # Scaled so that b − D² changes its sign at the distance that separates mated from non-mated pairs.
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
    """W₀, 128×128: after it, pictures of one person vary equally in all directions."""
    return np.asarray(np.linalg.cholesky(inverse_covariance(within_people(faces))).T, dtype=np.float32)


def within_people(faces: LabelledFaces) -> NDArray[np.float64]:
    """Deviations of normalised embeddings from their person's mean, n×128, for everybody with two or more pictures."""
    embeddings = unit(faces.embeddings)
    _, person, pictures = np.unique(faces.names, return_inverse=True, return_counts=True)
    sums = np.zeros((len(pictures), EMBEDDING_SIZE))
    np.add.at(sums, person, embeddings)
    several = pictures[person] > 1
    return np.asarray((embeddings - (sums / pictures[:, None])[person])[several], np.float64)


def _loss(embeddings: Tensor, weight: Tensor, bias: Tensor, first: Tensor, second: Tensor, same: Tensor) -> Tensor:
    """Sum of the mean cross-entropies of mated and of non-mated pairs."""
    squares = ((embeddings[first] - embeddings[second]) @ weight.T).square().sum(1)
    terms = binary_cross_entropy_with_logits(bias - squares, same, reduction="none")
    return (terms * same).sum() / same.sum() + (terms * (1 - same)).sum() / (1 - same).sum()


def _draw(pairs: PairRows, random: np.random.Generator) -> tuple[Tensor, Tensor, Tensor]:
    """Up to `BATCH` random pairs of each kind: rows of the first and second pictures, and 1 if mated, else 0."""
    rows: list[NDArray[np.intp]] = []
    for kind in (pairs.same, ~pairs.same):
        of_kind = np.flatnonzero(kind)
        rows.append(random.choice(of_kind, BATCH, replace=False) if len(of_kind) > BATCH else of_kind)
    chosen = np.concatenate(rows)
    same = torch.from_numpy(pairs.same[chosen].astype(np.float32))
    return torch.from_numpy(pairs.first[chosen]), torch.from_numpy(pairs.second[chosen]), same


def _scale(embeddings: Tensor, pairs: PairRows) -> float:
    """Factor that puts `BIAS` midway between the mean D² of mated and of non-mated pairs."""
    squares = (embeddings[pairs.first] - embeddings[pairs.second]).square().sum(1).numpy()
    middle = (float(squares[pairs.same].mean()) + float(squares[~pairs.same].mean())) / 2
    return float(np.sqrt(BIAS / max(middle, 1e-6)))
