"""Similarities between the enrolled photos."""

from collections.abc import Sequence

import numpy as np
import pytest

from core.matching.index import Index
from core.matching.metric import Metric
from core.matching.snapshot import Snapshot
from core.matching.vectors import unit
from gui.metric import gallery_pairs as module
from gui.metric.gallery_pairs import gallery_pairs, reaching

METRIC = Metric.cosine()


def vectors(count: int) -> np.ndarray:
    return unit(np.random.default_rng(0).normal(size=(count, 128)).astype(np.float32))


def index(photos: np.ndarray, persons: Sequence[int]) -> Index:
    count = len(persons)
    return Index(Snapshot(photos, tuple(range(count)), tuple(persons), ("",) * count, ("e",) * count), METRIC)


def test_every_pair_is_counted_once_and_on_the_right_side() -> None:
    photos, persons = vectors(7), [1, 1, 2, 3, 3, 3, 4]
    pairs = gallery_pairs(index(photos, persons))
    looped: dict[bool, list[float]] = {True: [], False: []}
    for a in range(7):
        for b in range(a):
            looped[persons[a] == persons[b]].append(float(photos[a] @ photos[b]))
    assert pairs.mated == pytest.approx(np.sort(looped[True]), abs=1e-6)
    assert pairs.non_mated == pytest.approx(np.sort(looped[False]), abs=1e-6)
    assert pairs.closest is not None
    first, second = pairs.closest
    assert persons[first] != persons[second]
    assert float(photos[first] @ photos[second]) == pytest.approx(pairs.non_mated[-1], abs=1e-6)


@pytest.mark.parametrize(("persons", "mated"), [([], 0), ([1], 0), ([1, 1], 1)])
def test_without_two_people_nobody_is_close(persons: list[int], mated: int) -> None:
    pairs = gallery_pairs(index(vectors(len(persons)), persons))
    assert (len(pairs.mated), len(pairs.non_mated), pairs.closest) == (mated, 0, None)


def test_a_large_gallery_is_sampled_evenly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_PHOTOS", 10)
    pairs = gallery_pairs(index(vectors(95), range(95)))
    assert len(pairs.non_mated) == 45


def test_a_similarity_at_the_threshold_reaches_it() -> None:
    rising = np.array([0.1, 0.2, 0.2, 0.5])
    assert [reaching(rising, t) for t in (0.0, 0.2, 0.21, 0.5, 0.6)] == [4, 3, 1, 1, 0]
