"""Distributions of similarities as lanes below each other, over one axis."""

from enum import Enum
from typing import Any

import numpy as np
import pyqtgraph
from numpy.typing import NDArray
from PySide6.QtCore import QPointF
from PySide6.QtGui import QBrush, QColor, QFont

from core.matching.curve import ImpostorCurve
from gui.look import theme

BIN = 0.01
FILLED = 0.7
"""Share of a lane's height that its highest bar takes; the title is above."""
FEW = 40
"""Of fewer values, each is a mark."""
RAREST = 1e-7
"""Share of the measured pairs in a bin at which, magnified, a bar begins to be seen."""


class Kind(Enum):
    """Whose similarities they are, and so what would go wrong: only that is orange."""

    DIFFERENT = "different people"
    """Who reaches the threshold could be taken for another."""
    SAME = "the same person"
    """Who stays below it would be missed."""
    UNKNOWN = "who knows"
    """Live faces: a stranger stays below it rightly, somebody enrolled does not."""

    def colours(self) -> tuple[QColor, QColor]:
        """Below the threshold, and from it on."""
        colours = theme.colours()
        match self:
            case Kind.DIFFERENT:
                return colours.quiet, colours.warning
            case Kind.SAME:
                return colours.warning, colours.known
            case Kind.UNKNOWN:
                return colours.quiet, colours.known


class Lane:
    """One distribution, in two colours: what is below the threshold, and what reaches it."""

    def __init__(self, plot: Any, bottom: float, kind: Kind) -> None:
        """plot: pyqtgraph's `PlotItem`. bottom: of the lane, which is 1 high."""
        self._bottom = bottom
        self.kind = kind
        self._edges, self._heights = np.array([0.0, 1.0]), np.zeros(1)
        self._marks = np.zeros(0)
        self._bars = [pyqtgraph.PlotCurveItem() for _side in range(2)]
        self._points = [pyqtgraph.ScatterPlotItem(symbol="o", size=11) for _side in range(2)]
        self._ground = pyqtgraph.InfiniteLine(bottom, angle=0)
        self.title: Any = pyqtgraph.TextItem(anchor=(0, -0.12))
        self.title.setZValue(20)
        for item in (self._ground, *self._bars, *self._points, self.title):
            plot.addItem(item, ignoreBounds=True)

    def show_title(self, text: str, left: float, font: QFont, ground: QColor) -> None:
        """Above the bars, from the left edge. ground: the colour on which lines pass behind it."""
        self.title.setText(text)
        self.title.setFont(font)
        self.title.setColor(theme.colours().quiet)
        self.title.fill = QBrush(ground)
        self.title.setPos(QPointF(left, self._bottom + 1))

    def show_shares(self, edges: NDArray[np.float64], shares: NDArray[np.float64], rarest: float) -> None:
        """A histogram. edges: n+1 similarities. shares: n, of all pairs. rarest: 0, or the least share magnified."""
        self._marks = np.zeros(0)
        self._edges, self._heights = edges, heights(shares, rarest) * FILLED

    def show_values(self, edges: NDArray[np.float64], values: NDArray[np.floating], *, magnified: bool) -> None:
        """Rising similarities: marks when few, else a histogram of them."""
        few = len(values) < FEW
        counts = counted(values, edges)
        self.show_shares(edges, np.zeros(len(edges) - 1) if few else counts.astype(float), 0.5 if magnified else 0.0)
        self._marks = np.asarray(values, np.float64) if few else np.zeros(0)

    def paint(self, threshold: float) -> None:
        """Colours everything on the two sides of the threshold."""
        colours = self.kind.colours()
        self._ground.setPen(theme.colours().line)
        parts = split(self._edges, self._heights, threshold)
        sides = (self._marks < threshold, self._marks >= threshold)
        for bars, points, part, side, colour in zip(self._bars, self._points, parts, sides, colours, strict=True):
            fill = QColor(colour)
            fill.setAlpha(150)
            edges, tops = part[0], part[1] + self._bottom
            bars.setData(edges, tops, stepMode="center", fillLevel=self._bottom, pen=None, brush=fill)
            marks = self._marks[side]
            points.setData(marks, np.full(len(marks), self._bottom + 0.3), pen=None, brush=fill)


def counted(values: NDArray[np.floating], edges: NDArray[np.float64]) -> NDArray[np.intp]:
    """n: how many of rising values are in each bin of n+1 edges; those beyond count in the outermost.

    Fast for millions.
    """
    below = np.searchsorted(values, edges[1:-1], side="left")
    return np.diff(np.concatenate([[0], below, [len(values)]]))


def heights(shares: NDArray[np.float64], rarest: float) -> NDArray[np.float64]:
    """Shares → heights 0 to 1; with a rarest share by their logarithm, which shows what is rare."""
    highest = float(shares.max(initial=0.0))
    if highest <= rarest:
        return np.zeros_like(shares)
    if not rarest:
        return shares / highest
    return np.asarray(np.log(np.maximum(shares, rarest) / rarest) / np.log(highest / rarest))


def split(
    edges: NDArray[np.float64], bars: NDArray[np.float64], threshold: float
) -> tuple[tuple[NDArray[np.float64], NDArray[np.float64]], tuple[NDArray[np.float64], NDArray[np.float64]]]:
    """The histogram below the threshold and that above; the bar it goes through is cut in two."""
    at = float(np.clip(threshold, edges[0], edges[-1]))
    below, above = int(np.searchsorted(edges, at, "left")), int(np.searchsorted(edges, at, "right"))
    left = np.append(edges[:below], at), bars[:below]
    right = np.insert(edges[above:], 0, at), bars[max(above - 1, 0) :]
    return (_whole(left), _whole(right))


def _whole(part: tuple[NDArray[np.float64], NDArray[np.float64]]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    edges, bars = part
    return edges, bars[: len(edges) - 1]


def measured_shares(curve: ImpostorCurve, edges: NDArray[np.float64]) -> NDArray[np.float64]:
    """The share of pairs of different people in each bin of n+1 edges, by the impostor curve."""
    rates = np.exp(np.interp(edges, curve.similarities, np.log(curve.rates)))
    return np.asarray(rates[:-1] - rates[1:])
