"""The contrastive-loss figure: the loss of a pair at each distance, and the dead zone where it is 0."""

from dataclasses import dataclass
from functools import partial

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from core.lab.evaluation.plot_style import Drawing, Theme, figure, legend, line_look, style

FARTHEST = 2.0
"""Greatest distance between embeddings of length 1."""


@dataclass(frozen=True, slots=True, eq=False)
class LossCurves:
    """The contrastive loss, linear or squared, at n distances."""

    formula: str
    margin: float
    distances: NDArray[np.float32]
    """Distances of a pair, 0 to 2 (n)."""
    same: NDArray[np.float32]
    """Loss of a pair of one person, z = 1 (n)."""
    different: NDArray[np.float32]
    """Loss of a pair of different people, z = 0 (n)."""


def loss_curves(squared: bool) -> LossCurves:
    """The loss as computed by `core.lab.training.losses`, with training's default margin."""
    import torch

    from core.lab.training.losses import LOSSES, contrastive

    margin = LOSSES["contrastive-squared" if squared else "contrastive"].margin
    distances = torch.linspace(0, FARTHEST, 401)
    same, different = (
        contrastive(distances, torch.full_like(distances, z), margin, squared=squared).numpy() for z in (1.0, 0.0)
    )
    formula = "L = z·D² + (1−z)·max(0, m−D)²" if squared else "L = z·D + (1−z)·max(0, m−D)"
    return LossCurves(formula, margin, distances.numpy(), same, different)


def drawing() -> Drawing:
    """The figure's two panels: linear and squared."""
    return partial(_draw, [loss_curves(squared) for squared in (False, True)])


def _draw(curves: list[LossCurves], theme: Theme) -> Figure:
    drawn = figure(theme, width=9.6, height=4.3)
    panels = drawn.subplots(1, 2, sharey=True)
    for axes, shown, name in zip(panels, curves, ("Linear", "Squared"), strict=True):
        _panel(axes, theme, shown)
        axes.set_title(f"{name}: {shown.formula}", color=theme.ink, fontsize=10, loc="left")
    panels[0].set_ylabel("Loss L of one pair", color=theme.ink)
    legend(drawn, theme, panels[0])
    return drawn


def _panel(axes: Axes, theme: Theme, shown: LossCurves) -> None:
    style(axes, theme, "Distance D of the pair", "")
    names = ("z = 1: one person, pulled together", "z = 0: different people, pushed apart")
    for place, (values, name) in enumerate(zip((shown.same, shown.different), names, strict=True)):
        axes.plot(shown.distances, values, label=name, **line_look(theme, place) | {"marker": "", "linewidth": 2.2})
    axes.axvspan(shown.margin, FARTHEST, color=theme.faint, alpha=0.45, linewidth=0, zorder=0)
    axes.axvline(shown.margin, color=theme.ink, linewidth=1.3, linestyle=":")
    axes.set(xlim=(0, FARTHEST), ylim=(0, 2), xticks=np.arange(0, 2.1, 0.5), yticks=np.arange(0, 2.1, 0.5))
    axes.text(shown.margin - 0.03, 1.93, f"m = {shown.margin:g}", ha="right", va="top", color=theme.ink, size=9)
    middle, zone = (shown.margin + FARTHEST) / 2, "dead zone of z = 0:\nno loss, no gradient"
    axes.text(middle, 0.12, zone, ha="center", va="bottom", color=theme.ink, size=9)
