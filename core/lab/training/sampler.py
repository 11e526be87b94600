"""Batches of P people with K pictures each, so that they contain mated and non-mated pairs (as in FaceNet).

pytorch-metric-learning's `MPerClassSampler` draws from a global generator, so a batch depends on everything drawn
before it. Here an epoch's batches follow from the seed and the epoch's number alone: an interrupted training resumes
with the batches it would have had, and each of several processes knows them all.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray


class BatchSampler:
    """Chooses the faces of each batch in each epoch."""

    def __init__(self, labels: NDArray[np.int64], people: int, pictures: int, seed: int = 0) -> None:
        """labels: person in each picture (n). people: P, reduced if there are fewer people. pictures: K.

        Pictures of somebody who has fewer than K are repeated in a batch. Raises ValueError if there are fewer than two
        people, or K is below 2: batches would lack pairs.
        """
        self._rows = [np.flatnonzero(labels == label) for label in np.unique(labels)]
        self.people, self.pictures, self.seed = min(people, len(self._rows)), pictures, seed
        if self.people < 2 or pictures < 2:
            raise ValueError("a batch needs at least two people with two pictures each")
        self._batches = max(1, round(len(labels) / self.size))

    def __len__(self) -> int:
        """Number of batches in an epoch: enough to show each picture about once."""
        return self._batches

    @property
    def size(self) -> int:
        """Number of faces in a batch, P·K."""
        return self.people * self.pictures

    def batches(self, epoch: int) -> Iterator[NDArray[np.int64]]:
        """Rows of the faces in each batch (P·K), grouped by person. The same seed and epoch give the same batches."""
        random = np.random.default_rng([self.seed, epoch])
        people = _endless(np.arange(len(self._rows)), random)
        pictures = [_endless(rows, random) for rows in self._rows]
        for _ in range(self._batches):
            drawn: list[int] = []
            while len(drawn) < self.people:
                # Where one round of everybody ends and the next begins, a person could be drawn twice.
                person = next(people)
                if person not in drawn:
                    drawn.append(person)
            yield np.array([next(pictures[person]) for person in drawn for _ in range(self.pictures)], np.int64)


def shard(batch: NDArray[np.int64], rank: int, processes: int) -> NDArray[np.int64]:
    """The part of a batch that belongs to the process `rank`; the parts in order of rank make up the batch.

    Raises ValueError when the batch can't be split evenly.
    """
    if len(batch) % processes:
        raise ValueError(f"a batch of {len(batch)} faces can't be split evenly over {processes} processes")
    part = len(batch) // processes
    return batch[rank * part : (rank + 1) * part]


def _endless(values: NDArray[np.int64], random: np.random.Generator) -> Iterator[int]:
    """All values in random order, again and again, each time in a new order."""
    while True:
        yield from random.permutation(values).tolist()
