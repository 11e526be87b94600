"""Exact nearest neighbours among the enrolled, by one matrix product."""

import numpy as np
from numpy.typing import NDArray

from core.gallery.snapshot import Snapshot
from core.metric import Metric
from core.types import Candidate, Voter

LEAST_DISTANCE = 1e-3
"""A template nearer than this, for instance the enrolled photo itself, weighs as much as one at this distance."""


class Index:
    """An immutable look-up over one snapshot of the gallery; readable from any thread without a lock."""

    def __init__(self, snapshot: Snapshot, metric: Metric) -> None:
        self.snapshot = snapshot
        self._metric = metric
        self._templates = metric.project(snapshot.embeddings)
        persons = np.array(snapshot.persons, dtype=np.int64)
        self._people, self._person_of_row = np.unique(persons, return_inverse=True)
        self._rows_by_person = np.argsort(self._person_of_row, kind="stable")
        self._first_row = np.searchsorted(self._person_of_row[self._rows_by_person], np.arange(len(self._people)))

    def __len__(self) -> int:
        """Templates looked through."""
        return len(self.snapshot)

    def similarities(self, embeddings: NDArray[np.float32]) -> NDArray[np.float32]:
        """n×128 raw embeddings → n×T similarities to every template, 1 at most."""
        return self._metric.similarity(self._metric.project(embeddings), self._templates)

    def closest_people(self, embedding: NDArray[np.float32], count: int = 5) -> tuple[Candidate, ...]:
        """The `count` people whose closest template is nearest to one raw embedding (128), closest first."""
        if not len(self):
            return ()
        similarities = self.similarities(embedding[None])[0]
        best = np.maximum.reduceat(similarities[self._rows_by_person], self._first_row)
        return tuple(self._candidate(similarities, person) for person in _largest(best, count))

    def neighbours(self, embedding: NDArray[np.float32], k: int) -> tuple[Candidate, ...]:
        """The k nearest templates, nearest first; a person with several may come several times."""
        similarities = self.similarities(embedding[None])[0]
        return tuple(self._candidate_of_row(similarities, row) for row in _largest(similarities, k))

    def vote(self, embedding: NDArray[np.float32], k: int, *, weighted: bool = True) -> tuple[Voter, ...]:
        """The k nearest templates with what each one's vote weighs (Cover and Hart 1967), nearest first.

        weighted: 1/D of the distance D, so that near neighbours count more (Dudani 1976); otherwise each weighs 1.
        """
        neighbours = self.neighbours(embedding, k) if len(self) else ()
        distances = np.sqrt(np.maximum(2 - 2 * np.array([n.similarity for n in neighbours]), LEAST_DISTANCE**2))
        weights = 1 / distances if weighted else np.ones(len(neighbours))
        return tuple(Voter(n, float(weight)) for n, weight in zip(neighbours, weights, strict=True))

    def _candidate(self, similarities: NDArray[np.float32], person: int) -> Candidate:
        rows = np.flatnonzero(self._person_of_row == person)
        return self._candidate_of_row(similarities, int(rows[np.argmax(similarities[rows])]))

    def _candidate_of_row(self, similarities: NDArray[np.float32], row: int) -> Candidate:
        return Candidate(
            person=self.snapshot.persons[row],
            name=self.snapshot.names[row],
            similarity=float(similarities[row]),
            template=self.snapshot.templates[row],
        )


def _largest(values: NDArray[np.float32], count: int) -> list[int]:
    """Positions of the largest values, largest first."""
    count = min(count, len(values))
    if count == 0:
        return []
    top = np.argpartition(-values, count - 1)[:count]
    return [int(i) for i in top[np.argsort(-values[top], kind="stable")]]
