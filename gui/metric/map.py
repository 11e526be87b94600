"""The map of everyone enrolled in two dimensions, with the live faces among them."""

from typing import Any

import numpy as np
import pyqtgraph
from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPalette
from PySide6.QtWidgets import QLabel, QStackedWidget, QVBoxLayout, QWidget

from core.types import Threshold
from gui.look.thumbnails import Thumbnails
from gui.metric.gathering import Enrolled, LiveFace, Picture
from gui.metric.layout import picture_side
from gui.metric.live_faces import Chosen, LiveLayer
from gui.metric.portraits import Portraits

BORDER = 26
"""Pixels kept free around the outermost pictures, for their names."""
STRANGER = 2**0.5
"""Mean distance of two different people in every metric. A map with exact distances keeps this much room."""


WAYS = {
    Qt.Key.Key_Left: QPointF(-1, 0),
    Qt.Key.Key_Right: QPointF(1, 0),
    Qt.Key.Key_Up: QPointF(0, -1),
    Qt.Key.Key_Down: QPointF(0, 1),
}
ZOOMS = {Qt.Key.Key_Plus: 0.8, Qt.Key.Key_Equal: 0.8, Qt.Key.Key_Minus: 1.25}
FRAME = """QGraphicsView { border: 2px solid transparent; }
    QGraphicsView:focus { border-color: palette(highlight); }"""


class MetricMap(QWidget):
    """Wheel, plus and minus zoom; dragging moves; double-click or Home shows all; arrow keys go to the next picture."""

    chosen = Signal(object)
    """Chosen: what was clicked, or reached by the arrow keys."""

    def __init__(self, pictures: Thumbnails[Picture], parent: QWidget | None = None) -> None:
        """pictures: those of the enrolled."""
        super().__init__(parent)
        self._enrolled: Enrolled | None = None
        self._view: Any = pyqtgraph.GraphicsView()
        self._view.setAcceptDrops(False)
        self._view.setAccessibleName(self.tr("Map of everyone enrolled"))
        self._view.setStyleSheet(FRAME)
        self.setFocusProxy(self._view)
        self._box: Any = pyqtgraph.ViewBox(lockAspect=True, enableMenu=False)
        # Its own keys would step through a zoom history.
        self._box.setFlag(self._box.GraphicsItemFlag.ItemIsFocusable, False)
        self._view.setCentralItem(self._box)
        self.portraits = Portraits(self._box, pictures)
        self.live = LiveLayer(self._box, self.portraits)
        pictures.arrived.connect(self.portraits.update)
        pictures.arrived.connect(self.live.update)
        for signal in (self._box.sigTransformChanged, self._box.sigResized, self._box.sigRangeChanged):
            signal.connect(self._moved)
        self._view.scene().sigMouseMoved.connect(self._hover)
        self._view.scene().sigMouseClicked.connect(self._click)
        self.title, self.text = (QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText) for _ in range(2))
        self.title.setProperty("heading", True)
        self.text.setProperty("quiet", True)
        self._notice = QWidget()
        words = QVBoxLayout(self._notice)
        words.setContentsMargins(40, 0, 40, 60)
        words.addStretch()
        for label in (self.title, self.text):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            words.addWidget(label)
        words.addStretch()
        self._stack = QStackedWidget()
        self._stack.addWidget(self._notice)
        self._stack.addWidget(self._view)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._stack)
        self._restyle()

    def say(self, title: str, text: str = "") -> None:
        """Shows a text in place of the map."""
        self.title.setText(title)
        self.text.setText(text)
        self._stack.setCurrentWidget(self._notice)

    def show_enrolled(self, enrolled: Enrolled) -> None:
        """Shows the people enrolled. If the map itself is new, all of it is brought into view."""
        before, self._enrolled = self._enrolled, enrolled
        self._stack.setCurrentWidget(self._view)
        self.portraits.show_enrolled(enrolled)
        if before is None or before.map is not enrolled.map:
            self.live.show_faces((), jump=True)
            self.show_all()

    def show_faces(self, faces: tuple[LiveFace, ...]) -> None:
        """Shows the current live faces."""
        self.live.show_faces(faces)

    def show_threshold(self, threshold: Threshold) -> None:
        """Shows the distance up to which a face is named: similarity is 1 − D²/2 in every metric."""
        self.portraits.show_circle(max(2 - 2 * threshold.similarity, 0) ** 0.5)

    def select(self, chosen: Chosen | None) -> None:
        """Highlights a face or photo; None for none."""
        self.live.selected = chosen
        self.live.update()

    def show_all(self) -> None:
        """Brings everyone into view."""
        if self._enrolled is None or self._enrolled.map is None:
            return
        points = self._enrolled.map.positions
        low, high = points.min(0), points.max(0)
        if self._enrolled.map.exact:
            low, high = np.minimum(low, -STRANGER), np.maximum(high, STRANGER)
        area = self._box.rect()
        border = 2 * (picture_side(area, len(points)) / 2 + BORDER)
        pixels = np.maximum(np.array([area.width(), area.height()]), 2 * border)
        size = np.maximum(high - low, 1e-3) * border / (pixels - border) / 2
        low, high = low - size, high + size
        (left, bottom), (right, top) = low.tolist(), high.tolist()
        self._box.setRange(xRange=(left, right), yRange=(bottom, top), padding=0)

    def _moved(self, *_: object) -> None:
        self.portraits.refresh()
        self.live.prepareGeometryChange()
        self.live.update()

    def _hover(self, point: QPointF) -> None:
        hovered = self.live.at(self._box.mapFromScene(point))
        if hovered != self.live.hovered:
            self.live.hovered = hovered
            self.live.update()
            self._view.setCursor(Qt.CursorShape.PointingHandCursor if hovered else Qt.CursorShape.ArrowCursor)

    def _click(self, event: Any) -> None:
        chosen = self.live.at(self._box.mapFromScene(event.scenePos()))
        if chosen and event.button() == Qt.MouseButton.LeftButton:
            self.chosen.emit(chosen)
        elif event.double():
            self.show_all()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrow keys choose, plus and minus zoom, Home shows all."""
        key = Qt.Key(event.key())
        if key in WAYS:
            self._go(WAYS[key])
        elif key in ZOOMS:
            self._box.scaleBy((ZOOMS[key], ZOOMS[key]))
        elif key == Qt.Key.Key_Home:
            self.show_all()
        else:
            super().keyPressEvent(event)

    def _go(self, way: QPointF) -> None:
        selected = self.live.place_of(self.live.selected) if self.live.selected else None
        template = self.portraits.towards(selected or self.portraits.boundingRect().center(), way)
        if template is not None:
            self.chosen.emit(Chosen(False, template))

    def changeEvent(self, event: QEvent) -> None:
        """Follows the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._restyle()

    def _restyle(self) -> None:
        self._view.setBackground(self.palette().color(QPalette.ColorRole.Base))
        self._moved()
