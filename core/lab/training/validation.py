"""How well an encoder tells people apart whom it never saw: after each epoch, to know when to stop."""

from dataclasses import dataclass

import numpy as np

from core.lab.evaluation.one_shot import one_shot
from core.lab.evaluation.pairs import all_pairs, pair_similarities
from core.lab.evaluation.people import LabelledFaces
from core.lab.evaluation.roc import equal_error_rate, operating_points
from core.matching.metric import Metric

MOST_FACES = 4000
"""Of more, so many are taken at even steps."""
WAYS, TRIALS = 10, 4000


@dataclass(frozen=True, slots=True)
class Validation:
    """Figures on the validation people."""

    eer: float
    """Equal error rate of all pairs, 0 to 1."""
    one_shot: float
    """Share of trials, 0 to 1, in which of ten people's single photos the right one is the closest."""
    ways: int
    """Ten, or as many people as have two pictures."""

    @property
    def errors(self) -> float:
        """Of both kinds together: what the better of two has fewer of."""
        return self.eer + 1 - self.one_shot


def validate(faces: LabelledFaces, metric: Metric | None = None, *, seed: int = 0) -> Validation:
    """Verification of every pair, and one-shot identification.

    metric: by default Euclid's. The trials follow from the seed, so that epochs are compared on the same ones.
    Raises ValueError with fewer than two people who have two pictures.
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
