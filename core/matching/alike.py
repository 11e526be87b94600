"""Says in words how alike the people here are, and what that does to the similarity needed."""

from core.types import Threshold

UNSURE = 0.3
"""Confidence below which hardly anything is known of a population."""
NOTABLE = 0.02
"""Difference from the similarity needed in a mixed crowd that is worth a word."""


def why_other(threshold: Threshold) -> str:
    """Why the similarity needed here is another than in a mixed crowd; empty if it isn't, or nobody is enrolled."""
    population, crowd = threshold.population, threshold.in_a_crowd
    if population is None or crowd is None or not population.people or not threshold.reachable:
        return ""
    if threshold.similarity < crowd + NOTABLE:
        return ""
    if population.people + population.seen == 1:
        return "Nobody else is known here yet"
    return "Few people are known here yet" if population.confidence < UNSURE else "Your people are more alike than most"


def told(threshold: Threshold) -> str:
    """The same as a sentence, with both similarities; or empty."""
    why = why_other(threshold)
    return f"{why}: {threshold.similarity:.2f} is needed instead of {threshold.in_a_crowd:.2f}." if why else ""
