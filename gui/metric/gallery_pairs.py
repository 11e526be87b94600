"""Similarities between enrolled photos: of the same person (mated) and of different people (non-mated)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.matching.index import Index

MOST_PHOTOS = 2000
"""Photos compared, which makes two million pairs. Of more, this many are taken at even steps."""


@dataclass(frozen=True, slots=True, eq=False)
class GalleryPairs:
    """Similarities of pairs of enrolled photos."""

    mated: NDArray[np.float32]
    """Similarities of photos of the same person, rising."""
    non_mated: NDArray[np.float32]
    """Similarities of photos of different people, rising."""
    closest: tuple[int, int] | None
    """Rows of the two most similar photos of different people; None if there are fewer than two people."""


def gallery_pairs(index: Index, *, centred: bool = True) -> GalleryPairs:
    """Compares every pair once, as if neither photo were enrolled. centred: from the population's centre."""
    rows = np.unique(np.linspace(0, len(index) - 1, min(len(index), MOST_PHOTOS)).astype(int))
    owners = np.array(index.snapshot.persons, dtype=np.int64)[rows]
    first, second = np.triu_indices(len(rows), 1)
    similarities = index.pairs(rows, rows, centred=centred)[first, second]
    same = owners[first] == owners[second]
    non_mated = np.flatnonzero(~same)
    closest = None
    if len(non_mated):
        best = non_mated[np.argmax(similarities[non_mated])]
        closest = (int(rows[first[best]]), int(rows[second[best]]))
    return GalleryPairs(np.sort(similarities[same]), np.sort(similarities[non_mated]), closest)


def reaching(similarities: NDArray[np.floating], threshold: float) -> int:
    """How many similarities are at or above a threshold. similarities: rising."""
    return len(similarities) - int(np.searchsorted(similarities, threshold, side="left"))
