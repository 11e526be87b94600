"""How well an encoder tells people apart whom it never saw: after each epoch, to know when to stop."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.evaluation.people import LabelledFaces
from core.metric import Metric

MOST_FACES = 4000
"""Of more, so many are taken at even steps: eight million pairs, a few seconds."""
WAYS, TRIALS = 10, 4000


@dataclass(frozen=True, slots=True)
class Validation:
    """Figures on the validation people."""

    eer: float
    """Equal error rate of all pairs, 0 to 1: where as many mated pairs are missed as non-mated ones are taken for mated."""
    one_shot: float
    """Share of trials, 0 to 1, in which of ten people's single photos the right one is the closest."""
    ways: int
    """Ten, or as many people as there are."""


def validate(faces: LabelledFaces, metric: Metric | None = None, *, seed: int = 0) -> Validation:
    """Verification of every pair, and one-shot identification after Lake, Salakhutdinov and Tenenbaum (2015).

    metric: by default Euclid's. The trials follow from the seed, so that epochs are compared on the same ones.
    Raises ValueError without two people, one of them with two pictures.
    """
    rows = np.unique(np.linspace(0, len(faces.names) - 1, min(len(faces.names), MOST_FACES)).astype(int))
    metric = metric or Metric.euclidean()
    projected = metric.project(faces.embeddings[rows])
    similarities = metric.similarity(projected, projected)
    person = np.unique(faces.names[rows], return_inverse=True)[1]
    same = person[:, None] == person[None]
    upper = np.triu(np.ones_like(same), 1)
    if not (same & upper).any() or same.all():
        raise ValueError("validation needs at least two people, and two pictures of one of them")
    ways = min(WAYS, int(person.max()) + 1)
    return Validation(
        equal_error_rate(similarities[same & upper], similarities[~same & upper]),
        one_shot_accuracy(similarities, person, ways, np.random.default_rng(seed)),
        ways,
    )


def equal_error_rate(mated: NDArray[np.floating], non_mated: NDArray[np.floating]) -> float:
    """Similarities of m pairs of one person and n of different people → the rate at which both errors are the same.

    Between two thresholds, where the errors cross, it is their line's; 0 to 1.
    """
    thresholds = np.unique(np.concatenate([mated, non_mated]))
    missed = np.searchsorted(np.sort(mated), thresholds, side="left") / len(mated)
    taken = 1 - np.searchsorted(np.sort(non_mated), thresholds, side="left") / len(non_mated)
    missed, taken = np.append(missed, 1.0), np.append(taken, 0.0)
    crossed = int(np.argmax(missed >= taken))
    if crossed == 0:
        return float((missed[0] + taken[0]) / 2)
    before, after = taken[crossed - 1] - missed[crossed - 1], taken[crossed] - missed[crossed]
    part = before / (before - after)
    return float(missed[crossed - 1] + part * (missed[crossed] - missed[crossed - 1]))


def one_shot_accuracy(
    similarities: NDArray[np.floating], person: NDArray[np.integer], ways: int, random: np.random.Generator
) -> float:
    """n×n similarities and whose each is → share of trials, 0 to 1, won.

    A trial: `ways` people with one photo each, and another photo of the first; won when that is closest to its own.
    """
    pictures = np.bincount(person)
    rows = np.argsort(person, kind="stable")
    first = np.cumsum(pictures) - pictures
    own = random.choice(np.flatnonzero(pictures > 1), TRIALS)
    keys = random.random((TRIALS, len(pictures)))
    keys[np.arange(TRIALS), own] = -1
    shown = np.argsort(keys, axis=1)[:, :ways]
    photo = (random.random(shown.shape) * pictures[shown]).astype(int)
    # Another of the same person's: some steps on from the one shown, not all the way round.
    steps = 1 + (random.random(TRIALS) * (pictures[own] - 1)).astype(int)
    probe = rows[first[own] + (photo[:, 0] + steps) % pictures[own]]
    scores = similarities[probe[:, None], rows[first[shown] + photo]]
    return float(np.mean(scores[:, 0] > scores[:, 1:].max(axis=1)))
