"""Where the labels of faces stand: none over another or over the middle of a face, where there is room; and calmly."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSizeF

GAP = 6.0
"""Pixels between a face's frame and its label."""
MIDDLE = 0.25
"""From here to the same share before the other side, a face is its middle: eyes, nose and mouth."""
NEAR = 11
"""Places at a face, the best first; see `_beside`."""
STEP = 16.0
"""Pixels between two places that are tried where none beside the face is free."""

Boxes = NDArray[np.float64]
"""n×4: left, top, right, bottom in pixels."""


class Labelled(NamedTuple):
    """A face that needs a label."""

    key: int | None
    """The same for the same face of later frames; None without such."""
    box: QRectF
    size: QSizeF
    """Of the label."""


class LabelPlaces:
    """Remembers where each label stood, and leaves it there as long as it hides nothing."""

    def __init__(self) -> None:
        self._last: dict[int, int | QPointF] = {}
        """Number of the place beside the face; or, of a label that found none, how far it is from the face's middle."""

    def place(self, faces: Sequence[Labelled], bounds: QRectF) -> list[QRectF]:
        """A rectangle for each label, inside bounds if it fits. The faces known longest choose first."""
        order = sorted(range(len(faces)), key=lambda number: (faces[number].key is None, faces[number].key or 0))
        boxes = np.array([_edges(face.box) for face in faces]).reshape(-1, 4)
        middles = boxes + MIDDLE * (boxes[:, 2:] - boxes[:, :2])[:, [0, 1, 0, 1]] * [1, 1, -1, -1]
        placed: dict[int, QRectF] = {}
        before, self._last = self._last, {}
        for number in order:
            face = faces[number]
            taken = np.array([_edges(label) for label in placed.values()]).reshape(-1, 4)
            last = None if face.key is None else before.get(face.key)
            place, label = _choose(face, last, bounds, taken, middles, np.delete(boxes, number, 0))
            placed[number] = label
            if face.key is not None:
                self._last[face.key] = place
        return [placed[number] for number in range(len(faces))]


def _choose(
    face: Labelled, last: int | QPointF | None, bounds: QRectF, taken: Boxes, middles: Boxes, others: Boxes
) -> tuple[int | QPointF, QRectF]:
    near = _beside(face, bounds)
    free = _inside(near, bounds) & ~_touching(near, np.vstack([taken, middles])).any(1)
    if isinstance(last, int) and free[last]:
        return last, _label(near[last], face.size)
    clear = free & ~_touching(near, others).any(1)
    for choice in (clear, free):
        if choice.any():
            best = int(np.argmax(choice))
            return best, _label(near[best], face.size)
    return _anywhere(face, last, bounds, np.vstack([taken, middles]), near, taken)


def _anywhere(
    face: Labelled, last: int | QPointF | None, bounds: QRectF, full: Boxes, near: Boxes, taken: Boxes
) -> tuple[int | QPointF, QRectF]:
    """The free place that is closest to the face; without one, beside it where least of another label is hidden."""
    middle = face.box.center()
    if isinstance(last, QPointF):
        kept = np.array([_edges(QRectF(middle + last, face.size))])
        if _inside(kept, bounds)[0] and not _touching(kept, full).any():
            return last, _label(kept[0], face.size)
    left, top = np.meshgrid(
        np.arange(bounds.left(), bounds.right() - face.size.width(), STEP),
        np.arange(bounds.top(), bounds.bottom() - face.size.height(), STEP),
    )
    corners = np.column_stack([left.ravel(), top.ravel()])
    tried = np.hstack([corners, corners + np.array([face.size.width(), face.size.height()])])
    tried = tried[~_touching(tried, full).any(1)]
    if len(tried):
        away = np.hypot(*((tried[:, :2] + tried[:, 2:]) / 2 - [middle.x(), middle.y()]).T)
        label = _label(tried[int(np.argmin(away))], face.size)
        return label.topLeft() - middle, label
    best = int(np.argmin(_hidden(near, taken) + 1e6 * ~_inside(near, bounds)))
    label = _label(near[best], face.size)
    left = max(min(label.left(), bounds.right() - label.width()), bounds.left())
    top = max(min(label.top(), bounds.bottom() - label.height()), bounds.top())
    return best, QRectF(QPointF(left, top), face.size)


def _beside(face: Labelled, bounds: QRectF) -> Boxes:
    """NEAR×4: above and below, at the middle or a side, pushed into bounds; right and left; within the frame."""
    box, width, height = face.box, face.size.width(), face.size.height()
    middle, at_left, at_right = box.center().x() - width / 2, box.left(), box.right() - width
    above, below = box.top() - height - GAP, box.bottom() + GAP
    right, left = box.right() + GAP, box.left() - width - GAP
    upright = [
        (middle, above),
        (middle, below),
        (at_left, above),
        (at_right, above),
        (at_left, below),
        (at_right, below),
    ]
    least, most = bounds.left() + 2, max(bounds.right() - width - 2, bounds.left() + 2)
    corners = [(min(max(x, least), most), y) for x, y in upright]
    corners += [(right, box.top()), (left, box.top()), (right, box.bottom() - height)]
    corners += [(middle, box.top() + GAP / 2), (middle, box.bottom() - height - GAP / 2)]
    places = np.array(corners)
    return np.hstack([places, places + np.array([width, height])])


def _edges(rectangle: QRectF) -> tuple[float, float, float, float]:
    return rectangle.left(), rectangle.top(), rectangle.right(), rectangle.bottom()


def _label(edges: NDArray[np.float64], size: QSizeF) -> QRectF:
    return QRectF(QPointF(float(edges[0]), float(edges[1])), size)


def _inside(boxes: Boxes, bounds: QRectF) -> NDArray[np.bool_]:
    left, top, right, bottom = _edges(bounds)
    fits = (boxes[:, 0] >= left) & (boxes[:, 1] >= top) & (boxes[:, 2] <= right) & (boxes[:, 3] <= bottom)
    return np.asarray(fits, np.bool_)


def _touching(boxes: Boxes, others: Boxes) -> NDArray[np.bool_]:
    """n×m: which of n boxes overlap which of m others."""
    apart = (boxes[:, None, :2] >= others[None, :, 2:]) | (boxes[:, None, 2:] <= others[None, :, :2])
    return np.asarray(~apart.any(2), np.bool_)


def _hidden(boxes: Boxes, others: Boxes) -> NDArray[np.float64]:
    """n: square pixels of the others that each of the boxes hides."""
    shared = np.minimum(boxes[:, None, 2:], others[None, :, 2:]) - np.maximum(boxes[:, None, :2], others[None, :, :2])
    return np.asarray(np.maximum(shared, 0).prod(2).sum(1), np.float64)
