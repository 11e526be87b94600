"""The live faces on the map, with lines to their nearest neighbours; and what the pointer or a choice brings out."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QTimer
from PySide6.QtGui import QPainter, QPalette, QPen, QPixmap
from PySide6.QtWidgets import QApplication, QGraphicsObject, QStyleOptionGraphicsItem, QWidget

from gui import theme
from gui.face_label import label_text
from gui.metric.gathering import LiveFace
from gui.metric.marks import WIDEST_LABEL, Labels, base, live_pen, paint_ring
from gui.metric.portraits import Portraits
from gui.pictures import rounded

STEPS, STEP = 5, 40
"""In so many steps of so many milliseconds a face moves to its new place."""
SMALLEST_FACE, LARGEST_FACE = 40, 72
LABEL = 26.0
"""Height of the label above a face, with its gap."""


class Chosen(NamedTuple):
    """Somebody on the map."""

    live: bool
    number: int
    """A live face's key, or a template."""


class LiveLayer(QGraphicsObject):
    """Above the portraits; repainted alone while faces move."""

    def __init__(self, box: Any, portraits: Portraits) -> None:
        super().__init__(box)
        self._portraits = portraits
        self._faces: dict[int, LiveFace] = {}
        self._from: dict[int, NDArray[np.float32]] = {}
        self.hovered: Chosen | None = None
        self.selected: Chosen | None = None
        self._pictures: dict[tuple[int, int], QPixmap] = {}
        self._step = STEPS
        self._travel = QTimer(self, interval=STEP)
        self._travel.timeout.connect(self._go)
        self.setZValue(1)

    def boundingRect(self) -> QRectF:
        """All of the box, in pixels."""
        return self._portraits.boundingRect()

    def show_faces(self, faces: tuple[LiveFace, ...], *, jump: bool = False) -> None:
        """The faces of now; those there before move to their new places, unless the map itself is another."""
        dirty = self._extent()
        before = {} if jump else {key: self._position(key) for key in self._faces}
        self._faces = {face.key: face for face in faces}
        self._from = {key: before.get(key, face.position) for key, face in self._faces.items()}
        self._pictures = {}
        self._step = 0
        self._travel.start()
        self.update(dirty.united(self._extent()))

    def _go(self) -> None:
        dirty = self._extent()
        self._step += 1
        if self._step >= STEPS:
            self._travel.stop()
        self.update(dirty.united(self._extent()))

    def _extent(self) -> QRectF:
        """All that faces, lines and labels cover: only this is painted anew."""
        covered, beside = QRectF(), QPointF(WIDEST_LABEL, 2 * LABEL + self.side)
        for key, face in self._faces.items():
            other = self._portraits.place_of(face.nearest.template) if face.nearest else None
            for place in filter(None, (self._place(key), other)):
                covered = covered.united(QRectF(place - beside, place + beside))
        return covered

    def face_at(self, point: QPointF) -> int | None:
        """The key of the live face under a point in pixels."""
        away = {key: (point - self._place(key)).manhattanLength() for key in self._faces}
        nearest = min(away, key=lambda key: away[key], default=None)
        return nearest if nearest is not None and away[nearest] <= self.side * 0.6 else None

    def at(self, point: QPointF) -> Chosen | None:
        """What is under a point in pixels."""
        if (key := self.face_at(point)) is not None:
            return Chosen(True, key)
        template = self._portraits.template_at(point)
        return None if template is None else Chosen(False, template)

    def _position(self, key: int) -> NDArray[np.float32]:
        # Fast at first, then slower.
        left = (1 - min(self._step / STEPS, 1.0)) ** 2
        start, goal = self._from[key], self._faces[key].position
        return np.asarray(goal + (start - goal) * left, np.float32)

    @property
    def side(self) -> int:
        """Of a live face, in pixels: a little larger than the enrolled."""
        return int(min(max(self._portraits.side * 1.25, SMALLEST_FACE), LARGEST_FACE))

    def _place(self, key: int) -> QPointF:
        """In pixels: inside the view, and beside its neighbour's picture rather than on it."""
        place = QPointF(*self._portraits.to_pixels(self._position(key)[None])[0])
        nearest = self._faces[key].nearest
        other = self._portraits.place_of(nearest.template) if nearest else None
        if other is not None:
            away, least = place - other, (self.side + self._portraits.side) * 0.46
            length = float(np.hypot(away.x(), away.y()))
            direction = away / length if length > 1 else QPointF(0.8, -0.6)
            place = other + direction * max(length, least)
        edge = self.side / 2 + 8
        area = self.boundingRect().adjusted(edge, edge + LABEL, -edge, -edge)
        return QPointF(min(max(place.x(), area.left()), area.right()), min(max(place.y(), area.top()), area.bottom()))

    # Painting

    def paint(self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None) -> None:
        """Lines, faces, then what is chosen and hovered."""
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        labels = Labels(painter, self.boundingRect())
        for key in self._faces:
            self._paint_line(painter, key)
        for chosen in (self.selected, self.hovered):
            if chosen and not chosen.live:
                self._paint_template(painter, labels, chosen.number)
        for key in sorted(self._faces, key=lambda key: self._chosen(key)):
            self._paint_face(painter, labels, key)

    def _chosen(self, key: int) -> bool:
        return Chosen(True, key) in (self.selected, self.hovered)

    def _paint_template(self, painter: QPainter, labels: Labels, template: int) -> None:
        centre = self._portraits.place_of(template)
        if centre is None:
            return
        side = max(round(self._portraits.side * 1.25), 48)
        self._portraits.paint_picture(painter, template, centre, side)
        paint_ring(painter, centre, side, QPen(QApplication.palette().color(QPalette.ColorRole.Accent), 3))
        labels.paint(self._portraits.title(template), theme.colours().line, centre + QPointF(0, side / 2 + 4))

    def _paint_line(self, painter: QPainter, key: int) -> None:
        face = self._faces[key]
        other = self._portraits.place_of(face.nearest.template) if face.nearest else None
        if other is None or face.nearest is None:
            return
        pen = live_pen(face.face.decision.named is not None, 2)
        painter.setPen(pen)
        painter.drawLine(self._place(key), other)
        if self._portraits.side:
            self._portraits.paint_picture(painter, face.nearest.template, other, self._portraits.side)
            paint_ring(painter, other, self._portraits.side, pen)

    def _paint_face(self, painter: QPainter, labels: Labels, key: int) -> None:
        face, centre = self._faces[key], self._place(key)
        side = self.side + (8 if self._chosen(key) else 0)
        if (key, side) not in self._pictures:
            ratio = self.scene().views()[0].devicePixelRatioF()
            self._pictures[key, side] = rounded(face.face.crop, side, ratio, side / 2)
        painter.drawPixmap(centre - QPointF(side / 2, side / 2), self._pictures[key, side])
        pen = live_pen(face.face.decision.named is not None, 3.5)
        paint_ring(painter, centre, side + 3, QPen(base(), 6))
        paint_ring(painter, centre, side + 3, pen)
        similarity = f"  {face.nearest.similarity:.2f}" if face.nearest else ""
        above, below = centre - QPointF(0, side / 2 + LABEL), centre + QPointF(0, side / 2 + 6)
        labels.paint(label_text(face.face)[0] + similarity, pen.color(), above, below)
