"""The rates at which an encoder can name somebody at all: a threshold above 1 can't be reached by any face."""

import math
from dataclasses import dataclass

from core.matching.curve import ImpostorCurve

RATES = (1e-2, 1e-3, 1e-4)
"""Shares of strangers named that users choose from."""
MOST_PHOTOS = 1_000_000
"""Size of a gallery beyond which a limit doesn't matter."""
GREATEST = 1.0
"""Similarity of a face to itself, in any metric."""


@dataclass(frozen=True, slots=True)
class Reach:
    """The largest gallery in which somebody can be named at a given rate."""

    rate: float
    """Share of strangers that may be named, 0 to 1."""
    photos: int | None
    """Enrolled photos at most; 0 if even one is too many, None if even `MOST_PHOTOS` aren't."""


def reach_of(curve: ImpostorCurve) -> tuple[Reach, ...]:
    """The reach at each of `RATES`.

    An encoder measured on few people may reach none of them, when the fitted tail of its curve is still too high at the
    greatest similarity.
    """
    least = curve.false_match_rate(GREATEST)
    return tuple(Reach(rate, _photos(rate, least)) for rate in RATES)


def _photos(rate: float, least: float) -> int | None:
    """The inverse of `threshold_for`: the size of gallery that requires a false-match rate of `least`."""
    if least >= 1:
        return 0
    photos = math.floor(math.log1p(-rate) / math.log1p(-least) + 1e-9)
    return None if photos >= MOST_PHOTOS else photos


def told(reach: tuple[Reach, ...]) -> str:
    """What is out of reach, for the user; empty if nothing is."""
    parts = [
        f"at 1 in {round(1 / each.rate):,} "
        + (f"among more than {each.photos:,} photo{'s' if each.photos > 1 else ''}" if each.photos else "at all")
        for each in reach
        if each.photos is not None
    ]
    if not parts:
        return ""
    if not any(each.photos is None or each.photos for each in reach):
        parts = ["at any rate up to 1 in 100"]
    return (
        f"Nobody can be named {', '.join(parts)}: by the impostor curve, that would need a similarity above 1. "
        "A curve from more people, or a better encoder, reaches further."
    )
