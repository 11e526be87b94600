"""The training figure: distances of pairs of pictures before and after training."""

from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from core.encoder.architectures import ARCHITECTURES, build
from core.encoder.checkpoint import Checkpoint, arrays
from core.encoder.encoder import Encoder
from core.encoder.shipped import PUBLISHED
from core.errors import ModelError, PhotoError
from core.lab.dataset.face_set import FaceSet
from core.lab.dataset.split import split_people
from core.lab.evaluation.pairs import all_pairs, pair_similarities
from core.lab.evaluation.people import embed_faces
from core.lab.evaluation.plot_style import Drawing, Theme, figure, legend, percent, style
from core.lab.evaluation.roc import equal_error_rate, operating_points
from core.lab.lesson.unseen import seen, unseen
from core.lab.progress import Progress
from core.lab.training.losses import LOSSES
from core.lab.training.options import TrainingOptions
from core.lab.training.trainer import train
from core.matching.metric import Metric

EPOCHS = 30
"""Epochs of the training when no encoder is given."""
RATE = 3e-3
"""Learning rate of that training, the default of `firstsight train encoder`."""


@dataclass(frozen=True, slots=True, eq=False)
class PairDistances:
    """Distances of all pairs of some people's pictures, by one encoder."""

    of: str
    """Number and description of the people."""
    mated: NDArray[np.float32]
    """Distances of mated pairs, 0 to 2."""
    non_mated: NDArray[np.float32]
    """Distances of non-mated pairs, 0 to 2."""
    eer: float
    """Equal error rate, 0 to 1."""


def trained(faces: FaceSet, progress: Progress | None = None) -> Checkpoint:
    """A small network trained from scratch on four fifths of the people. Raises PhotoError if they are too few."""
    learned, validation = split_people(faces, max(2, faces.people // 5))
    told = (lambda done, total, _: progress(done, total)) if progress else None
    try:
        checkpoint = train(learned, validation, None, TrainingOptions(epochs=EPOCHS, rate=RATE), progress=told)
    except ValueError as error:
        raise PhotoError(f"{faces.folder} can't be trained on: {error}.") from error
    assert checkpoint is not None
    return checkpoint


def untrained(checkpoint: Checkpoint) -> Checkpoint:
    """The network that a training started from: random weights or the published encoder. Raises ModelError if it was
    another one, or isn't recorded."""
    start, seed = checkpoint.about.get("start"), checkpoint.about.get("options", {}).get("seed", 0)
    if start in ARCHITECTURES:
        torch.manual_seed(seed)
        return Checkpoint(start, arrays(build(start).state_dict()))
    published = Checkpoint.load(PUBLISHED)
    if start != published.id:
        raise ModelError(
            "What this encoder was trained from is not known: give one that `firstsight train encoder` trained from "
            "scratch, or from the published encoder."
        )
    return published


def pair_distances(faces: FaceSet, checkpoint: Checkpoint, of: str = "people") -> PairDistances:
    """Euclidean distances of all pairs, between embeddings of length 1, as in the losses.

    of: description of the people. Raises PhotoError when there are no mated or no non-mated pairs.
    """
    pairs = all_pairs(faces.names)
    if pairs.same.all() or not pairs.same.any():
        raise PhotoError(f"{faces.folder} has no two people with two pictures each: give a folder that has.")
    projected = Metric.euclidean().project(embed_faces(faces, Encoder(checkpoint)).embeddings)
    similarities = pair_similarities(projected, pairs)
    distances = np.sqrt(np.maximum(2 - 2 * similarities, 0))
    eer = equal_error_rate(operating_points(similarities, pairs.same))
    return PairDistances(f"{faces.people} {of}", distances[pairs.same], distances[~pairs.same], eer)


def drawing(faces: FaceSet, checkpoint: Checkpoint) -> Drawing:
    """The figure's panels: a row before and a row after training; a column of the people trained on, if they are in
    the folder, and one of unseen people."""
    learned, new = seen(faces, checkpoint), unseen(faces, checkpoint)
    columns = ([(learned, "people it was trained on")] if learned else []) + [(new, "people it has never seen")]
    encoders = (untrained(checkpoint), checkpoint)
    rows = [[pair_distances(people, encoder, of) for people, of in columns] for encoder in encoders]
    return partial(_draw, rows, margin_of(checkpoint))


def margin_of(checkpoint: Checkpoint) -> float | None:
    """Margin of the contrastive loss that the checkpoint was trained with; None for other losses."""
    options = checkpoint.about.get("options", {})
    loss = str(options.get("loss", ""))
    if not loss.startswith("contrastive"):
        return None
    return float(options.get("margin") or LOSSES[loss].margin)


def _draw(rows: list[list[PairDistances]], margin: float | None, theme: Theme) -> Figure:
    columns = len(rows[0])
    drawn = figure(theme, width=3.4 + 3.3 * columns, height=5.4)
    panels = drawn.subplots(len(rows), columns, sharex=True, sharey="row", squeeze=False)
    for row, when in enumerate(("Before training", "After training")):
        for axes, each in zip(panels[row], rows[row], strict=True):
            _panel(axes, theme, each, margin)
            title = f"{when}: EER {percent(round(each.eer, 3))}"
            axes.set_title(title + ("" if row else f"\n{each.of}"), color=theme.ink, fontsize=10, loc="left")
        panels[row][0].set_ylabel("Density", color=theme.ink)
        panels[row][0].set_ylim(bottom=0)
    for axes in panels[-1]:
        axes.set_xlabel("Distance D of two pictures", color=theme.ink)
    legend(drawn, theme, panels[0][0])
    return drawn


def _panel(axes: Axes, theme: Theme, shown: PairDistances, margin: float | None) -> None:
    style(axes, theme, "", "")
    edges = np.linspace(0, 2, 61)
    for name, distances, colour, line in (
        ("one person (mated)", shown.mated, 0, "-"),
        ("different people (non-mated)", shown.non_mated, 1, "--"),
    ):
        density, _ = np.histogram(distances, edges, density=True)
        look: dict[str, Any] = {"edgecolor": theme.colours[colour], "linestyle": line, "linewidth": 1.4, "fill": True}
        axes.stairs(density, edges, facecolor=theme.colours[colour] + "40", label=name, **look)
    if margin is not None:
        axes.axvline(margin, color=theme.ink, linewidth=1.3, linestyle=":", label=f"margin m = {margin:g}")
    axes.set_xlim(0, 2)
