"""Distributions of similarities, with a threshold to drag that changes nothing but the view."""

from collections import deque
from typing import TYPE_CHECKING, Any

import numpy as np
import pyqtgraph
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QBrush, QPalette, QPen, QResizeEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QGraphicsPixmapItem, QHBoxLayout, QWidget

from core.matching.curve import ImpostorCurve
from core.types import Threshold
from gui.look import theme
from gui.look.pictures import rounded
from gui.look.tooltip import tooltip
from gui.metric.cost import CostPanel, pairs_text
from gui.metric.gathering import Enrolled, LiveFace
from gui.metric.lanes import BIN, RAREST, Kind, Lane, measured_shares

if TYPE_CHECKING:
    from gui.metric.gallery_pairs import GalleryPairs

LANES = 4
MOST_LOOKS = 5000
"""Similarities of live faces kept."""
FACE = 34
"""Side of a live face in pixels."""
HEAD, AXIS = 28, 50
"""Pixels above and below the lanes."""


class MetricDistributions(QWidget):
    """Four lanes: different people in the calibration set, people enrolled, photos of the same person, live faces."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._enrolled: Enrolled | None = None
        self._curve: ImpostorCurve | None = None
        self.in_use: Threshold | None = None
        self.explored: float | None = None
        """The threshold explored; None for the one in use."""
        self._looks: deque[tuple[float, float]] = deque(maxlen=MOST_LOOKS)
        """Similarities of live faces, from the centre and without one."""
        self._faces: tuple[LiveFace, ...] = ()
        self._pictures: list[QGraphicsPixmapItem] = []
        self.plot: Any = pyqtgraph.PlotWidget(enableMenu=False)
        self._item: Any = self.plot.getPlotItem()
        self._set_up_plot()
        kinds = (Kind.DIFFERENT, Kind.DIFFERENT, Kind.SAME, Kind.UNKNOWN)
        self.lanes = [Lane(self._item, LANES - 1 - n, kind) for n, kind in enumerate(kinds)]
        self.line, self.used = self._make_lines()
        self.cost = CostPanel()
        self.cost.explored.connect(self.explore)
        self.cost.back.connect(lambda: self.explore(None))
        self.magnified = QComboBox()
        self.magnified.setAccessibleName(self.tr("Scale of the bars"))
        self.magnified.addItems([self.tr("Linear scale"), self.tr("Logarithmic scale")])
        self.magnified.currentIndexChanged.connect(lambda _index: self._show_all())
        self.centred = QCheckBox(self.tr("From your people's centre"))
        self.centred.setChecked(True)
        self.centred.setToolTip(
            tooltip(
                self.tr(
                    "What all faces here have in common makes strangers look alike. It is taken away before faces are "
                    "compared; without the check mark, you see what would happen if it were not."
                )
            )
        )
        self.centred.toggled.connect(lambda _checked: self._recentre())
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self.plot, 1)
        layout.addWidget(self.cost)

    def _set_up_plot(self) -> None:
        self.plot.setAcceptDrops(False)
        # With the keyboard, the line is moved in the field beside the plot.
        self.plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.plot.setAccessibleName(self.tr("Distributions of similarity"))
        self._item.setMouseEnabled(False, False)
        self._item.hideButtons()
        self._item.hideAxis("left")

    def _make_lines(self) -> tuple[Any, Any]:
        used = pyqtgraph.InfiniteLine(angle=90)
        line = pyqtgraph.InfiniteLine(
            angle=90, movable=True, label="{value:.2f}", labelOpts={"position": 0.985, "anchors": [(0.5, 0), (0.5, 0)]}
        )
        line.setCursor(Qt.CursorShape.SplitHCursor)
        line.sigDragged.connect(lambda: self.explore(float(line.value())))
        for item in (used, line):
            self._item.addItem(item, ignoreBounds=True)
        return line, used

    # Display

    def show_enrolled(self, enrolled: Enrolled, curve: ImpostorCurve, in_use: Threshold) -> None:
        """Shows the people enrolled; called again after a change of people, metric or threshold in use."""
        if self._enrolled is None or enrolled.snapshot is not self._enrolled.snapshot:
            self._looks.clear()
        self._enrolled, self._curve, self.in_use = enrolled, curve, in_use
        self.centred.setEnabled(enrolled.index.population is not None)
        self._show_all()

    def show_faces(self, faces: tuple[LiveFace, ...], *, fresh: bool = False) -> None:
        """Shows the live faces at their similarity to their nearest neighbour. fresh: whether the source is new."""
        if fresh:
            self._looks.clear()
        self._faces = tuple(face for face in faces if face.nearest)
        self._looks.extend((face.nearest.similarity, face.plain) for face in self._faces if face.nearest)
        self._show_pictures()
        self._show_looks()

    def _show_pictures(self) -> None:
        for picture in self._pictures:
            self._item.removeItem(picture)
        centred = self._is_centred
        self._pictures = [
            self._picture(face, face.nearest.similarity if centred else face.plain)
            for face in self._faces
            if face.nearest
        ]

    def _recentre(self) -> None:
        """Shows similarities from the centre, or without one."""
        self.explored = None
        self._show_pictures()
        self._show_all()

    def explore(self, similarity: float | None) -> None:
        """Explores another threshold; None goes back to the one in use."""
        self.explored = similarity
        self._paint()

    @property
    def threshold(self) -> float:
        """The threshold explored, else the one in use; without a centre, the one of a mixed crowd."""
        return self._usual if self.explored is None else self.explored

    @property
    def _usual(self) -> float:
        if self.in_use is None:
            return 1.0
        crowd = self.in_use.in_a_crowd
        return self.in_use.similarity if self._is_centred or crowd is None else crowd

    @property
    def _is_centred(self) -> bool:
        return self.centred.isChecked()

    @property
    def _pairs(self) -> "GalleryPairs":
        assert self._enrolled is not None
        return self._enrolled.pairs if self._is_centred else self._enrolled.plain_pairs

    @property
    def _expected(self) -> ImpostorCurve:
        """The impostor curve to expect among these people."""
        assert self._enrolled is not None
        assert self._curve is not None
        index = self._enrolled.index
        return (index.curve if self._is_centred else index.plain_curve) or self._curve

    @property
    def _magnified(self) -> bool:
        return self.magnified.currentIndex() == 1

    def _picture(self, face: LiveFace, similarity: float) -> QGraphicsPixmapItem:
        pixmap = rounded(face.face.crop, FACE, self.devicePixelRatioF(), FACE / 2)
        item = QGraphicsPixmapItem(pixmap)
        item.setFlag(QGraphicsPixmapItem.GraphicsItemFlag.ItemIgnoresTransformations)
        item.setOffset(-FACE / 2, -FACE / 2)
        item.setPos(QPointF(similarity, 0.36))
        item.setToolTip(tooltip(f"{face.face.decision.name or self.tr('Unknown')}  {similarity:.2f}"))
        self._item.addItem(item, ignoreBounds=True)
        return item

    def _edges(self) -> Any:
        assert self._curve is not None
        assert self._enrolled is not None
        shown = [float(self._curve.similarity_at(0.9999)), -0.3]
        shown += [
            float(pairs.mated[0]) for pairs in (self._enrolled.pairs, self._enrolled.plain_pairs) if len(pairs.mated)
        ]
        first = np.floor(max(min(shown), -1.0) * 10) / 10
        return np.arange(round((1 - first) / BIN) + 1) * BIN + first

    def _show_all(self) -> None:
        if self._enrolled is None or self._curve is None:
            return
        edges, magnified = self._edges(), self._magnified
        self._item.setXRange(edges[0], edges[-1] + 0.03, padding=0)
        fine = np.linspace(edges[0], edges[-1], 2 * len(edges) - 1)
        self.lanes[0].show_shares(fine, measured_shares(self._curve, fine), RAREST if magnified else 0.0)
        expected = measured_shares(self._expected, fine) if self._enrolled.index.population else np.zeros(0)
        self.lanes[0].show_line(fine, expected, RAREST if magnified else 0.0)
        self.lanes[1].show_values(edges, self._pairs.non_mated, magnified=magnified)
        self.lanes[2].show_values(edges, self._pairs.mated, magnified=magnified)
        for lane, title in zip(self.lanes, self._titles(), strict=True):
            lane.show_title(title, edges[0], self.font(), self.palette().color(QPalette.ColorRole.Base))
        self._restyle()
        self._show_looks()

    def _show_looks(self) -> None:
        if self._enrolled is None or self._curve is None:
            return
        looks = np.array([centred if self._is_centred else plain for centred, plain in self._looks])
        # Always bars, even if few: the current faces are marked by their pictures.
        counts = np.histogram(looks, self._edges())[0].astype(float)
        self.lanes[3].show_shares(self._edges(), counts, 0.5 if self._magnified else 0.0)
        self._paint()

    def _titles(self) -> tuple[str, ...]:
        assert self._curve is not None
        assert self._enrolled is not None
        pairs = self._pairs
        own = self.tr("Different people, enrolled: {}").format(pairs_text(len(pairs.non_mated)))
        same = self.tr("Same person, enrolled: {}").format(pairs_text(len(pairs.mated)))
        live = self.tr("Live faces: pictures now, bars so far")
        return (
            self.tr("Different people: calibration set ({}), and as expected here (line)").format(
                pairs_text(self._curve.pairs)
            )
            if self._enrolled.index.population
            else self.tr("Different people, calibration set: {}").format(pairs_text(self._curve.pairs)),
            own if len(pairs.non_mated) else self.tr("Different people, enrolled: needs two people"),
            same if len(pairs.mated) else self.tr("Same person, enrolled: needs a second photo of someone"),
            live if len(self._enrolled.snapshot) else self.tr("Live faces: needs someone enrolled"),
        )

    def _paint(self) -> None:
        if self._enrolled is None or self._curve is None or self.in_use is None:
            return
        for lane in self.lanes:
            lane.paint(self.threshold)
        self.used.setValue(self._usual)
        if abs(float(self.line.value()) - self.threshold) > 1e-9:
            self.line.setValue(self.threshold)
        self.cost.show_cost(self.threshold, self._usual, self._expected, self._pairs, self._enrolled)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keeps room for the line's label above the lanes."""
        super().resizeEvent(event)
        self._item.setYRange(-0.02, LANES * (1 + HEAD / max(self.height() - AXIS - HEAD, 1)), padding=0)

    # Colours

    def changeEvent(self, event: QEvent) -> None:
        """Follows the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._show_all()

    def _restyle(self) -> None:
        text, colours = self.palette().color(QPalette.ColorRole.Text), theme.colours()
        self.plot.setBackground(self.palette().color(QPalette.ColorRole.Base))
        axis = self._item.getAxis("bottom")
        axis.setPen(colours.line)
        axis.setTextPen(colours.quiet)
        axis.setTickFont(self.font())
        axis.setLabel(self.tr("Similarity"))
        dotted = QPen(colours.quiet, 1.5, Qt.PenStyle.DotLine)
        dotted.setCosmetic(True)
        solid = QPen(text, 2.5)
        solid.setCosmetic(True)
        self.used.setPen(dotted)
        self.line.setPen(solid)
        self.line.setHoverPen(QPen(solid))
        self.line.label.setColor(text)
        self.line.label.setFont(self.font())
        self.line.label.fill = QBrush(self.palette().color(QPalette.ColorRole.Base))
