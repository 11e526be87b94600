"""Makes a cosine blind to what hides faces: masks, dark glasses, shadow, noise.

Two people in masks resemble each other by their masks. Such a covering adds nearly the same to everybody's embedding,
so the mean difference between hidden and plain crops is a direction that says nothing about identity. It is projected
out (`Metric.blind_to`). Some similarity remains, as hidden faces also scatter more. It is subtracted in proportion to
how hidden both faces are (`core/matching/obscurity.py`), by so much that different people hidden alike match as rarely
as they do in plain pictures.
"""

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from core.encoder.encoder import Encoder
from core.lab.dataset.face_set import FaceSet
from core.lab.degradation.hidden import HIDINGS
from core.lab.evaluation.people import LabelledFaces
from core.lab.training.metric_learning import LearnedMetric
from core.lab.training.validation import validate
from core.matching.metric import COSINES, Metric
from core.matching.obscurity import Obscurity
from core.matching.vectors import unit
from core.types import Image

RATE = 0.01
"""False-match rate at which the surplus is measured."""
LEAST_ADDED = 0.1
"""Least length of what hiding adds in a direction, relative to embeddings of length 1, for the direction to be
projected out. Over 700 people, the eight ways of hiding add 0.14 to 0.5 in eight directions; chance adds 0.03."""
MOST_SURPLUS = 0.3
"""Upper bound of the search for the surplus."""
REGULARISATION = 0.3
"""Inverse regularisation strength, scikit-learn's C, chosen for 128 numbers per face and a few hundred people."""

Embed = Callable[[NDArray[np.uint8]], NDArray[np.float32]]
"""Crops, n×168×168×3 BGR → raw embeddings, n×128."""


def hidden_embeddings(
    crops: NDArray[np.uint8], embed: Embed, seed: int = 0, progress: Callable[[int, int], None] | None = None
) -> dict[str, NDArray[np.float32]]:
    """Embeddings of the crops after each way of hiding, n×128, by its name. crops: n×168×168×3 BGR."""
    found = {}
    for number, (name, hide) in enumerate(HIDINGS.items()):
        if progress:
            progress(number, len(HIDINGS))
        rng = np.random.default_rng([seed, number])
        found[name] = embed(np.stack([_hidden(crop, hide, rng) for crop in crops]))
    if progress:
        progress(len(HIDINGS), len(HIDINGS))
    return found


def blind_cosine(
    metric: Metric, plain: NDArray[np.float32], hidden: Mapping[str, NDArray[np.float32]], seed: int = 0
) -> Metric:
    """Makes a cosine blind to what hides faces.

    metric: a cosine. plain: raw embeddings of one picture of each of n people, n×128. hidden: of the same pictures,
    hidden in several ways, by name. The surplus is measured on half of the people, with directions learned from the
    other half; the final directions are learned from all. Raises ValueError for fewer than 40 people, or a metric that
    isn't a cosine.
    """
    if metric.kind not in COSINES:
        raise ValueError(f"only a cosine can be made blind to what hides faces, not {metric.kind}")
    metric = Metric(metric.kind, metric.centre, metric.weight)
    people = len(plain)
    if people < 40:
        raise ValueError(f"learning what hides faces takes at least 40 people, not {people}")
    halves = np.array_split(np.random.default_rng(seed).permutation(people), 2)
    first, second = ((plain[rows], {name: embeddings[rows] for name, embeddings in hidden.items()}) for rows in halves)
    tried = metric.blind_to(_directions(metric, *first), _obscurity(*first, surplus=0.0))
    surplus = _surplus(tried, *second)
    return metric.blind_to(_directions(metric, plain, hidden), _obscurity(plain, hidden, surplus=surplus))


def learn_blind_cosine(
    encoder: Encoder,
    faces: FaceSet,
    validation: LabelledFaces,
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> LearnedMetric:
    """Makes the encoder's own cosine blind to what hides faces, learning from the first picture of each person.

    An encoder without a curve gets a centred cosine first. Raises ValueError like `blind_cosine`.
    """
    crops = np.asarray(faces.crops[np.sort(np.unique(faces.names, return_index=True)[1])])
    plain = encoder.embed(crops)
    curve = encoder.checkpoint.curve
    begun = curve.metric if curve else Metric.cosine(unit(plain).mean(axis=0))
    metric = blind_cosine(begun, plain, hidden_embeddings(crops, encoder.embed, seed, progress), seed)
    return LearnedMetric(metric, validate(validation, Metric.euclidean()), validate(validation, metric), ())


def _hidden(crop: Image, hide: Callable[[Image, np.random.Generator], Image], rng: np.random.Generator) -> Image:
    return hide(np.ascontiguousarray(crop), rng)


def _directions(
    metric: Metric, plain: NDArray[np.float32], hidden: Mapping[str, NDArray[np.float32]]
) -> NDArray[np.float64]:
    """Orthonormal directions that hiding adds to projected embeddings on average, k×d."""
    middle = metric.project(plain).mean(axis=0)
    added = np.stack([metric.project(embeddings).mean(axis=0) - middle for embeddings in hidden.values()])
    _, lengths, directions = np.linalg.svd(added.astype(np.float64), full_matrices=False)
    return np.asarray(directions[lengths >= LEAST_ADDED])


def _obscurity(plain: NDArray[np.float32], hidden: Mapping[str, NDArray[np.float32]], *, surplus: float) -> Obscurity:
    from sklearn.linear_model import LogisticRegression

    faces = unit(np.concatenate([plain, *hidden.values()]))
    is_hidden = np.repeat([0, 1], [len(plain), len(faces) - len(plain)])
    # Scales embeddings of length 1 to a standard deviation of about 1, as the regularisation expects.
    scale = float(np.sqrt(faces.shape[1]))
    model = LogisticRegression(C=REGULARISATION / scale, class_weight="balanced", max_iter=2000)
    model.fit(faces * scale, is_hidden)
    weights = (model.coef_[0] * scale).astype(np.float32)
    return Obscurity(weights, float(model.intercept_[0]), surplus)


def _surplus(metric: Metric, plain: NDArray[np.float32], hidden: Mapping[str, NDArray[np.float32]]) -> float:
    """The surplus at which pairs of different people hidden alike match at `RATE`, averaged over the ways of hiding."""
    pairs = np.triu_indices(len(plain), 1)
    projected = metric.project(plain)
    needed = float(np.quantile(metric.similarity(projected, projected)[pairs], 1 - RATE))
    each = []
    for embeddings in hidden.values():
        projected = metric.project(embeddings)
        how = projected[:, -1]
        each.append((metric.similarity(projected, projected)[pairs], (how[:, None] * how[None])[pairs]))

    def named(surplus: float) -> float:
        return float(np.mean([np.mean(alike - surplus * both >= needed) for alike, both in each]))

    low, high = 0.0, MOST_SURPLUS
    for _ in range(20):
        middle = (low + high) / 2
        low, high = (middle, high) if named(middle) > RATE else (low, middle)
    return round(high, 4)
