"""The figures of a report."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullFormatter, NullLocator
from scipy.special import ndtri

from core.lab.evaluation.identification_plot import identification
from core.lab.evaluation.measured import Measured
from core.lab.evaluation.plot_style import (
    Drawing,
    Theme,
    figure,
    label,
    legend,
    line_look,
    nothing,
    percent,
    percent_axis,
    style,
)
from core.lab.evaluation.roc import OperatingPoints, operating_points

DET_TICKS = (0.01, 0.1, 0.001, 0.4, 1e-4, 1e-5, 0.05, 0.02, 0.2, 0.005, 0.002)
"""Ticks of the DET axes, most important first; those too close to an earlier one are left out."""


def drawings(results: Sequence[Measured]) -> dict[str, Drawing]:
    """The figures that can be drawn from these results, by name."""
    points = [operating_points(result.similarities, result.same) for result in results]
    made: dict[str, Drawing] = {
        "roc": partial(roc, results, points),
        "det": partial(det, results, points),
        "distributions": partial(distributions, results),
    }
    looked_up = [(result.label, result.identification) for result in results if result.identification]
    if looked_up:
        made["identification"] = partial(identification, looked_up)
    return made


def roc(results: Sequence[Measured], points: Sequence[OperatingPoints], theme: Theme) -> Figure:
    """ROC: TMR over FMR, on a logarithmic axis down to a single false match, with 95 % intervals of the TMR."""
    drawn = figure(theme)
    axes = drawn.subplots()
    style(axes, theme, "False-match rate (FMR)", "True-match rate (TMR)")
    left = min(1 / np.count_nonzero(~result.same) for result in results)
    for i, (result, curve) in enumerate(zip(results, points, strict=True)):
        look = line_look(theme, i)
        rows = curve.enough()
        fmr = np.maximum(curve.fmr[rows], left / 2)
        axes.plot(fmr, curve.tmr[rows], drawstyle="steps-post", label=label(result.label), **look | {"marker": ""})
        _intervals(axes, result, 1.06 ** (i - (len(results) - 1) / 2), look | {"linewidth": 1.2})
    axes.set_xscale("log")
    axes.set_xlim(left * 0.8, 1)
    lowest = min(float(curve.tmr[curve.fmr <= max(left, 1e-4)].max()) for curve in points)
    bounds = [at.interval[0] for result in results for at in result.verification.tmr if at.counted]
    lowest = min([lowest, *bounds])
    axes.set_ylim(max(lowest - 0.12 * (1 - lowest) - 0.001, 0), 1 + 0.04 * (1 - lowest) + 0.0003)
    axes.xaxis.set_major_formatter(percent_axis())
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.yaxis.set_major_formatter(percent_axis())
    legend(drawn, theme, axes)
    return drawn


def _intervals(axes: Axes, result: Measured, aside: float, look: dict[str, Any]) -> None:
    for at in result.verification.tmr:
        if at.counted:
            below, above = max(at.value - at.interval[0], 0), max(at.interval[1] - at.value, 0)
            axes.errorbar(at.fmr * aside, at.value, yerr=[[below], [above]], capsize=3, **look)


def det(results: Sequence[Measured], points: Sequence[OperatingPoints], theme: Theme) -> Figure:
    """DET: FNMR over FMR, on normal-deviate axes (Martin et al. 1997).

    Normally distributed similarities give a straight line there. A curve crosses the diagonal at its equal error rate.
    """
    drawn = figure(theme, height=6.6)
    axes = drawn.subplots()
    axes.set_box_aspect(1)
    style(axes, theme, "False-match rate (FMR)", "False-non-match rate (FNMR)")
    axes.plot([-6, 6], [-6, 6], color=theme.faint, linewidth=1)
    lowest = 0.4
    for i, (result, curve) in enumerate(zip(results, points, strict=True)):
        inside = (curve.fmr > 0) & (curve.fmr < 1) & (curve.fnmr > 0) & (curve.fnmr < 1)
        rows = np.intersect1d(curve.enough(), np.flatnonzero(inside))
        if len(rows):
            lowest = min(lowest, float(curve.fmr[rows].min()), float(curve.fnmr[rows].min()))
        look = line_look(theme, i)
        axes.plot(
            ndtri(curve.fmr[rows]),
            ndtri(curve.fnmr[rows]),
            drawstyle="steps-post",
            label=label(result.label),
            **look | {"marker": ""},
        )
        eer = float(ndtri(np.clip(result.verification.eer, 1e-9, 0.5)))
        axes.plot(eer, eer, **look)
    if lowest == 0.4:
        nothing(axes, theme, "Mated and non-mated pairs don't overlap.")
    _deviates(axes, float(ndtri(max(lowest * 0.7, 1e-6))))
    legend(drawn, theme, axes)
    return drawn


def _deviates(axes: Axes, lowest: float) -> None:
    """Limits both axes to normal deviates from `lowest` to 0 (a rate of 0.5), with rates as tick labels."""
    axes.set(xlim=(lowest, 0), ylim=(lowest, 0))
    ticks: list[float] = []
    for tick in DET_TICKS:
        if ndtri(tick) > lowest and all(abs(ndtri(tick) - ndtri(other)) > -lowest / 13 for other in ticks):
            ticks.append(tick)
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_ticks(ndtri(ticks).tolist(), [percent(tick) for tick in ticks])
        axis.set_minor_locator(NullLocator())


def distributions(results: Sequence[Measured], theme: Theme) -> Figure:
    """Histograms of the similarities of mated and non-mated pairs, one panel per result, with its threshold."""
    drawn = figure(theme, height=1.0 + 2.1 * len(results))
    panels = drawn.subplots(len(results), squeeze=False)[:, 0]
    for axes, result in zip(panels, results, strict=True):
        style(axes, theme, "Similarity" if axes is panels[-1] else "", "Density")
        axes.set_title(label(result.label), color=theme.ink, fontsize=10, loc="left")
        low, high = (float(bound) for bound in np.quantile(result.similarities, (0.0002, 1)))
        # Enough bins to show the shape, few enough to be smooth: twice Rice's rule, as there are two distributions.
        fewer = min(np.count_nonzero(result.same), np.count_nonzero(~result.same))
        edges = np.linspace(low, max(high, low + 1e-3), int(np.clip(4 * fewer ** (1 / 3), 20, 150)) + 1)
        for kind, name, colour, line in ((True, "mated", 0, "-"), (False, "non-mated", 1, "--")):
            density, _ = np.histogram(result.similarities[result.same == kind], edges, density=True)
            look = {"edgecolor": theme.colours[colour], "linestyle": line, "linewidth": 1.4, "fill": True}
            axes.stairs(density, edges, facecolor=theme.colours[colour] + "40", label=name, **look)
        if result.threshold is not None:
            axes.axvline(result.threshold, color=theme.ink, linewidth=1.3, linestyle=":", label="threshold")
            _tag(axes, theme, result.threshold)
        axes.set_ylim(bottom=0)
    legend(drawn, theme, panels[-1])
    return drawn


def _tag(axes: Axes, theme: Theme, threshold: float) -> None:
    axes.annotate(
        f" {threshold:.3f}",
        (threshold, 1),
        xycoords=("data", "axes fraction"),
        va="top",
        color=theme.ink,
        fontsize=9,
    )
