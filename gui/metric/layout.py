"""The size of pictures and the places of names on the map: as many of the enrolled as fit, every live face."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QFontMetricsF

WIDEST = 130.0
"""Greatest width of a name in pixels; longer ones are elided."""
SMALLEST, LARGEST = 22, 84
"""Least and greatest side of a picture in pixels."""
FILLED = 0.5
"""Side of a picture as a share of the grid step, if the pictures lay in a grid."""
MOST_PICTURES = 1200
"""Pictures in view; if there are more, each is painted as a dot."""
GAP = 4.0
"""Pixels between a picture and its label."""

Rectangles = NDArray[np.float64]
"""n×4: left, top, right, bottom in pixels."""


def picture_side(area: QRectF, count: int) -> int:
    """The side of each of `count` pictures in view, in pixels; 0 for dots. In steps of 4, so zooming redraws less."""
    if count > MOST_PICTURES:
        return 0
    side = FILLED * (area.width() * area.height() / max(count, 1)) ** 0.5
    return int(min(max(side, SMALLEST), LARGEST)) // 4 * 4


def around(points: NDArray[np.floating], side: float) -> Rectangles:
    """n×2 centres → n squares of that side."""
    return np.hstack([points - side / 2, points + side / 2]).astype(np.float64)


def place_labels(
    points: NDArray[np.floating],
    side: float,
    names: Sequence[str],
    metrics: QFontMetricsF,
    area: QRectF,
    taken: Rectangles,
) -> list[tuple[QRectF, str]]:
    """Places the names that overlap no picture, no other name and nothing `taken`; leaves out the others.

    points: n×2 centres of the pictures in pixels, the most important first. side: of the pictures. Returns where each
    name is painted, and its text.
    """
    occupied = np.vstack([around(points, side), taken, np.zeros((len(points), 4))])
    used = len(points) + len(taken)
    placed = []
    for (x, y), name in zip(points.tolist(), names, strict=True):
        text = metrics.elidedText(name, Qt.TextElideMode.ElideRight, WIDEST)
        width = metrics.horizontalAdvance(text) + 2
        label = QRectF(x - width / 2, y + side / 2 + 1, width, metrics.height())
        edges = (label.left(), label.top(), label.right(), label.bottom())
        if area.contains(label) and not _overlaps(occupied[:used], edges):
            occupied[used] = edges
            used += 1
            placed.append((label, text))
    return placed


def beside(picture: QRectF, size: QSizeF, taken: Sequence[QRectF], area: QRectF) -> QRectF:
    """Places a label above, below, right or left of a picture, where it hides least of what is `taken`."""
    places = (
        QPointF(picture.center().x() - size.width() / 2, picture.top() - size.height() - GAP),
        QPointF(picture.center().x() - size.width() / 2, picture.bottom() + GAP),
        QPointF(picture.right() + GAP, picture.center().y() - size.height() / 2),
        QPointF(picture.left() - size.width() - GAP, picture.center().y() - size.height() / 2),
    )
    labels = [_inside(QRectF(place, size), area) for place in places]
    return min(labels, key=lambda label: _hidden(label, [*taken, picture]))


def _inside(label: QRectF, area: QRectF) -> QRectF:
    left = max(min(label.left(), area.right() - label.width()), area.left())
    top = max(min(label.top(), area.bottom() - label.height()), area.top())
    return QRectF(QPointF(left, top), label.size())


def _hidden(label: QRectF, taken: Sequence[QRectF]) -> float:
    """Area that a label hides, in square pixels."""
    shared = [label.intersected(there) for there in taken]
    return sum(common.width() * common.height() for common in shared)


def _overlaps(rectangles: Rectangles, edges: tuple[float, float, float, float]) -> bool:
    left, top, right, bottom = edges
    apart = (
        (rectangles[:, 0] >= right)
        | (rectangles[:, 2] <= left)
        | (rectangles[:, 1] >= bottom)
        | (rectangles[:, 3] <= top)
    )
    return not bool(apart.all())
