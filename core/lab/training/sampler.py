"""Batches of P people with K pictures each, which hold pairs of one person and of different people (FaceNet's way).

pytorch-metric-learning's `MPerClassSampler` draws from one global generator, so a batch depends on everything drawn
before it, and on what else draws. Here the batches of an epoch follow from the seed and its number alone: a training
that was interrupted goes on with the batches it would have had, and each of several processes knows them all.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray


class BatchSampler:
    """Which faces make up each batch of each epoch."""

    def __init__(self, labels: NDArray[np.int64], people: int, pictures: int, seed: int = 0) -> None:
        """labels: n, whose picture each is. people: P a batch, fewer when there are fewer. pictures: K of each.

        Somebody with fewer than K pictures has some of them several times in a batch. Raises ValueError with fewer
        than two people in a batch or two pictures of each: there would be no pairs.
        """
        self._rows = [np.flatnonzero(labels == label) for label in np.unique(labels)]
        self.people, self.pictures, self.seed = min(people, len(self._rows)), pictures, seed
        if self.people < 2 or pictures < 2:
            raise ValueError("a batch needs at least two people with two pictures each")
        self._batches = max(1, round(len(labels) / self.size))

    def __len__(self) -> int:
        """Batches in an epoch: as many as show each picture about once."""
        return self._batches

    @property
    def size(self) -> int:
        """Faces in a batch, P·K."""
        return self.people * self.pictures

    def batches(self, epoch: int) -> Iterator[NDArray[np.int64]]:
        """The rows of each batch, P·K, a person's K next to each other. The same for the same seed and epoch."""
        random = np.random.default_rng([self.seed, epoch])
        people = _endless(np.arange(len(self._rows)), random)
        pictures = [_endless(rows, random) for rows in self._rows]
        for _ in range(self._batches):
            drawn: list[int] = []
            while len(drawn) < self.people:
                # Where one round of everybody ends and the next begins, somebody could come twice in a batch.
                person = next(people)
                if person not in drawn:
                    drawn.append(person)
            yield np.array([next(pictures[person]) for person in drawn for _ in range(self.pictures)], np.int64)


def shard(batch: NDArray[np.int64], rank: int, processes: int) -> NDArray[np.int64]:
    """The part of a batch that one of several processes sends through its network; put together in order, the batch.

    Raises ValueError when the batch can't be split evenly.
    """
    if len(batch) % processes:
        raise ValueError(f"a batch of {len(batch)} faces can't be split evenly over {processes} processes")
    part = len(batch) // processes
    return batch[rank * part : (rank + 1) * part]


def _endless(values: NDArray[np.int64], random: np.random.Generator) -> Iterator[int]:
    """All of them in random order, then again in another."""
    while True:
        yield from random.permutation(values).tolist()
