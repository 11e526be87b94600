"""Validation after each epoch: how well an encoder tells apart people whom it was not trained on."""

from dataclasses import dataclass

import numpy as np

from core.lab.evaluation.one_shot import one_shot
from core.lab.evaluation.pairs import all_pairs, pair_similarities
from core.lab.evaluation.people import LabelledFaces
from core.lab.evaluation.roc import equal_error_rate, operating_points
from core.matching.metric import Metric

MOST_FACES = 4000
"""Most faces used; from more, this many are taken at regular intervals."""
WAYS, TRIALS = 10, 4000
"""People to choose from in a one-shot trial, and number of trials."""


@dataclass(frozen=True, slots=True)
class Validation:
    """Results on the validation people."""

    eer: float
    """Equal error rate over all pairs, 0 to 1."""
    one_shot: float
    """One-shot accuracy, 0 to 1: share of trials in which the right person's single photo is the closest."""
    ways: int
    """People to choose from in each trial: ten, or all who have two pictures if they are fewer."""

    @property
    def errors(self) -> float:
        """Sum of both error rates, by which encoders and metrics are ranked; lower is better."""
        return self.eer + 1 - self.one_shot


def validate(faces: LabelledFaces, metric: Metric | None = None, *, seed: int = 0) -> Validation:
    """Verification on all pairs, and one-shot classification.

    metric: by default Euclidean. seed: determines the trials, so that epochs are compared on the same ones. Raises
    ValueError when fewer than two people have two pictures.
    """
    rows = np.unique(np.linspace(0, len(faces.names) - 1, min(len(faces.names), MOST_FACES)).astype(int))
    projected = (metric or Metric.euclidean()).project(faces.embeddings[rows])
    names = faces.names[rows]
    several = int((np.unique(names, return_counts=True)[1] > 1).sum())
    if several < 2:
        raise ValueError("validation needs at least two people with two pictures each")
    pairs = all_pairs(names)
    similarities = pair_similarities(projected, pairs)
    ways = min(WAYS, several)
    won = one_shot(projected, names, ways, trials=TRIALS, seed=seed)
    return Validation(equal_error_rate(operating_points(similarities, pairs.same)), won.accuracy, ways)
