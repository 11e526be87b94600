"""The one-shot figure: the more people there are to choose from, the lower the accuracy."""

from functools import partial

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from core.encoder.encoder import Encoder
from core.errors import PhotoError
from core.lab.dataset.face_set import FaceSet
from core.lab.evaluation.one_shot import OneShotResult, one_shot
from core.lab.evaluation.people import embed_faces
from core.lab.evaluation.plot_style import Drawing, Theme, figure, legend, line_look, percent_axis, style
from core.lab.lesson.unseen import several_pictures, unseen
from core.matching.metric import Metric

MOST_WAYS = 200
"""Most people to choose from."""
POINTS = 12
"""Points of the curve, each for another number of people."""
TRIALS = 4000
"""Trials for each point."""


def accuracies(faces: FaceSet, encoder: Encoder) -> list[OneShotResult]:
    """One-shot accuracy by the encoder's own metric, with two people to choose from up to all (at most `MOST_WAYS`).

    Only people take part who have two pictures and whom the encoder was not trained on. Raises PhotoError when they are
    fewer than two.
    """
    shown = unseen(faces, encoder.checkpoint)
    most = min(several_pictures(shown), MOST_WAYS)
    if most < 2:
        raise PhotoError(f"{faces.folder} has no two people with two pictures each: give a folder that has.")
    curve = encoder.checkpoint.curve
    metric = curve.metric if curve else Metric.euclidean()
    projected = metric.project(embed_faces(shown, encoder).embeddings)
    tried = np.unique(np.geomspace(2, most, POINTS).round().astype(int)).tolist()
    return [one_shot(projected, shown.names, ways, trials=TRIALS) for ways in tried]


def drawing(faces: FaceSet, encoder: Encoder) -> Drawing:
    """The figure, a single panel."""
    return partial(_draw, accuracies(faces, encoder))


def _draw(results: list[OneShotResult], theme: Theme) -> Figure:
    drawn = figure(theme, width=7.4, height=4.2)
    axes = drawn.subplots()
    style(axes, theme, "People to choose from, one picture each (N)", "Right person chosen")
    ways = np.array([result.ways for result in results])
    accuracy = np.array([result.accuracy for result in results])
    low, high = np.array([result.interval for result in results]).T
    look = line_look(theme, 0)
    axes.fill_between(ways, low, high, color=look["color"], alpha=0.18, linewidth=0, label="95 % interval")
    axes.plot(ways, accuracy, label="by the nearest", **look)
    axes.plot(ways, 1 / ways, label="by guessing, 1/N", **line_look(theme, 1) | {"marker": ""})
    axes.yaxis.set_major_formatter(percent_axis())
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set(ylim=(0, 1.02), xlim=(ways[0] - 0.02 * ways[-1], ways[-1] * 1.02))
    title = f"{results[0].people} people with two or more pictures, {TRIALS:,} trials each"
    axes.set_title(title, color=theme.ink, fontsize=10, loc="left")
    legend(drawn, theme, axes)
    return drawn
