"""Measures the impostor curve on a set of labelled faces."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from core.errors import PhotoError
from core.lab.evaluation.people import LabelledFaces
from core.matching.curve import ImpostorCurve
from core.matching.metric import Metric
from core.matching.vectors import unit

BINS = 4000
"""Bins of the histogram of similarities from -1 to 1, each 0.0005 wide."""
LEAST_COUNT = 40
"""Fewest pairs of people behind a rate that counts as measured; its relative error is then about 1/√40, a sixth."""
BODY = (1e-2, 1e-4)
"""Rates between which the tail's shape is fitted: above them the curve bends; below, wrong labels and twins decide."""
LEAST_RATE = 1e-10
"""Rate at which the table ends: enough for a million people at one stranger in 10,000. Beyond it the curve is
extrapolated linearly (log rate over similarity)."""
LEAST_PEOPLE = 100
"""Fewest people for a curve, by default."""
LEAST_TRUST = 0.05
"""Rate down to which even the curve of a handful of people is counted, such as that of a training's validation."""
BLOCK = 512
"""Faces compared with all others at once."""


def centre_of(faces: LabelledFaces) -> NDArray[np.float32]:
    """Mean of the normalised embeddings, each person weighing the same; 128 numbers."""
    _, person, pictures = np.unique(faces.names, return_inverse=True, return_counts=True)
    return np.average(unit(faces.embeddings), axis=0, weights=1 / pictures[person]).astype(np.float32)


def calibrate(
    faces: LabelledFaces, encoder: str, metric: Metric | None = None, *, least_people: int = LEAST_PEOPLE
) -> ImpostorCurve:
    """The impostor curve of an encoder, from every pair of pictures of different people.

    encoder: its id. metric: by default the cosine centred on the mean of these faces. Any metric but a cosine is scaled
    so that D² is 2 on average.

    Each pair of people weighs the same, however many pictures they have. Rates are counted down to `LEAST_COUNT` pairs
    of people. Below that, log rate follows the parabola fitted to it between the rates of `BODY`: similarities of
    different people are nearly normally distributed, and the last counted pairs of any large set are mostly wrong
    labels. Raises PhotoError when there are fewer than `least_people`.
    """
    if faces.people < least_people:
        raise PhotoError(
            f"{faces.folder} has {faces.people} people with a usable picture, and an impostor curve needs at least "
            f"{least_people}: give a folder with more."
        )
    metric = _scaled(metric, faces) if metric else Metric.cosine(centre_of(faces))
    edges = np.linspace(-1, 1, BINS + 1)[:-1]
    rates = _counted(faces, metric)
    people = faces.people
    counted_to = min(max(LEAST_COUNT / (people * (people - 1) / 2), 1e-9), LEAST_TRUST)
    last = int(np.flatnonzero(rates >= counted_to)[-1])
    first = max(int(np.flatnonzero(rates < 1)[0]) - 1, 0)
    tail = _tail(edges, rates, last)
    similarities = np.concatenate([edges[first : last + 1], edges[last] + tail[0]])
    values = np.concatenate([rates[first : last + 1], tail[1]])
    falling = np.concatenate([[True], np.diff(values) < 0])
    thinned = _thin(similarities[falling], values[falling])
    return ImpostorCurve(
        encoder=encoder,
        metric=metric,
        similarities=thinned[0],
        rates=thinned[1],
        counted_to=counted_to,
        source=faces.folder,
        people=people,
        pictures=len(faces.names),
        pairs=_pair_count(faces),
    )


def _scaled(metric: Metric, faces: LabelledFaces) -> Metric:
    """The metric scaled so that two different people have D² = 2 on average, and a similarity of 0."""
    total = weights = 0.0
    for similarities, weight in _blocks(faces, metric):
        total += float((weight * (1 - similarities)).sum())
        weights += float(weight.sum())
    return metric.scaled((weights / total) ** 0.5)


def _counted(faces: LabelledFaces, metric: Metric) -> NDArray[np.float64]:
    """Weighted share of non-mated pairs at or above the lower edge of each bin (`BINS`)."""
    histogram = np.zeros(BINS)
    for similarities, weights in _blocks(faces, metric):
        histogram += np.histogram(np.clip(similarities, -1, 1), BINS, (-1, 1), weights=weights)[0]
    return np.asarray(np.cumsum(histogram[::-1])[::-1] / histogram.sum())


def _blocks(faces: LabelledFaces, metric: Metric) -> Iterator[tuple[NDArray[np.float32], NDArray[np.float64]]]:
    """Similarities of all pairs, block by block, with weights that make each pair of people count once; mated pairs
    weigh 0."""
    projected = metric.project(faces.embeddings)
    _, person, pictures = np.unique(faces.names, return_inverse=True, return_counts=True)
    weight = 1 / pictures[person]
    for start in range(0, len(projected), BLOCK):
        block = slice(start, start + BLOCK)
        similarities = metric.similarity(projected[block], projected)
        weights = weight[block, None] * weight[None] * (person[block, None] != person[None])
        yield similarities, weights


def _tail(
    edges: NDArray[np.float64], rates: NDArray[np.float64], last: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The fitted tail: offsets from the last counted similarity, and the rates there, falling to `LEAST_RATE`."""
    upper = BODY[0] if rates[last] < BODY[0] / 10 else 0.5
    body = (rates <= upper) & (rates >= max(BODY[1], rates[last]))
    bend, slope, _ = np.polyfit(edges[body], np.log(rates[body]), 2)
    if bend > 0:
        # A tail that flattens would never end, so fit a straight line instead. The parabola's slope without its bend
        # would be far too steep.
        bend, slope = 0.0, np.polyfit(edges[body], np.log(rates[body]), 1)[0]
    steps = np.arange(1, BINS) * 0.005
    at = edges[last]
    logs = np.log(rates[last]) + bend * ((at + steps) ** 2 - at**2) + slope * steps
    keep = np.concatenate([[True], logs[:-1] > np.log(LEAST_RATE)])
    return steps[keep], np.exp(logs[keep])


def _thin(
    similarities: NDArray[np.float64], rates: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Keeps every tenth point, where similarities 0.005 apart can be interpolated, and all below a rate of 1e-5."""
    keep = np.arange(len(similarities)) % 10 == 0
    keep[np.searchsorted(-rates, -1e-5) :] = True
    keep[[0, -1]] = True
    return similarities[keep], rates[keep]


def _pair_count(faces: LabelledFaces) -> int:
    _, pictures = np.unique(faces.names, return_counts=True)
    return int((pictures.sum() ** 2 - (pictures**2).sum()) // 2)
