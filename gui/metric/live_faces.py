"""The map's upper layer: live faces with lines to their nearest neighbours, and whatever is hovered or selected."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QTimer
from PySide6.QtGui import QPainter, QPalette, QPen, QPixmap
from PySide6.QtWidgets import QApplication, QGraphicsObject, QStyleOptionGraphicsItem, QWidget

from gui.live.face_label import label_text
from gui.look import theme
from gui.look.pictures import rounded
from gui.metric.gathering import LiveFace
from gui.metric.marks import WIDEST_LABEL, Labels, base, live_pen, paint_ring, square
from gui.metric.places import Spot, places
from gui.metric.portraits import Portraits

STEPS, STEP = 5, 40
"""Steps in which a face moves to its new place, and milliseconds for each."""
SMALLEST_FACE, LARGEST_FACE = 40, 72
"""Least and greatest side of a live face in pixels."""
LABEL = 26.0
"""Height of the label above a face, with its gap."""


class Chosen(NamedTuple):
    """A live face or an enrolled photo on the map."""

    live: bool
    number: int
    """The live face's key, or the template."""


class LiveLayer(QGraphicsObject):
    """The layer above the portraits; only this one is repainted while faces move."""

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
        """The whole map in pixels."""
        return self._portraits.boundingRect()

    def show_faces(self, faces: tuple[LiveFace, ...], *, jump: bool = False) -> None:
        """Shows the current faces. Those shown before move to their new places. jump: don't move, the map is new."""
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
        """The area covered by faces, lines and labels, to be repainted."""
        covered, beside = QRectF(), QPointF(WIDEST_LABEL + self.side, LABEL + self.side)
        for key, place in self._places().items():
            for point in filter(None, (place, self._neighbour(key))):
                covered = covered.united(QRectF(point - beside, point + beside))
        return covered

    def face_at(self, point: QPointF) -> int | None:
        """The key of the live face under a point in pixels."""
        away = {key: (point - place).manhattanLength() for key, place in self._places().items()}
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
        """Side of a live face in pixels: a little larger than enrolled pictures."""
        return int(min(max(self._portraits.side * 1.25, SMALLEST_FACE), LARGEST_FACE))

    def place_of(self, chosen: Chosen) -> QPointF | None:
        """The centre of a face or photo in pixels; None if it is not on the map."""
        return self._places().get(chosen.number) if chosen.live else self._portraits.place_of(chosen.number)

    def _neighbour(self, key: int) -> QPointF | None:
        nearest = self._faces[key].nearest
        return self._portraits.place_of(nearest.template) if nearest else None

    def _places(self) -> dict[int, QPointF]:
        """Key → centre in pixels, inside the view; faces don't cover their neighbours or each other if possible."""
        keys = sorted(self._faces)
        spots = [
            Spot(QPointF(*self._portraits.to_pixels(self._position(key)[None])[0]), self._neighbour(key))
            for key in keys
        ]
        edge = self.side / 2 + 8
        area = self.boundingRect().adjusted(edge, edge + LABEL, -edge, -edge)
        return dict(
            zip(keys, places(spots, self.side * 0.95, (self.side + self._portraits.side) * 0.5, area), strict=True)
        )

    # Painting

    def paint(self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None) -> None:
        """Paints lines, faces, and what is selected or hovered; labels over all of them."""
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        faces = self._places()
        order = sorted(faces, key=lambda key: self._chosen(key))
        templates = {chosen.number: self._portraits.place_of(chosen.number) for chosen in self._brought_out()}
        there = {number: place for number, place in templates.items() if place is not None}
        for key in order:
            self._paint_line(painter, key, faces[key])
        for key in order:
            self._paint_face(painter, key, faces[key])
        for number, place in there.items():
            self._paint_template(painter, number, place)
        neighbours = [square(place, self._portraits.side) for place in map(self._neighbour, order) if place]
        pictures = [square(place, self.side) for place in faces.values()]
        chosen = [square(place, self._larger) for place in there.values()]
        labels = Labels(painter, self.boundingRect(), [*pictures, *neighbours, *chosen])
        for key in reversed(order):
            self._label_face(labels, key, faces[key])
        for number, place in there.items():
            labels.paint(self._portraits.title(number), theme.colours().line, square(place, self._larger))

    def _chosen(self, key: int) -> bool:
        return Chosen(True, key) in (self.selected, self.hovered)

    def _brought_out(self) -> list[Chosen]:
        return [chosen for chosen in (self.selected, self.hovered) if chosen and not chosen.live]

    @property
    def _larger(self) -> int:
        """Side of the picture of a template that is selected or hovered, in pixels."""
        return max(round(self._portraits.side * 1.25), 48)

    def _paint_template(self, painter: QPainter, template: int, centre: QPointF) -> None:
        self._portraits.paint_picture(painter, template, centre, self._larger)
        paint_ring(painter, centre, self._larger, QPen(QApplication.palette().color(QPalette.ColorRole.Accent), 3))

    def _paint_line(self, painter: QPainter, key: int, place: QPointF) -> None:
        face, other = self._faces[key], self._neighbour(key)
        if other is None or face.nearest is None:
            return
        pen = live_pen(face.face.decision.named is not None, 2)
        painter.setPen(pen)
        painter.drawLine(place, other)
        if self._portraits.side:
            self._portraits.paint_picture(painter, face.nearest.template, other, self._portraits.side)
            paint_ring(painter, other, self._portraits.side, pen)

    def _paint_face(self, painter: QPainter, key: int, centre: QPointF) -> None:
        face = self._faces[key]
        side = self.side + (8 if self._chosen(key) else 0)
        if (key, side) not in self._pictures:
            ratio = self.scene().views()[0].devicePixelRatioF()
            self._pictures[key, side] = rounded(face.face.crop, side, ratio, side / 2)
        painter.drawPixmap(centre - QPointF(side / 2, side / 2), self._pictures[key, side])
        paint_ring(painter, centre, side + 3, QPen(base(), 6))
        paint_ring(painter, centre, side + 3, live_pen(face.face.decision.named is not None, 3.5))

    def _label_face(self, labels: Labels, key: int, centre: QPointF) -> None:
        face = self._faces[key]
        colour = live_pen(face.face.decision.named is not None, 1).color()
        similarity = f"{face.nearest.similarity:.2f}" if face.nearest else ""
        labels.paint(label_text(face.face)[0], colour, square(centre, self.side + 8), similarity)
