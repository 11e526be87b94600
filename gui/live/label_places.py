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
STEP = 12.0
"""Pixels between two places that are tried where none at the face is free."""
FARTHEST = 2.0
"""A label stands no farther from its face's middle than so many times the face, and half its own width."""
EASE = 30.0
"""Pixels that must be free around a whole label before a short one becomes whole again."""

Boxes = NDArray[np.float64]
"""n×4: left, top, right, bottom in pixels."""


class Labelled(NamedTuple):
    """A face that needs a label."""

    key: int | None
    """The same for the same face of later frames; None without such."""
    box: QRectF
    size: QSizeF
    """The label's, in device-independent pixels."""
    short: QSizeF
    """A short label's, for a crowd."""


class Placed(NamedTuple):
    """Where a label stands."""

    rectangle: QRectF
    short: bool
    """Whether there was room only for a short one."""


class _Last(NamedTuple):
    """Where a label stood."""

    place: int | QPointF
    """Number of the place at the face; or, of a label that found none, its corner as seen from the face's middle."""
    short: bool


class LabelPlaces:
    """Remembers where each label stood, and leaves it there as long as it hides nothing."""

    def __init__(self) -> None:
        self._last: dict[int, _Last] = {}

    def place(self, faces: Sequence[Labelled], bounds: QRectF) -> list[Placed]:
        """A place for each label, inside bounds if it fits. The faces known longest choose first."""
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
    """But for the one that a place is looked for."""

    def free(self, boxes: Boxes, ease: float = 0.0) -> NDArray[np.bool_]:
        """n: which of them are inside, and hide neither a label nor the middle of a face."""
        wide = boxes + np.array([-ease, -ease, ease, ease])
        hiding = _touching(wide, np.vstack([self.labels, self.middles])).any(1)
        return np.asarray(_inside(boxes, self.bounds) & ~hiding, np.bool_)

    def clear(self, boxes: Boxes) -> NDArray[np.bool_]:
        """n: which of them hide nothing of other faces."""
        return np.asarray(~_touching(boxes, self.faces).any(1), np.bool_)


def _choose(face: Labelled, last: _Last | None, room: _Room) -> tuple[_Last, QRectF]:
    """A whole label at the face, else a short one, else a short one near it, else where it hides least."""
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
    """The short label where it stood, if that is still free."""
    if isinstance(last.place, int):
        label = _label(near[last.place], face.short)
    else:
        label = QRectF(face.box.center() + last.place, face.short)
    return (last, label) if room.free(np.array([_edges(label)]))[0] else None


def _elsewhere(face: Labelled, near: Boxes, room: _Room) -> tuple[_Last, QRectF]:
    """The free place that is closest to the face; without one, at it where least of another label is hidden."""
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
    """NEAR×4: above and below, at the middle or a side, pushed into bounds; right and left; within the frame."""
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
    """n×m: which of n boxes overlap which of m others."""
    apart = (boxes[:, None, :2] >= others[None, :, 2:]) | (boxes[:, None, 2:] <= others[None, :, :2])
    return np.asarray(~apart.any(2), np.bool_)


def _hidden(boxes: Boxes, others: Boxes) -> NDArray[np.float64]:
    """n: square pixels of the others that each of the boxes hides."""
    shared = np.minimum(boxes[:, None, 2:], others[None, :, 2:]) - np.maximum(boxes[:, None, :2], others[None, :, :2])
    return np.asarray(np.maximum(shared, 0).prod(2).sum(1), np.float64)
