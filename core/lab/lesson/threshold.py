"""The threshold figure: the threshold rises with the gallery, so that strangers are named as rarely as promised."""

from dataclasses import dataclass
from functools import partial

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, NullLocator
from numpy.typing import NDArray

from core.lab.evaluation.plot_style import Drawing, Theme, figure, line_look, percent, percent_axis, style
from core.matching.curve import ImpostorCurve
from core.matching.threshold import threshold_for

RATES = (1e-2, 1e-3, 1e-4)
"""Shares of strangers that may be named (FPIR)."""
LARGEST = 100_000
"""Templates in the largest gallery shown."""
FIXED_FOR = (1, 100)
"""Sizes of the gallery for which the fixed thresholds shown are right."""


@dataclass(frozen=True, slots=True, eq=False)
class GrowingThreshold:
    """Thresholds for galleries of n sizes, and the cost of fixed thresholds, for one impostor curve."""

    sizes: NDArray[np.int64]
    """Templates in the gallery, rising (n)."""
    thresholds: NDArray[np.float64]
    """Similarity needed at each of `RATES` and each size, RATES×n."""
    counted: NDArray[np.bool_]
    """Whether each threshold lies where the curve was counted rather than in its fitted tail, RATES×n."""
    fixed: NDArray[np.float64]
    """Thresholds that are right at `RATES[0]` for the sizes `FIXED_FOR`."""
    named: NDArray[np.float64]
    """Share of strangers that each fixed threshold names at each size, FIXED_FOR×n."""


def growing_threshold(curve: ImpostorCurve) -> GrowingThreshold:
    """Computes the thresholds from the curve in the same way as the program."""
    sizes = np.unique(np.geomspace(1, LARGEST, 121).round().astype(np.int64))
    thresholds = np.array([[threshold_for(curve, rate, int(n)).similarity for n in sizes] for rate in RATES])
    counted = np.vectorize(curve.false_match_rate)(thresholds) >= curve.counted_to
    fixed = np.array([threshold_for(curve, RATES[0], size).similarity for size in FIXED_FOR])
    named = np.array([[strangers_named(curve, float(at), int(n)) for n in sizes] for at in fixed])
    return GrowingThreshold(sizes, thresholds, counted, fixed, named)


def strangers_named(curve: ImpostorCurve, similarity: float, size: int) -> float:
    """FPIR, 0 to 1, of a threshold with `size` templates: 1 − (1 − FMR)^size, the inverse of `threshold_for`."""
    return float(-np.expm1(size * np.log1p(-curve.false_match_rate(similarity))))


def drawing(curve: ImpostorCurve) -> Drawing:
    """The figure's two panels: the threshold, and the cost of a fixed one."""
    return partial(_draw, growing_threshold(curve))


def _draw(shown: GrowingThreshold, theme: Theme) -> Figure:
    drawn = figure(theme, width=10.2, height=4.6)
    left, right = drawn.subplots(1, 2)
    style(left, theme, "Templates enrolled", "Similarity needed to be named")
    style(right, theme, "Templates enrolled", "Strangers named (FPIR)")
    for place, rate in enumerate(RATES):
        _threshold(left, theme, shown, place, f"promised: {percent(rate)} of strangers named")
    for place, size in enumerate(FIXED_FOR):
        name = f"fixed at {shown.fixed[place]:.3f}, right for {size:,} enrolled"
        right.plot(shown.sizes, shown.named[place], label=name, **line_look(theme, place + 3) | {"marker": ""})
    right.axhline(RATES[0], color=theme.colours[0], linewidth=1.8, label=f"growing: {percent(RATES[0])} as promised")
    right.set(ylim=(0, 1))
    right.yaxis.set_major_formatter(percent_axis())
    left.set_title("A threshold for each size of the gallery", color=theme.ink, fontsize=10, loc="left")
    right.set_title("What one threshold for all sizes would do", color=theme.ink, fontsize=10, loc="left")
    for axes in (left, right):
        axes.set_xscale("log")
        axes.set_xlim(1, LARGEST)
        axes.xaxis.set_major_formatter(FuncFormatter(lambda size, _: f"{size:,.0f}"))
        axes.xaxis.set_minor_locator(NullLocator())
        axes.legend(
            loc="upper center", bbox_to_anchor=(0.5, -0.17), frameon=False, labelcolor=theme.ink, fontsize=9,
            handlelength=3.2,
        )  # fmt: skip
    return drawn


def _threshold(axes: Axes, theme: Theme, shown: GrowingThreshold, place: int, name: str) -> None:
    """Draws a threshold by size, dotted where it comes from the curve's fitted tail."""
    look, counted = line_look(theme, place) | {"marker": "", "linewidth": 2.2}, shown.counted[place]
    fitted = ~counted
    # Includes the last counted point, so that there is no gap.
    fitted[:-1] |= fitted[1:]
    axes.plot(shown.sizes[counted], shown.thresholds[place][counted], label=name, **look | {"linestyle": "-"})
    axes.plot(shown.sizes[fitted], shown.thresholds[place][fitted], **look | {"linestyle": (0, (1, 1.2))})
