"""The map's lower layer: pictures and names of the enrolled."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QGraphicsObject, QStyleOptionGraphicsItem, QWidget

from gui.look import theme
from gui.look.thumbnails import Thumbnails
from gui.metric.gathering import Enrolled, Picture
from gui.metric.layout import SMALLEST, picture_side, place_labels
from gui.metric.marks import name_font, square
from gui.metric.pictures import SIDES, made_side

DOT = 6
"""Diameter of a dot in pixels."""
NO_PLACES = np.zeros((0, 2), np.float32)


class Portraits(QGraphicsObject):
    """Paints in pixels over the whole of pyqtgraph's `ViewBox`, which pans and zooms."""

    def __init__(self, box: Any, pictures: Thumbnails[Picture]) -> None:
        """box: the `ViewBox`. pictures: those of the enrolled, painted when they arrive."""
        super().__init__(box)
        self._box, self._pictures = box, pictures
        self._enrolled: Enrolled | None = None
        self._circle = 0.0
        self.side = SMALLEST
        """Current side of a picture in pixels; 0 for dots."""
        self.setCacheMode(self.CacheMode.DeviceCoordinateCache)

    def show_enrolled(self, enrolled: Enrolled) -> None:
        """Shows the people enrolled on their map."""
        self._enrolled = enrolled
        self.refresh()

    def show_circle(self, distance: float) -> None:
        """Shows circles of the distance up to which a face is named; only if distances on the map are exact."""
        if distance != self._circle:
            self._circle = distance
            self.refresh()

    def refresh(self) -> None:
        """Repaints after a move, a zoom or a change of theme."""
        self.prepareGeometryChange()
        if self._enrolled:
            inside = self._inside(self.places(), 0)
            self.side = picture_side(self.boundingRect(), int(inside.sum()))
        self.update()

    def boundingRect(self) -> QRectF:
        """The whole map in pixels."""
        return QRectF(self._box.rect())

    # Geometry

    def to_pixels(self, points: NDArray[np.floating]) -> NDArray[np.float64]:
        """n×2 positions on the map → n×2 in pixels."""
        move = self._box.childTransform()
        matrix = np.array([[move.m11(), move.m12()], [move.m21(), move.m22()]])
        return np.asarray(points @ matrix + np.array([move.dx(), move.dy()]), np.float64)

    def places(self) -> NDArray[np.float64]:
        """T×2: the templates' places in pixels."""
        positions = self._enrolled.map.positions if self._enrolled and self._enrolled.map else NO_PLACES
        return self.to_pixels(positions)

    def place_of(self, template: int) -> QPointF | None:
        """The place of a template in pixels; None if it is not on the map."""
        row = self._enrolled.row(template) if self._enrolled else None
        return None if row is None else QPointF(*self.places()[row])

    def template_at(self, point: QPointF) -> int | None:
        """The template whose picture is under a point in pixels."""
        places = self.places()
        if self._enrolled is None or not len(places):
            return None
        away = np.hypot(*(places - [point.x(), point.y()]).T)
        nearest = int(np.argmin(away))
        return self._enrolled.snapshot.templates[nearest] if away[nearest] <= max(self.side, 16) / 2 else None

    def towards(self, point: QPointF, way: QPointF) -> int | None:
        """The nearest template in view whose direction from a point is within 45° of `way`. point: in pixels."""
        steps = self.places() - [point.x(), point.y()]
        ahead = steps @ [way.x(), way.y()]
        aside = np.abs(steps @ [-way.y(), way.x()])
        there = self._inside(self.places(), 0) & (ahead > 1) & (ahead >= aside)
        if self._enrolled is None or not there.any():
            return None
        away = np.where(there, np.hypot(*steps.T), np.inf)
        return self._enrolled.snapshot.templates[int(np.argmin(away))]

    def title(self, template: int) -> str:
        """The person's name, and which photo if there are several."""
        row = self._enrolled.row(template) if self._enrolled else None
        return self._enrolled.title(row) if self._enrolled and row is not None else ""

    def _inside(self, places: NDArray[np.float64], margin: float) -> NDArray[np.bool_]:
        area = self.boundingRect().adjusted(-margin, -margin, margin, margin)
        x, y = places.T
        return np.asarray((x >= area.left()) & (x <= area.right()) & (y >= area.top()) & (y <= area.bottom()))

    # Painting

    def paint(self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None) -> None:
        """Paints circles, pictures and names."""
        if self._enrolled is None or self._enrolled.map is None:
            return
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        places = self.places()
        if self._enrolled.map.exact:
            self._paint_circles(painter, places)
        rows = np.flatnonzero(self._inside(places, self.side))
        if not self.side:
            self._paint_dots(painter, places[rows])
            return
        for row in rows.tolist():
            self.paint_picture(painter, self._enrolled.snapshot.templates[row], QPointF(*places[row]), self.side)
        self._paint_names(painter, rows, places)

    def paint_picture(self, painter: QPainter, template: int, centre: QPointF, side: int) -> None:
        """Paints one template's round picture."""
        row = self._enrolled.row(template) if self._enrolled else None
        if self._enrolled is None or row is None:
            return
        key, ratio, made = self._enrolled.picture(row), self.scene().views()[0].devicePixelRatioF(), made_side(side)
        pixmap = self._pictures.get(key, made, ratio)
        for other in SIDES if pixmap is None else ():
            pixmap = pixmap or self._pictures.kept(key, other, ratio)
        area = square(centre, side)
        if pixmap:
            painter.drawPixmap(area, pixmap, QRectF(pixmap.rect()))
        else:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colours().line)
            painter.drawEllipse(area)

    def _paint_circles(self, painter: QPainter, places: NDArray[np.float64]) -> None:
        radius = self._circle * abs(self._box.childTransform().m11())
        painter.setPen(QPen(theme.colours().known, 1.5, Qt.PenStyle.DashLine))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for place in places.tolist():
            painter.drawEllipse(QPointF(*place), radius, radius)

    def _paint_dots(self, painter: QPainter, places: NDArray[np.float64]) -> None:
        pen = QPen(theme.colours().quiet, DOT)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        painter.drawPoints([QPointF(x, y) for x, y in places.tolist()])

    def _paint_names(self, painter: QPainter, rows: NDArray[np.intp], places: NDArray[np.float64]) -> None:
        assert self._enrolled is not None
        font = name_font(painter.font())
        names = [self._enrolled.snapshot.names[row] for row in rows.tolist()]
        area, taken = self.boundingRect(), np.zeros((0, 4))
        painter.setFont(font)
        painter.setPen(theme.colours().quiet)
        for label, name in place_labels(places[rows], self.side, names, QFontMetricsF(font), area, taken):
            painter.drawText(label, Qt.AlignmentFlag.AlignCenter, name)
