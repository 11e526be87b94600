"""The nearest-neighbours figure: who would be named at each point of the plane, and how a probe's neighbours vote."""

from dataclasses import dataclass
from functools import partial

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure
from numpy.typing import NDArray

from core.lab.evaluation.plot_style import Drawing, Theme, figure, legend, style
from core.lab.lesson.marks import dots, star
from core.lab.lesson.plane import as_embeddings, plane_metric
from core.matching.decision import elected
from core.matching.index import Index
from core.matching.snapshot import Snapshot

PEOPLE = ("Ada", "Ben")
PROBE = np.array([0.75, 0.8])
"""The new picture."""
STRAY = (1.0, 0.85)
"""A poor picture of Ada, which lies among Ben's."""
VOTES = ((1, False), (5, False), (5, True))
"""k, and whether votes are weighted by 1/D, in each panel."""
EXTENT = (-2.9, 2.5, -2.2, 2.2)
"""Left, right, bottom and top of the plane shown."""
STEPS = 72
"""Points across and down at which the named person is computed."""


@dataclass(frozen=True, slots=True, eq=False)
class Vote:
    """The contents of one panel."""

    k: int
    weighted: bool
    """Whether votes are weighted by 1/D."""
    voters: tuple[int, ...]
    """Rows of the pictures that vote on the probe, nearest first."""
    weights: tuple[float, ...]
    """Weight of each vote."""
    elected: int
    """Person named, as an index into `PEOPLE`."""
    regions: NDArray[np.intp]
    """Person who would be named at each point of the plane, STEPS×STEPS, from the bottom left."""


def pictures() -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """Pictures of two people as points, n×2, scattered around their means, with the stray; and whose each is (n)."""
    random = np.random.default_rng(8)
    ada, ben = random.normal((-1.1, 0.1), 0.65, (9, 2)), random.normal((1.1, 0.3), 0.65, (9, 2))
    return np.concatenate([ada, [STRAY], ben]), np.repeat([0, 1], [10, 9])


def index() -> Index:
    """The program's own look-up over these points."""
    points, person = pictures()
    snapshot = Snapshot(
        embeddings=as_embeddings(points),
        templates=tuple(range(len(points))),
        persons=tuple(person.tolist()),
        names=tuple(PEOPLE[p] for p in person),
        encoders=("plane",) * len(points),
    )
    return Index(snapshot, plane_metric())


def vote(gallery: Index, k: int, weighted: bool) -> Vote:
    """The vote of the probe's k nearest neighbours, and that at every point of the plane."""
    voters = gallery.vote(as_embeddings(PROBE[None])[0], k, weighted=weighted)
    x, y = np.meshgrid(np.linspace(*EXTENT[:2], STEPS), np.linspace(*EXTENT[2:], STEPS))
    places = as_embeddings(np.column_stack([x.ravel(), y.ravel()]))
    regions = [_who(gallery, place, k, weighted) for place in places]
    return Vote(
        k=k,
        weighted=weighted,
        voters=tuple(voter.candidate.template for voter in voters),
        weights=tuple(voter.weight for voter in voters),
        elected=_who(gallery, as_embeddings(PROBE[None])[0], k, weighted),
        regions=np.array(regions).reshape(x.shape),
    )


def drawing() -> Drawing:
    """The figure's three panels, one for each of `VOTES`."""
    gallery = index()
    return partial(_draw, [vote(gallery, k, weighted) for k, weighted in VOTES])


def _who(gallery: Index, embedding: NDArray[np.float32], k: int, weighted: bool) -> int:
    winner = elected(gallery.vote(embedding, k, weighted=weighted))
    assert winner is not None
    return winner.person


def _draw(votes: list[Vote], theme: Theme) -> Figure:
    drawn = figure(theme, width=10.2, height=3.9)
    panels = drawn.subplots(1, len(votes), sharey=True)
    for axes, shown in zip(panels, votes, strict=True):
        _panel(axes, theme, shown)
    panels[0].set_ylabel("second number", color=theme.ink)
    legend(drawn, theme, panels[0])
    return drawn


def _panel(axes: Axes, theme: Theme, shown: Vote) -> None:
    points, person = pictures()
    style(axes, theme, "first number of an embedding", "")
    axes.grid(False)
    tints = ListedColormap([theme.colours[p] + "30" for p in range(len(PEOPLE))])
    axes.imshow(shown.regions, tints, extent=EXTENT, origin="lower", vmin=0, vmax=1, interpolation="nearest", zorder=0)
    for row, weight in zip(shown.voters, shown.weights, strict=True):
        line = np.stack([PROBE, points[row]]).T
        axes.plot(*line, color=theme.ink, linewidth=0.9 + 1.1 * weight / max(shown.weights), alpha=0.7, zorder=2)
    for p, name in enumerate(PEOPLE):
        axes.plot(*points[person == p].T, label=f"pictures of {name}", **dots(theme, p))
    axes.plot(*PROBE, label="a new picture", **star(theme))
    how = "each vote weighs 1/D" if shown.weighted else "each vote counts 1"
    title = f"k = {shown.k}" + (f", {how}" if shown.k > 1 else "")
    counted = ", ".join(f"{name} {votes:.3g}" for name, votes in _counts(shown, person).items())
    axes.set_title(f"{title}\n{counted}: {PEOPLE[shown.elected]}", color=theme.ink, fontsize=10, loc="left")
    axes.set_xlim(*EXTENT[:2])
    axes.set_ylim(*EXTENT[2:])


def _counts(shown: Vote, person: NDArray[np.intp]) -> dict[str, float]:
    """Sum of each person's votes, by name, without those who have none."""
    sums = np.bincount(person[list(shown.voters)], weights=shown.weights, minlength=len(PEOPLE))
    return {name: float(votes) for name, votes in zip(PEOPLE, sums, strict=True) if votes}
