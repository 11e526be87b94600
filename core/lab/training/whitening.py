"""A whitened cosine, which gives less weight to what differs between pictures of one person; in closed form.

Within-class covariance normalisation (Hatch, Kajarekar and Stolcke, Interspeech 2006) divides each direction by how
much one person's embeddings vary in it, over clean and degraded pictures, so that what a poor camera changes counts
less. Here it is applied halfway (the fourth root of the inverse covariance instead of the square root): applied fully,
it removes as much of what tells people apart.
"""

import numpy as np

from core.errors import PhotoError
from core.lab.evaluation.calibration import centre_of
from core.lab.evaluation.people import LabelledFaces
from core.lab.training.metric_learning import LearnedMetric, within_people
from core.lab.training.validation import validate
from core.matching.metric import Metric
from core.matching.vectors import inverse_covariance

PART = 0.5
"""Strength of the whitening, from 0 (none) to 1 (full)."""


def whitened_cosine(faces: LabelledFaces, validation: LabelledFaces, *, part: float = PART) -> LearnedMetric:
    """The cosine centred on the mean of `faces`, after W = Σ^(−part/2), where Σ is the shrunk within-person covariance.

    part: strength of the whitening, 0 to 1. Raises PhotoError when nobody has two pictures, ValueError when there are
    too few people to validate on (see `validate`).
    """
    within = within_people(faces)
    if not len(within):
        raise PhotoError(
            f"{faces.folder} has nobody with two pictures: the metric is computed from how pictures of one person "
            "differ."
        )
    values, directions = np.linalg.eigh(inverse_covariance(within))
    weight = (directions * values ** (part / 2)) @ directions.T
    # Only the angle counts, so the scale is free: choose one at which W preserves lengths on average.
    weight /= np.sqrt((weight**2).sum() / len(weight))
    metric = Metric.whitened(centre_of(faces), weight)
    return LearnedMetric(metric, validate(validation, Metric.euclidean()), validate(validation, metric), ())
