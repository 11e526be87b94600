"""Which promises an encoder can keep and still name somebody: a threshold above 1 is reached by nobody."""

import math
from dataclasses import dataclass

from core.matching.curve import ImpostorCurve

RATES = (1e-2, 1e-3, 1e-4)
"""Of strangers named, as users choose among them."""
MOST_PHOTOS = 1_000_000
"""A larger gallery is of no concern."""
GREATEST = 1.0
"""Similarity of a face with itself, by any metric."""


@dataclass(frozen=True, slots=True)
class Reach:
    """In galleries of which size somebody can be named at a rate."""

    rate: float
    """Share of strangers that may be named, 0 to 1."""
    photos: int | None
    """Enrolled, at most; 0 where even one is too many, None where `MOST_PHOTOS` are not."""


def reach_of(curve: ImpostorCurve) -> tuple[Reach, ...]:
    """For each of `RATES`. An encoder measured on few people may reach none of them: the curve's fitted tail then has
    not come down when similarity has come to its end."""
    least = curve.false_match_rate(GREATEST)
    return tuple(Reach(rate, _photos(rate, least)) for rate in RATES)


def _photos(rate: float, least: float) -> int | None:
    """Inverse of `threshold_for`: the size at which the false-match rate asked for is the least there is."""
    if least >= 1:
        return 0
    photos = math.floor(math.log1p(-rate) / math.log1p(-least) + 1e-9)
    return None if photos >= MOST_PHOTOS else photos


def told(reach: tuple[Reach, ...]) -> str:
    """One sentence on what is out of reach; empty where nothing is."""
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
        f"Nobody can be named {', '.join(parts)}: the similarity needed, as far as the curve tells, is more than 1. "
        "A curve of more people, or a better encoder, reaches further."
    )
