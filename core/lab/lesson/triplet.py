"""The triplet-loss figure: an anchor, a positive at a fixed distance, and a negative at varying distances."""

from dataclasses import dataclass
from functools import partial

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from core.lab.evaluation.plot_style import Drawing, Theme, figure, line_look, style

POSITIVE = 0.7
"""Distance between anchor and positive."""
NEAREST, FARTHEST = 0.2, 1.4
"""Least and greatest distance between anchor and negative."""


@dataclass(frozen=True, slots=True, eq=False)
class TripletCurve:
    """Loss of a triplet as its negative moves, at n distances."""

    margin: float
    negatives: NDArray[np.float64]
    """Distances between anchor and negative, rising (n)."""
    losses: NDArray[np.float64]
    """Loss at each distance (n)."""


def triplet_curve() -> TripletCurve:
    """The loss that training uses, computed on three embeddings of length 1 at these distances."""
    import torch

    from core.lab.training.losses import LOSSES, build_loss

    loss, rows = build_loss("triplet").loss, tuple(torch.tensor([row]) for row in (0, 1, 2))
    negatives = np.linspace(NEAREST, FARTHEST, 121)
    labels = torch.tensor([0, 0, 1])
    losses = [float(loss(torch.from_numpy(_triplet(at)), labels, rows)) for at in negatives]
    return TripletCurve(LOSSES["triplet"].margin, negatives, np.array(losses))


def drawing() -> Drawing:
    """The figure, a single panel."""
    return partial(_draw, triplet_curve())


def _triplet(negative: float) -> NDArray[np.float64]:
    """Anchor, positive and negative on a unit circle, 3×128; a chord c spans the angle 2·asin(c/2)."""
    angles = np.array([0, 2 * np.arcsin(POSITIVE / 2), -2 * np.arcsin(negative / 2)])
    return np.pad(np.stack([np.cos(angles), np.sin(angles)], 1), ((0, 0), (0, 126)))


def _draw(shown: TripletCurve, theme: Theme) -> Figure:
    drawn = figure(theme, width=7.4, height=3.9)
    axes = drawn.subplots()
    style(axes, theme, "Distance of anchor and negative, D(a, n)", "Loss of the triplet")
    look = line_look(theme, 0) | {"marker": "", "linewidth": 2.2}
    axes.plot(shown.negatives, shown.losses, **look)
    _zones(axes, theme, shown)
    title = f"L = max(0, D(a, p) − D(a, n) + m), here with D(a, p) = {POSITIVE:g} and m = {shown.margin:g}"
    axes.set_title(title, color=theme.ink, fontsize=10, loc="left")
    axes.set(xlim=(NEAREST, FARTHEST), ylim=(0, float(shown.losses.max())))
    return drawn


def _zones(axes: Axes, theme: Theme, shown: TripletCurve) -> None:
    """Shades and names the ranges of hard, semi-hard and easy triplets, as defined by FaceNet."""
    ends = (NEAREST, POSITIVE, POSITIVE + shown.margin, FARTHEST)
    names = ("hard:\nthe stranger\nis nearer", "semi-hard:\nfarther, by less\nthan m", "easy: no loss,\nno gradient")
    for place, (left, right, name) in enumerate(zip(ends, ends[1:], names, strict=False)):
        axes.axvspan(left, right, color=theme.faint, alpha=(0.0, 0.25, 0.6)[place], linewidth=0, zorder=0)
        at = (left + right) / 2
        axes.text(at, 0.97, name, transform=axes.get_xaxis_transform(), ha="center", va="top", color=theme.ink, size=9)
    for at, name in ((POSITIVE, "D(a, p)"), (POSITIVE + shown.margin, "D(a, p) + m")):
        axes.axvline(at, color=theme.ink, linewidth=1.2, linestyle=":")
        axes.text(at, 0.6, f" {name}", transform=axes.get_xaxis_transform(), color=theme.ink, size=9)
