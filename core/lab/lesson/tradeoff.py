"""The trade-off figure: a stricter threshold gives fewer false matches but more false non-matches."""

from dataclasses import dataclass
from functools import partial

import numpy as np
from matplotlib.figure import Figure

from core.encoder.encoder import Encoder
from core.errors import PhotoError
from core.lab.dataset.face_set import FaceSet
from core.lab.evaluation.pairs import all_pairs, pair_similarities
from core.lab.evaluation.people import embed_faces
from core.lab.evaluation.plot_style import Drawing, Theme, figure, legend, line_look, percent, percent_axis, style
from core.lab.evaluation.roc import OperatingPoints, equal_error_rate, operating_points
from core.lab.lesson.unseen import unseen
from core.matching.metric import Metric


@dataclass(frozen=True, slots=True, eq=False)
class TradeOff:
    """Verification error rates at every threshold."""

    points: OperatingPoints
    eer: float
    """Equal error rate, 0 to 1."""
    of: str
    """The numbers of people and pairs measured on, as the figure's title."""


def trade_off(faces: FaceSet, encoder: Encoder) -> TradeOff:
    """Error rates over all pairs of people whom the encoder was not trained on, by its own metric.

    Raises PhotoError when there are no mated or no non-mated pairs.
    """
    shown = unseen(faces, encoder.checkpoint)
    pairs = all_pairs(shown.names)
    mated = int(pairs.same.sum())
    if not mated or mated == len(pairs):
        raise PhotoError(f"{faces.folder} has no two people with two pictures each: give a folder that has.")
    curve = encoder.checkpoint.curve
    metric = curve.metric if curve else Metric.euclidean()
    projected = metric.project(embed_faces(shown, encoder).embeddings)
    points = operating_points(pair_similarities(projected, pairs), pairs.same)
    of = f"{shown.people} people, {mated:,} mated and {len(pairs) - mated:,} non-mated pairs"
    return TradeOff(points, equal_error_rate(points), of)


def drawing(faces: FaceSet, encoder: Encoder) -> Drawing:
    """The figure, a single panel."""
    return partial(_draw, trade_off(faces, encoder))


def _draw(shown: TradeOff, theme: Theme) -> Figure:
    drawn = figure(theme, width=7.4, height=4.4)
    axes = drawn.subplots()
    style(axes, theme, "Threshold: the similarity from which two pictures match", "Share of pairs told wrongly")
    points = shown.points
    rows = points.enough()
    rows = rows[np.isfinite(points.thresholds[rows])]
    names = ("FMR: different people match", "FNMR: one person doesn't match")
    for place, (errors, name) in enumerate(zip((points.fmr, points.fnmr), names, strict=True)):
        look = line_look(theme, 1 - place) | {"marker": "", "linewidth": 2.0}
        axes.plot(points.thresholds[rows], errors[rows], label=name, **look)
    crossing = int(np.argmin(np.abs(points.fmr - points.fnmr)))
    at = float(points.thresholds[crossing])
    axes.plot(at, shown.eer, "o", color=theme.ink, markersize=6)
    axes.annotate(
        f"EER {percent(round(shown.eer, 3))}\nat {at:.3f}", (at, shown.eer), (0, 34), textcoords="offset points",
        ha="center", color=theme.ink, size=9, arrowprops={"arrowstyle": "-", "color": theme.ink, "linewidth": 0.8},
    )  # fmt: skip
    axes.yaxis.set_major_formatter(percent_axis())
    axes.set_ylim(0, 1)
    axes.set_title(shown.of, color=theme.ink, fontsize=10, loc="left")
    legend(drawn, theme, axes)
    return drawn
