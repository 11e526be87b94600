"""The figure of the promise: strangers named, by how many others have been seen, before and after."""

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from core.lab.evaluation.plot_style import Theme, figure, label, legend, percent, percent_axis, style
from core.lab.evaluation.promise import SEEN, PromiseResult

LEAST = 1e-4
"""Share at which rates of none are drawn."""


def promise_figure(results: Sequence[PromiseResult], theme: Theme) -> Figure:
    """One panel for each number of people enrolled and each rate; one colour for each set."""
    rates = sorted({trial.asked for result in results for trial in result.trials}, reverse=True)
    sizes = sorted({trial.enrolled for result in results for trial in result.trials})
    drawn = figure(theme, width=2.3 + 2.1 * len(sizes), height=1.4 + 2.9 * len(rates))
    panels = drawn.subplots(len(rates), len(sizes), sharex=True, sharey=True, squeeze=False)
    for line, rate in zip(panels, rates, strict=True):
        for axes, size in zip(line, sizes, strict=True):
            style(axes, theme, "Others seen before" if rate == rates[-1] else "", "")
            axes.set_title(f"{size} enrolled", color=theme.ink, fontsize=10)
            axes.set_yscale("log")
            axes.yaxis.set_major_formatter(percent_axis())
            axes.set_xticks(range(len(SEEN)), [str(number) for number in SEEN])
            axes.set_xlim(-0.5, len(SEEN) - 0.5)
            axes.axhline(rate, color=theme.ink, linewidth=1.2, linestyle=(0, (1, 3)))
            for place, result in enumerate(results):
                colour = theme.colours[place % len(theme.colours)]
                trials = [t for t in result.trials if t.enrolled == size and t.asked == rate]
                aside = 0.12 * (place - (len(results) - 1) / 2) / max(len(results), 3) * 3
                seen = [SEEN.index(trial.seen) + aside for trial in trials]
                shares = np.maximum(
                    [[t.named, *t.named_interval, t.before.named] for t in trials] or np.empty((0, 4)), LEAST
                )
                axes.plot(
                    seen, shares[:, 3], color=colour, linestyle="--", marker="o", markersize=4, markerfacecolor="none"
                )
                bars = np.maximum([shares[:, 0] - shares[:, 1], shares[:, 2] - shares[:, 0]], 0)
                axes.errorbar(seen, shares[:, 0], yerr=bars, color=colour, marker="o", markersize=5, capsize=3)
        line[0].set_ylabel(f"Strangers named\n({percent(rate)} asked)", color=theme.ink)
    for place, result in enumerate(results):
        panels[0][0].plot([], [], color=theme.colours[place % len(theme.colours)], marker="o", label=label(result.set))
    panels[0][0].add_line(
        Line2D(
            [],
            [],
            color=theme.ink,
            linestyle="--",
            marker="o",
            markerfacecolor="none",
            label="a mixed crowd's threshold",
        )
    )
    legend(drawn, theme, panels[0][0])
    return drawn
