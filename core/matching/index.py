"""Exact nearest neighbours among the enrolled templates, by one matrix product, at the speed of memory."""

import numpy as np
from numpy.typing import NDArray

from core.matching.metric import Metric
from core.matching.snapshot import Snapshot
from core.types import Candidate, Voter

LEAST_DISTANCE = 1e-3
"""A template nearer than this, such as the probe's own photo, weighs as much as one at this distance."""
PART = 65_536
"""Templates projected at a time."""
BLOCK = 256
"""Similarities per block when searching many for the largest: see `largest`."""


class Index:
    """One snapshot of the gallery, ready to be searched. Immutable; may be read from any thread without a lock."""

    def __init__(self, snapshot: Snapshot, metric: Metric) -> None:
        self.snapshot = snapshot
        self._metric = metric
        self._templates = _projected(metric, snapshot.embeddings)

    def __len__(self) -> int:
        """Number of templates."""
        return len(self.snapshot)

    def look_up(self, embedding: NDArray[np.float32]) -> "Lookup":
        """Compares one raw embedding (128 numbers) with every template."""
        projected = self._metric.project(embedding[None])
        return Lookup(self.snapshot, self._metric.similarity(projected, self._templates)[0])

    def closest_people(self, embedding: NDArray[np.float32], count: int = 5) -> tuple[Candidate, ...]:
        """Short for `look_up(embedding).closest_people(count)`."""
        return self.look_up(embedding).closest_people(count)

    def neighbours(self, embedding: NDArray[np.float32], k: int) -> tuple[Candidate, ...]:
        """Short for `look_up(embedding).neighbours(k)`."""
        return self.look_up(embedding).neighbours(k)

    def vote(self, embedding: NDArray[np.float32], k: int, *, weighted: bool = True) -> tuple[Voter, ...]:
        """Short for `look_up(embedding).vote(k, weighted=weighted)`."""
        return self.look_up(embedding).vote(k, weighted=weighted)


class Lookup:
    """The similarities of one probe to every template, and what follows from them."""

    def __init__(self, snapshot: Snapshot, similarities: NDArray[np.float32]) -> None:
        """similarities: T numbers, at most 1, one per template."""
        self._snapshot = snapshot
        self.similarities = similarities

    def closest_people(self, count: int = 5) -> tuple[Candidate, ...]:
        """The `count` closest people, each by their closest template, closest first."""
        wanted, rows = count, len(self.similarities)
        while True:
            # Reversed, so that each person's closest template is the last to be put in, and stays.
            closest = {candidate.person: candidate for candidate in reversed(self.neighbours(wanted))}
            if len(closest) >= count or wanted >= rows:
                return tuple(sorted(closest.values(), key=lambda candidate: -candidate.similarity)[:count])
            wanted *= 4

    def neighbours(self, k: int) -> tuple[Candidate, ...]:
        """The k nearest templates, nearest first; a person may appear several times."""
        return tuple(self._candidate(row) for row in largest(self.similarities, k))

    def likeness(self, person: int) -> float | None:
        """Similarity to the closest template of one person; None if the person has none."""
        rows = [row for row, owner in enumerate(self._snapshot.persons) if owner == person]
        return float(self.similarities[rows].max()) if rows else None

    def vote(self, k: int, *, weighted: bool = True) -> tuple[Voter, ...]:
        """The k nearest templates with the weights of their votes (Cover and Hart 1967), nearest first.

        weighted: a vote at distance D weighs 1/D, so that near neighbours count more (Dudani 1976); otherwise 1.
        """
        neighbours = self.neighbours(k)
        distances = np.sqrt(np.maximum(2 - 2 * np.array([n.similarity for n in neighbours]), LEAST_DISTANCE**2))
        weights = 1 / distances if weighted else np.ones(len(neighbours))
        return tuple(Voter(n, float(weight)) for n, weight in zip(neighbours, weights, strict=True))

    def _candidate(self, row: int) -> Candidate:
        return Candidate(
            person=self._snapshot.persons[row],
            name=self._snapshot.names[row],
            similarity=float(self.similarities[row]),
            template=self._snapshot.templates[row],
        )


def _projected(metric: Metric, embeddings: NDArray[np.float32]) -> NDArray[np.float32]:
    """Like `Metric.project`, but part by part, so that a million templates need no further copies in memory."""
    dimensions = metric.project(embeddings[:0]).shape[1]
    projected = np.empty((len(embeddings), dimensions), np.float32)
    for start in range(0, len(embeddings), PART):
        projected[start : start + PART] = metric.project(embeddings[start : start + PART])
    return projected


def largest(values: NDArray[np.float32], count: int) -> list[int]:
    """Positions of the largest values, largest first.

    The n largest values lie in the n blocks with the largest maxima, so that many values are scanned only once.
    """
    count = min(count, len(values))
    if count == 0:
        return []
    whole = len(values) // BLOCK
    if whole <= 2 * count:
        return _largest(values, count).tolist()  # type: ignore[no-any-return]
    maxima = values[: whole * BLOCK].reshape(whole, BLOCK).max(axis=1)
    starts = _largest(maxima, count)[:, None] * BLOCK
    places = np.concatenate([(starts + np.arange(BLOCK)).ravel(), np.arange(whole * BLOCK, len(values))])
    return places[_largest(values[places], count)].tolist()  # type: ignore[no-any-return]


def _largest(values: NDArray[np.float32], count: int) -> NDArray[np.intp]:
    top = np.argpartition(-values, count - 1)[:count]
    return top[np.lexsort((top, -values[top]))]
