"""The identification figure of a report: strangers named and enrolled people found, by size of the gallery."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator

from core.lab.evaluation.plot_style import Theme, figure, label, legend, line_look, percent, percent_axis, style

if TYPE_CHECKING:
    from core.lab.evaluation.identification import IdentificationResult


def identification(results: Sequence[tuple[str, "IdentificationResult"]], theme: Theme) -> Figure:
    """FPIR with its interval, and TPIR, by size of the gallery. results: (label, result) of each encoder."""
    drawn = figure(theme, width=9.2, height=4.4)
    left, right = drawn.subplots(1, 2)
    style(left, theme, "People enrolled", "Strangers named (FPIR)")
    style(right, theme, "People enrolled", "Enrolled people found (TPIR)")
    sizes: set[int] = set()
    for i, (name, result) in enumerate(results):
        people = np.array([at.people for at in result.sweep])
        sizes.update(people.tolist())
        aside = people * 1.06 ** (i - (len(results) - 1) / 2)
        look = line_look(theme, i)
        fpir = np.array([(at.fpir, *at.fpir_interval) for at in result.sweep]).T
        bars = np.maximum([fpir[0] - fpir[1], fpir[2] - fpir[0]], 0)
        left.errorbar(aside, fpir[0], yerr=bars, capsize=3, **look)
        right.plot(people, [at.tpir for at in result.sweep], label=label(name), **look)
    left.set_ylim(bottom=0)
    for rate in {result.rate for _, result in results}:
        left.axhline(rate, color=theme.ink, linewidth=1.2, linestyle=(0, (1, 3)), label=f"requested: {percent(rate)}")
    lowest = min(at.tpir for _, result in results for at in result.sweep)
    right.set_ylim(max(lowest - 0.2 * (1 - lowest) - 0.002, 0), 1 + 0.04 * (1 - lowest) + 0.0005)
    for axes in (left, right):
        _gallery_sizes(axes, sorted(sizes))
    legend(drawn, theme, right, left)
    return drawn


def _gallery_sizes(axes: Axes, sizes: list[int]) -> None:
    axes.set_xscale("log")
    axes.set_xticks(sizes, [f"{size:,}" for size in sizes])
    axes.xaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_major_formatter(percent_axis())
