"""Where live faces stand on the map: at their distance to their neighbour, none hidden by another."""

from collections.abc import Sequence
from math import atan2, cos, hypot, pi, sin
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF

TURNS = (0, 1, -1, 2, -2, 3, -3, 4, -4)
"""Steps around its neighbour that a face may be turned, the smallest first."""
LEAST_STEP, LARGEST_STEP = 0.2, pi / 4
"""Radians."""


class Spot(NamedTuple):
    """Where a face belongs, in pixels."""

    place: QPointF
    neighbour: QPointF | None
    """The picture of the template that it is most like; None when that is not on the map."""


def places(spots: Sequence[Spot], apart: float, beside: float, area: QRectF) -> list[QPointF]:
    """One for each, in pixels.

    A face that would hide one before it is turned around its neighbour, so that its distance to it still tells what it
    should. apart: the least distance of two faces. beside: that of a face and its neighbour. area: they stay in it.
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
