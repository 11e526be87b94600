"""Distributions of similarities as lanes, one below the other, over one axis."""

from enum import Enum
from typing import Any

import numpy as np
import pyqtgraph
from numpy.typing import NDArray
from PySide6.QtCore import QPointF
from PySide6.QtGui import QBrush, QColor, QFont, QPen

from core.matching.curve import ImpostorCurve
from gui.look import theme

BIN = 0.01
"""Width of a bin in similarity."""
FILLED = 0.7
"""Height of the highest bar as a share of its lane; the title is above."""
FEW = 40
"""Number of values below which each is painted as a mark."""
RAREST = 1e-7
"""Share of pairs in a bin at which a bar on the logarithmic scale has no height."""


class Kind(Enum):
    """What a lane compares, and so which side of the threshold is an error. Only errors are orange."""

    DIFFERENT = "different people"
    """At or above the threshold, one could be taken for the other."""
    SAME = "the same person"
    """Below the threshold, the person would be missed."""
    UNKNOWN = "who knows"
    """Live faces: below the threshold, a stranger is right and a person enrolled is an error."""

    def colours(self) -> tuple[QColor, QColor]:
        """Colours below the threshold, and at or above it."""
        colours = theme.colours()
        match self:
            case Kind.DIFFERENT:
                return colours.quiet, colours.warning
            case Kind.SAME:
                return colours.warning, colours.known
            case Kind.UNKNOWN:
                return colours.quiet, colours.known


class Lane:
    """One distribution, in one colour below the threshold and another at or above it."""

    def __init__(self, plot: Any, bottom: float, kind: Kind) -> None:
        """plot: pyqtgraph's `PlotItem`. bottom: y of the lane's lower edge; a lane is 1 high."""
        self._bottom = bottom
        self.kind = kind
        self._edges, self._heights = np.array([0.0, 1.0]), np.zeros(1)
        self._marks = np.zeros(0)
        self._bars = [pyqtgraph.PlotCurveItem() for _side in range(2)]
        self._points = [pyqtgraph.ScatterPlotItem(symbol="o", size=11) for _side in range(2)]
        self._ground = pyqtgraph.InfiniteLine(bottom, angle=0)
        self.title: Any = pyqtgraph.TextItem(anchor=(0, -0.12))
        self.title.setZValue(20)
        self._line = pyqtgraph.PlotCurveItem()
        for item in (self._ground, *self._bars, *self._points, self._line, self.title):
            plot.addItem(item, ignoreBounds=True)

    def show_title(self, text: str, left: float, font: QFont, ground: QColor) -> None:
        """Shows a title above the bars. left: x of its left edge. ground: background colour, which hides lines."""
        self.title.setText(text)
        self.title.setFont(font)
        self.title.setColor(theme.colours().quiet)
        self.title.fill = QBrush(ground)
        self.title.setPos(QPointF(left, self._bottom + 1))

    def show_shares(self, edges: NDArray[np.float64], shares: NDArray[np.float64], rarest: float) -> None:
        """Shows a histogram. edges: n+1 similarities. shares: n, counts or shares. rarest: see `heights`."""
        self._marks = np.zeros(0)
        self._edges, self._heights = edges, heights(shares, rarest) * FILLED

    def show_line(self, edges: NDArray[np.float64], shares: NDArray[np.float64], rarest: float) -> None:
        """Draws another histogram as a line over the bars. As `show_shares`; no shares for no line."""
        middle = (edges[1:] + edges[:-1]) / 2
        tops = heights(shares, rarest) * FILLED + self._bottom
        self._line.setData(middle if len(shares) else [], tops if len(shares) else [])

    def show_values(self, edges: NDArray[np.float64], values: NDArray[np.floating], *, magnified: bool) -> None:
        """Shows rising similarities: as marks if few, else as a histogram. magnified: on a logarithmic scale."""
        few = len(values) < FEW
        counts = counted(values, edges)
        self.show_shares(edges, np.zeros(len(edges) - 1) if few else counts.astype(float), 0.5 if magnified else 0.0)
        self._marks = np.asarray(values, np.float64) if few else np.zeros(0)

    def paint(self, threshold: float) -> None:
        """Colours bars and marks by their side of the threshold."""
        colours = self.kind.colours()
        self._ground.setPen(theme.colours().line)
        line = QPen(theme.colours().on_stage, 2)
        line.setCosmetic(True)
        self._line.setPen(line)
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
    """n: the number of rising values in each bin of n+1 edges; values beyond count in the outermost bins.

    Fast for millions of values.
    """
    below = np.searchsorted(values, edges[1:-1], side="left")
    return np.diff(np.concatenate([[0], below, [len(values)]]))


def heights(shares: NDArray[np.float64], rarest: float) -> NDArray[np.float64]:
    """Shares → heights, 0 to 1. Linear if `rarest` is 0, else logarithmic, with height 0 at `rarest`."""
    highest = float(shares.max(initial=0.0))
    if highest <= rarest:
        return np.zeros_like(shares)
    if not rarest:
        return shares / highest
    return np.asarray(np.log(np.maximum(shares, rarest) / rarest) / np.log(highest / rarest))


def split(
    edges: NDArray[np.float64], bars: NDArray[np.float64], threshold: float
) -> tuple[tuple[NDArray[np.float64], NDArray[np.float64]], tuple[NDArray[np.float64], NDArray[np.float64]]]:
    """Splits a histogram at the threshold into (edges, bars) below and above; the bar it crosses is cut in two."""
    at = float(np.clip(threshold, edges[0], edges[-1]))
    below, above = int(np.searchsorted(edges, at, "left")), int(np.searchsorted(edges, at, "right"))
    left = np.append(edges[:below], at), bars[:below]
    right = np.insert(edges[above:], 0, at), bars[max(above - 1, 0) :]
    return (_whole(left), _whole(right))


def _whole(part: tuple[NDArray[np.float64], NDArray[np.float64]]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    edges, bars = part
    return edges, bars[: len(edges) - 1]


def measured_shares(curve: ImpostorCurve, edges: NDArray[np.float64]) -> NDArray[np.float64]:
    """n: the share of pairs of different people in each bin of n+1 edges, from the impostor curve."""
    rates = np.exp(np.interp(edges, curve.similarities, np.log(curve.rates)))
    return np.asarray(rates[:-1] - rates[1:])
