"""The Mahalanobis figure: points at equal distance form a circle by the Euclidean metric, an ellipse by Mahalanobis's,
and a circle again after the linear map W."""

from dataclasses import dataclass
from functools import partial

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from core.lab.evaluation.plot_style import Drawing, Theme, figure, legend, style
from core.lab.lesson.marks import dots, star
from core.lab.lesson.plane import as_embeddings, plane_metric
from core.matching.vectors import inverse_covariance

PEOPLE = ("Ada", "Ben")
TILT = np.radians(35)
"""Direction in which pictures of one person differ most, for instance by the light."""
SPREAD = (1.25, 0.28)
"""Standard deviations of a person's pictures along that direction and across it."""
MIDDLES = ((-1.5, 0.45), (0.7, -0.85))
"""Mean of each person's pictures, as coordinates along and across."""
PROBE = (1.55, 0.35)
"""The new picture, as coordinates along and across."""
RINGS = (1.0, 2.0, 3.0)
"""Distances at which a curve is drawn."""


@dataclass(frozen=True, slots=True, eq=False)
class Example:
    """Two people's pictures as points in the plane, a new picture, and a metric computed from the points."""

    points: NDArray[np.float64]
    """Pictures of both people, n×2."""
    person: NDArray[np.intp]
    """Person in each picture, as an index into `PEOPLE` (n)."""
    probe: NDArray[np.float64]
    """The new picture, 2 numbers."""
    matrix: NDArray[np.float64]
    """M, 2×2: the inverse covariance within people."""

    @property
    def weight(self) -> NDArray[np.float64]:
        """W, 2×2, upper triangular, with M = WᵀW."""
        return np.asarray(np.linalg.cholesky(self.matrix).T)

    def all_points(self) -> NDArray[np.float64]:
        """Points that each panel must show, k×2: all pictures, and both metrics' curves at distance 2."""
        curves = [ring(weight, self.probe, RINGS[1]) for weight in (np.eye(2), self.weight)]
        return np.concatenate([self.points, *curves])

    def nearest(self, weight: NDArray[np.float64]) -> tuple[int, float]:
        """Row and distance of the point nearest to the probe, by ‖W(x − y)‖. weight: W, 2×2."""
        metric = plane_metric(weight)
        distances = metric.distance(as_embeddings(self.probe[None]), as_embeddings(self.points))[0]
        row = int(np.argmin(distances))
        return row, float(distances[row])


def example() -> Example:
    """Two people whose pictures vary much more along one direction than across it, with M from this variation."""
    random = np.random.default_rng(5)
    along, across = (np.cos(TILT), np.sin(TILT)), (-np.sin(TILT), np.cos(TILT))
    axes = np.array([along, across])
    drawn = [random.normal(middle, SPREAD, (16, 2)) for middle in MIDDLES]
    within = np.concatenate([points - points.mean(0) for points in drawn]) @ axes
    person = np.repeat(np.arange(len(PEOPLE)), 16)
    return Example(np.concatenate(drawn) @ axes, person, np.array(PROBE) @ axes, inverse_covariance(within))


def ring(weight: NDArray[np.float64], middle: NDArray[np.float64], distance: float) -> NDArray[np.float64]:
    """Points x with ‖W(x − middle)‖ = distance, k×2: a circle, mapped back through W. weight: W, 2×2."""
    angle = np.linspace(0, 2 * np.pi, 73)
    circle = distance * np.stack([np.cos(angle), np.sin(angle)])
    return np.asarray(middle + np.linalg.solve(weight, circle).T)


def drawing() -> Drawing:
    """The figure's three panels: Euclid, Mahalanobis, and after W."""
    return partial(_draw, example())


def _draw(shown: Example, theme: Theme) -> Figure:
    drawn = figure(theme, width=10.2, height=4.5)
    panels = drawn.subplots(1, 3)
    euclid, learned = np.eye(2), shown.weight
    _panel(panels[0], theme, shown, euclid, euclid, "Euclid: circles")
    _panel(panels[1], theme, shown, learned, euclid, "Mahalanobis: ellipses")
    _panel(panels[2], theme, shown, learned, learned, "The same after W: circles")
    panels[0].set_ylabel("second number", color=theme.ink)
    panels[2].set(xlabel="first number of W·x", ylabel="second number")
    legend(drawn, theme, panels[0])
    return drawn


def _panel(
    axes: Axes,
    theme: Theme,
    shown: Example,
    weight: NDArray[np.float64],
    through: NDArray[np.float64],
    title: str,
) -> None:
    """weight: W of the metric. through: linear map applied to everything before drawing."""
    style(axes, theme, "first number of an embedding", "")
    axes.set_aspect("equal")
    for p, name in enumerate(PEOPLE):
        points = shown.points[shown.person == p] @ through.T
        axes.plot(*points.T, label=f"pictures of {name}", **dots(theme, p))
    for at in RINGS:
        curve = ring(weight, shown.probe, at) @ through.T
        axes.plot(*curve.T, color=theme.ink, linewidth=1.1, label="D = 1, 2, 3" if at == RINGS[0] else None)
    row, distance = shown.nearest(weight)
    ends = np.stack([shown.probe, shown.points[row]]) @ through.T
    axes.plot(*ends.T, color=theme.ink, linewidth=1.8, linestyle=(0, (2, 1.5)), label="to the nearest", zorder=4)
    axes.plot(*(shown.probe @ through.T), label="a new picture", **star(theme))
    _square(axes, shown.all_points() @ through.T)
    nearest = f"nearest: {PEOPLE[shown.person[row]]}, D = {distance:.2f}"
    axes.set_title(f"{title}\n{nearest}", color=theme.ink, fontsize=10, loc="left")


def _square(axes: Axes, points: NDArray[np.float64]) -> None:
    """Sets the limits to a square that contains all these points."""
    low, high = points.min(0), points.max(0)
    half, middle = 0.56 * float((high - low).max()), (low + high) / 2
    axes.set(xlim=(middle[0] - half, middle[0] + half), ylim=(middle[1] - half, middle[1] + half))
