"""The Siamese-network figure: two pictures pass through the same weights, and only their distance is judged."""

from dataclasses import dataclass
from functools import partial
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch

from core.encoder.checkpoint import Checkpoint
from core.lab.evaluation.plot_style import Drawing, Theme, figure
from core.types import ALIGNED_SIZE, EMBEDDING_SIZE

ROWS = {"x": 3.05, "y": 0.95}
"""Vertical position of each picture's path."""
MIDDLE = 2.0
"""Vertical position of the distance, where the paths meet."""


@dataclass(frozen=True, slots=True)
class Arrangement:
    """Facts about an encoder that the figure shows."""

    architecture: str
    weights: int
    """Number of learned weights."""
    metric: str
    """Kind of metric."""


def arrangement(checkpoint: Checkpoint) -> Arrangement:
    """Reads the facts from a checkpoint, counting its weights."""
    weights = sum(parameter.numel() for parameter in checkpoint.branch().parameters())
    kind = checkpoint.curve.metric.kind if checkpoint.curve else "euclidean"
    return Arrangement(checkpoint.architecture, weights, kind.replace("-", " "))


def drawing(checkpoint: Checkpoint) -> Drawing:
    """The figure, a diagram."""
    return partial(_draw, arrangement(checkpoint))


def _draw(shown: Arrangement, theme: Theme) -> Figure:
    drawn = figure(theme, width=10.2, height=4.1)
    axes = drawn.subplots()
    axes.set(xlim=(0, 10.1), ylim=(0.2, 4.45))
    axes.set_aspect("equal")
    axes.axis("off")
    for name, height in ROWS.items():
        _path(axes, theme, shown, name, height)
    _shared(axes, theme, shown)
    _box(axes, theme, (6.05, MIDDLE), (1.8, 1.25), f"distance D\nof f(x) and f(y)\n{shown.metric}", theme.colours[2])
    _box(axes, theme, (8.95, ROWS["x"]), (2.1, 1.2), "training\nloss L(D, z),\nz: one person?", theme.colours[1])
    _box(axes, theme, (8.95, ROWS["y"]), (2.1, 1.2), "recognition\nis D below\nthe threshold?", theme.colours[3])
    for name in ROWS:
        _arrow(axes, theme, (6.95, MIDDLE + (0.2 if name == "x" else -0.2)), (7.85, ROWS[name]))
    _gradient(axes, theme)
    return drawn


def _path(axes: Axes, theme: Theme, shown: Arrangement, name: str, height: float) -> None:
    """Draws the path from a picture to its embedding, and on to the distance."""
    _box(axes, theme, (0.75, height), (1.3, 0.95), f"picture {name}\n{ALIGNED_SIZE}×{ALIGNED_SIZE}", theme.ink)
    _box(axes, theme, (2.85, height), (1.6, 0.95), f"branch f\n{shown.architecture}", theme.colours[0])
    axes.text(4.35, height + 0.08, f"f({name})", ha="center", va="bottom", color=theme.ink, size=10)
    axes.text(4.35, height - 0.08, f"{EMBEDDING_SIZE} numbers", ha="center", va="top", color=theme.ink, size=9)
    _arrow(axes, theme, (1.45, height), (2.0, height))
    axes.plot([3.7, 4.95], [height] * 2, color=theme.ink, linewidth=1.4)
    _arrow(axes, theme, (4.93, height), (5.55, MIDDLE + (0.66 if name == "x" else -0.66)))


def _gradient(axes: Axes, theme: Theme) -> None:
    """Draws the gradient's path along the top, from the loss back to the weights."""
    colour, top = theme.colours[1], 4.15
    look: dict[str, Any] = {"color": colour, "linestyle": (0, (4, 3)), "linewidth": 1.4}
    axes.plot([8.95, 8.95, 2.85], [3.7, top, top], **look)
    axes.annotate("", (2.85, 3.56), (2.85, top + 0.01), arrowprops=look | {"arrowstyle": "-|>"})
    axes.text(5.9, top + 0.06, "gradient: both pictures change the same weights", ha="center", color=colour, size=9)


def _shared(axes: Axes, theme: Theme, shown: Arrangement) -> None:
    """Joins the two branches by a double line, with the number of weights that they share."""
    for aside in (-0.06, 0.06):
        ends = (ROWS["y"] + 0.55, ROWS["x"] - 0.55)
        axes.plot([2.85 + aside] * 2, ends, color=theme.colours[0], linewidth=1.6)
    text = f"the same {shown.weights:,} weights"
    axes.text(2.85, MIDDLE, text, ha="center", va="center", color=theme.ink, size=9,
              bbox={"facecolor": theme.ground, "edgecolor": "none", "pad": 2})  # fmt: skip


def _box(
    axes: Axes, theme: Theme, middle: tuple[float, float], size: tuple[float, float], text: str, colour: str
) -> None:
    corner = (middle[0] - size[0] / 2, middle[1] - size[1] / 2)
    rounded = "round,pad=0,rounding_size=0.12"
    axes.add_patch(FancyBboxPatch(corner, *size, rounded, linewidth=1.4, facecolor=colour + "18", edgecolor=colour))
    axes.text(*middle, text, ha="center", va="center", color=theme.ink, size=10, linespacing=1.3)


def _arrow(axes: Axes, theme: Theme, start: tuple[float, float], end: tuple[float, float]) -> None:
    axes.annotate("", end, start, arrowprops={"arrowstyle": "-|>", "color": theme.ink, "linewidth": 1.4})
