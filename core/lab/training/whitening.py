"""A cosine that trusts least what differs between pictures of one person, in closed form: nothing to train.

Within-class covariance normalisation (Hatch, Kajarekar and Stolcke, Interspeech 2006) divides by how much one person's
embeddings vary in each direction, clean and poor pictures together, so that what a poor camera changes counts less.
Half of it is done (the fourth root of the inverse covariance instead of the square root): whole, it takes as much away
from what tells people apart.
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
"""How far to go, 0 not at all, 1 wholly."""


def whitened_cosine(faces: LabelledFaces, validation: LabelledFaces, *, part: float = PART) -> LearnedMetric:
    """The cosine seen from the mean of `faces`, after W = Σ^(−part/2), Σ the shrunk covariance within people.

    Raises PhotoError when nobody has two pictures, ValueError when the validation people don't suffice to measure by.
    """
    within = within_people(faces)
    if not len(within):
        raise PhotoError(f"{faces.folder} has nobody with two pictures: a metric needs what differs between them.")
    values, directions = np.linalg.eigh(inverse_covariance(within))
    weight = (directions * values ** (part / 2)) @ directions.T
    # Only the angle counts, so the scale is free: one at which W leaves lengths as they are on average.
    weight /= np.sqrt((weight**2).sum() / len(weight))
    metric = Metric.whitened(centre_of(faces), weight)
    return LearnedMetric(metric, validate(validation, Metric.euclidean()), validate(validation, metric), ())
