"""Nearest neighbours, the impostor curve and the threshold, the decision."""

from core.matching.curve import ImpostorCurve
from core.matching.decision import decide
from core.matching.index import Index
from core.matching.threshold import DEFAULT_RATE, threshold_for

__all__ = ["DEFAULT_RATE", "ImpostorCurve", "Index", "decide", "threshold_for"]
