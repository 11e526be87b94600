"""The threshold as a promise: the share of strangers that may be named, for a given number of templates."""

import math

from core.matching.curve import ImpostorCurve
from core.types import Threshold

SURE = 0.1
"""A name is sure if it would also be given at this fraction of the rate."""


def threshold_for(curve: ImpostorCurve, rate: float, size: int) -> Threshold:
    """The similarity from which a face is named when it is looked up among `size` templates.

    A stranger stays unnamed if none of the `size` comparisons is a false match: 1 − rate = (1 − FMR)^size (Grother and
    Ngan, NIST IR 8009), so the curve is read at FMR = 1 − (1 − rate)^(1/size). rate: above 0, below 1; else ValueError.
    """
    if not 0 < rate < 1:
        raise ValueError(f"a rate lies between 0 and 1, not {rate}")
    size = max(size, 1)
    each = _each(rate, size)
    sure = curve.similarity_at(_each(rate * SURE, size))
    return Threshold(
        similarity=curve.similarity_at(each),
        rate=rate,
        size=size,
        encoder=curve.encoder,
        metric=curve.metric.id,
        sure=sure,
        at_first=sure,
        counted=each >= curve.counted_to,
    )


def _each(rate: float, size: int) -> float:
    """The false-match rate per comparison at which this share of strangers is named after `size` comparisons."""
    return -math.expm1(math.log1p(-rate) / size)
