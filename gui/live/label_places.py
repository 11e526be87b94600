"""Places the labels of faces: apart from each other, off the middle of faces if there is room, and without jumping."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSizeF

GAP = 6.0
"""Pixels between a face's frame and its label."""
MIDDLE = 0.25
"""Share of a face's box cut off on each side to leave its middle: eyes, nose and mouth."""
NEAR = 11
"""Number of places at a face; see `_beside`."""
STEP = 12.0
"""Pixels between places tried if none at the face is free."""
FARTHEST = 2.0
"""Greatest distance of a label from its face's centre, in sizes of the face; half the label's width is added."""
EASE = 30.0
"""Pixels that must be free around a full label before it replaces a short one."""

Boxes = NDArray[np.float64]
"""n×4: left, top, right, bottom in pixels."""


class Labelled(NamedTuple):
    """A face that needs a label."""

    key: int | None
    """Identifies the face from frame to frame; None if it can't be followed."""
    box: QRectF
    size: QSizeF
    """Size of its full label in device-independent pixels."""
    short: QSizeF
    """Size of its short label, for a crowd."""


class Placed(NamedTuple):
    """Where a label is painted."""

    rectangle: QRectF
    short: bool
    """Whether there was room only for the short label."""


class _Last(NamedTuple):
    """Where a label was in the last frame."""

    place: int | QPointF
    """Number of the place at the face; else the label's top left corner relative to the face's centre."""
    short: bool


class LabelPlaces:
    """Remembers where each label was, and leaves it there as long as it hides nothing."""

    def __init__(self) -> None:
        self._last: dict[int, _Last] = {}

    def place(self, faces: Sequence[Labelled], bounds: QRectF) -> list[Placed]:
        """Returns a place for each label, inside `bounds` if it fits. The faces followed longest choose first."""
        order = sorted(range(len(faces)), key=lambda number: (faces[number].key is None, faces[number].key or 0))
        boxes = np.array([_edges(face.box) for face in faces]).reshape(-1, 4)
        middles = boxes + MIDDLE * (boxes[:, 2:] - boxes[:, :2])[:, [0, 1, 0, 1]] * [1, 1, -1, -1]
        placed: dict[int, QRectF] = {}
        before, self._last = self._last, {}
        short = set[int]()
        for number in order:
            face = faces[number]
            taken = np.array([_edges(label) for label in placed.values()]).reshape(-1, 4)
            room = _Room(bounds, taken, middles, np.delete(boxes, number, 0))
            chosen, placed[number] = _choose(face, before.get(face.key) if face.key is not None else None, room)
            if chosen.short:
                short.add(number)
            if face.key is not None:
                self._last[face.key] = chosen
        return [Placed(placed[number], number in short) for number in range(len(faces))]


class _Room(NamedTuple):
    bounds: QRectF
    labels: Boxes
    middles: Boxes
    faces: Boxes
    """All faces but the one to be labelled."""

    def free(self, boxes: Boxes, ease: float = 0.0) -> NDArray[np.bool_]:
        """n: whether each box is inside, and hides neither a label nor the middle of a face. ease: pixels around it."""
        wide = boxes + np.array([-ease, -ease, ease, ease])
        hiding = _touching(wide, np.vstack([self.labels, self.middles])).any(1)
        return np.asarray(_inside(boxes, self.bounds) & ~hiding, np.bool_)

    def clear(self, boxes: Boxes) -> NDArray[np.bool_]:
        """n: whether each box overlaps no other face."""
        return np.asarray(~_touching(boxes, self.faces).any(1), np.bool_)


def _choose(face: Labelled, last: _Last | None, room: _Room) -> tuple[_Last, QRectF]:
    """Chooses a full label at the face, else a short one, else a short one near it, else where it hides least."""
    whole, short = (_beside(face.box, size, room.bounds) for size in (face.size, face.short))
    if last and last.short and not room.free(whole, EASE).any():
        kept = _kept(face, last, short, room)
        if kept:
            return kept
    if last and not last.short and isinstance(last.place, int) and room.free(whole)[last.place]:
        return last, _label(whole[last.place], face.size)
    for near, size in ((whole, face.size), (short, face.short)):
        free = room.free(near)
        for choice in (free & room.clear(near), free):
            if choice.any():
                best = int(np.argmax(choice))
                return _Last(best, size is face.short), _label(near[best], size)
    return _elsewhere(face, short, room)


def _kept(face: Labelled, last: _Last, near: Boxes, room: _Room) -> tuple[_Last, QRectF] | None:
    """The short label where it was, if that is still free."""
    if isinstance(last.place, int):
        label = _label(near[last.place], face.short)
    else:
        label = QRectF(face.box.center() + last.place, face.short)
    return (last, label) if room.free(np.array([_edges(label)]))[0] else None


def _elsewhere(face: Labelled, near: Boxes, room: _Room) -> tuple[_Last, QRectF]:
    """The free place closest to the face; else the place at the face that hides least of other labels."""
    middle, width, height = face.box.center(), face.short.width(), face.short.height()
    far = FARTHEST * max(face.box.width(), face.box.height()) + width / 2
    left, top = np.meshgrid(np.arange(-far, far, STEP), np.arange(-far, far, STEP))
    corners = np.column_stack([left.ravel() + middle.x() - width / 2, top.ravel() + middle.y() - height / 2])
    tried = np.hstack([corners, corners + np.array([width, height])])
    tried = tried[room.free(tried)]
    if len(tried):
        away = np.hypot(*((tried[:, :2] + tried[:, 2:]) / 2 - [middle.x(), middle.y()]).T)
        label = _label(tried[int(np.argmin(away))], face.short)
        return _Last(label.topLeft() - middle, True), label
    bounds = room.bounds
    best = int(np.argmin(_hidden(near, room.labels) + 1e6 * ~_inside(near, bounds)))
    label = _label(near[best], face.short)
    x = max(min(label.left(), bounds.right() - width), bounds.left())
    y = max(min(label.top(), bounds.bottom() - height), bounds.top())
    return _Last(best, True), QRectF(QPointF(x, y), face.short)


def _beside(box: QRectF, size: QSizeF, bounds: QRectF) -> Boxes:
    """NEAR×4, best first: above and below (centred, then at either side), kept in bounds; right and left; inside."""
    width, height = size.width(), size.height()
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
    """n×m: whether each of n boxes overlaps each of m others."""
    apart = (boxes[:, None, :2] >= others[None, :, 2:]) | (boxes[:, None, 2:] <= others[None, :, :2])
    return np.asarray(~apart.any(2), np.bool_)


def _hidden(boxes: Boxes, others: Boxes) -> NDArray[np.float64]:
    """n: area of the others that each box hides, in square pixels."""
    shared = np.minimum(boxes[:, None, 2:], others[None, :, 2:]) - np.maximum(boxes[:, None, :2], others[None, :, :2])
    return np.asarray(np.maximum(shared, 0).prod(2).sum(1), np.float64)
