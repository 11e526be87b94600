"""Places live faces on the map at their distance from their nearest neighbour, so that none hides another."""

from collections.abc import Sequence
from math import atan2, cos, hypot, pi, sin
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF

TURNS = (0, 1, -1, 2, -2, 3, -3, 4, -4)
"""Steps by which a face may be turned around its neighbour, in the order tried."""
LEAST_STEP, LARGEST_STEP = 0.2, pi / 4
"""Least and largest step in radians."""


class Spot(NamedTuple):
    """Where a face belongs, in pixels."""

    place: QPointF
    neighbour: QPointF | None
    """Centre of its nearest neighbour's picture; None if that is not on the map."""


def places(spots: Sequence[Spot], apart: float, beside: float, area: QRectF) -> list[QPointF]:
    """Returns each face's centre in pixels.

    A face that would hide an earlier one is turned around its neighbour, which keeps its distance. apart: least
    distance between two faces. beside: least distance between a face and its neighbour. area: faces stay inside it.
    """
    taken: list[QPointF] = []
    for spot in spots:
        taken.append(_free(spot, taken, apart, beside, area))
    return taken


def _free(spot: Spot, taken: Sequence[QPointF], apart: float, beside: float, area: QRectF) -> QPointF:
    if spot.neighbour is None:
        return _inside(spot.place, area)
    away = spot.place - spot.neighbour
    length = hypot(away.x(), away.y())
    angle = atan2(away.y(), away.x()) if length > 1 else -pi / 5
    length = max(length, beside)
    step = min(max(apart / length, LEAST_STEP), LARGEST_STEP)
    tried = [_inside(spot.neighbour + _turned(angle + turn * step, length), area) for turn in TURNS]
    return next((place for place in tried if all(_distance(place, there) >= apart for there in taken)), tried[0])


def _turned(angle: float, length: float) -> QPointF:
    return QPointF(cos(angle) * length, sin(angle) * length)


def _distance(one: QPointF, other: QPointF) -> float:
    return hypot(one.x() - other.x(), one.y() - other.y())


def _inside(place: QPointF, area: QRectF) -> QPointF:
    return QPointF(min(max(place.x(), area.left()), area.right()), min(max(place.y(), area.top()), area.bottom()))
