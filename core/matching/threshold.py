"""The threshold is a promise: the rate at which strangers may be named, among so many enrolled."""

import math

from core.matching.curve import ImpostorCurve
from core.types import Threshold

SURE = 0.1
"""A name is sure where it would also be given at this share of the rate."""


def threshold_for(curve: ImpostorCurve, rate: float, size: int) -> Threshold:
    """The similarity from which a face may be named when it is looked up among `size` templates.

    A stranger stays unnamed if all `size` comparisons do: 1 − rate = (1 − FMR)^size (Grother and Ngan, NIST IR 8009),
    so the curve is read at FMR = 1 − (1 − rate)^(1/size). rate: 0 to 1, both excluded.
    """
    if not 0 < rate < 1:
        raise ValueError(f"a rate lies between 0 and 1, not {rate}")
    size = max(size, 1)
    each = _each(rate, size)
    return Threshold(
        similarity=curve.similarity_at(each),
        rate=rate,
        size=size,
        encoder=curve.encoder,
        metric=curve.metric.id,
        sure=curve.similarity_at(_each(rate * SURE, size)),
        counted=each >= curve.counted_to,
    )


def _each(rate: float, size: int) -> float:
    """The false-match rate of each of `size` comparisons at which one stranger in 1/rate is named."""
    return -math.expm1(math.log1p(-rate) / size)
