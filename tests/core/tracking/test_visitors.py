"""People seen without being named: who votes, once each, and what is kept of it."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from core.encoder.encoder import Encoder
from core.gallery import Gallery
from core.matching.curve import ImpostorCurve
from core.matching.population import Population, Sample
from core.matching.threshold import threshold_for
from core.tracking import visitors as module
from core.tracking.tracker import Track
from core.tracking.visitors import FEWEST_SAVED, LEAST_LOOKS, Visitors
from core.types import Candidate, Decision, Face, Observation, Problem, Quality

CROP = np.zeros((168, 168, 3), np.uint8)
FACE = Face((0.0, 0.0, 80.0, 80.0), 0.9, np.zeros((5, 2), np.float32))
GOOD = Quality(0.8, 60.0, 1.0, 120.0, 40.0, 0.0, 0.0, 0.0, 1.0)


@pytest.fixture(scope="module")
def curve() -> ImpostorCurve:
    return Encoder().curve


@pytest.fixture
def population(curve: ImpostorCurve) -> Population:
    return Population(curve, Sample.nobody(curve.metric.dimensions))


@pytest.fixture
def seen(curve: ImpostorCurve) -> Visitors:
    return Visitors(curve.metric)


def people(count: int) -> NDArray[np.float32]:
    return np.random.default_rng(5).normal(size=(count, 128)).astype(np.float32)


def track(
    number: int,
    embedding: NDArray[np.float32],
    time: float,
    curve: ImpostorCurve,
    *,
    looks: int = LEAST_LOOKS,
    similarity: float | None = None,
    named: bool = False,
    problem: Problem | None = None,
) -> Track:
    quality = replace(GOOD, problems=(problem,)) if problem else GOOD
    found = Track(number, FACE, np.zeros((20, 20), np.float32), time, Observation(FACE, CROP, quality, embedding), time)
    for _ in range(looks):
        found.add(Observation(FACE, CROP, quality, embedding), time)
    closest = None if similarity is None else Candidate(1, "A", similarity, 1)
    found.decision = Decision(threshold_for(curve, 0.01, 1), (closest,) if closest else (), closest if named else None)
    found.person = 1 if named else None
    return found


def test_each_person_votes_once(seen: Visitors, population: Population, curve: ImpostorCurve) -> None:
    faces = people(4)
    assert seen.note([track(n, face, 1.0, curve) for n, face in enumerate(faces)], 1.0, population)
    assert len(seen) == 4
    assert seen.sample.pairs == 6
    # The same people again, in new tracks: a second later, and a thousand times.
    for again in range(1000):
        assert not seen.note([track(10 + again, faces[again % 4], 2.0 + again, curve)], 2.0 + again, population)
    assert len(seen) == 4


def test_two_faces_in_one_frame_are_two_people(seen: Visitors, population: Population, curve: ImpostorCurve) -> None:
    (twin,) = people(1)
    seen.note([track(1, twin, 1.0, curve), track(2, twin, 1.0, curve)], 1.0, population)
    assert len(seen) == 2
    assert seen.sample.pair_sum == pytest.approx(1, abs=1e-3)


@pytest.mark.parametrize("problem", [Problem.COVERED, Problem.CUT_OFF, Problem.NOT_UPRIGHT])
def test_a_hidden_face_does_not_vote(
    seen: Visitors, population: Population, curve: ImpostorCurve, problem: Problem
) -> None:
    assert not seen.note([track(1, people(1)[0], 1.0, curve, problem=problem)], 1.0, population)


def test_one_look_is_not_enough(seen: Visitors, population: Population, curve: ImpostorCurve) -> None:
    assert not seen.note([track(1, people(1)[0], 1.0, curve, looks=LEAST_LOOKS - 1)], 1.0, population)


def test_who_may_be_enrolled_does_not_vote(seen: Visitors, population: Population, curve: ImpostorCurve) -> None:
    face = people(1)[0]
    needed = threshold_for(curve, 0.01, 1).similarity
    assert not seen.note([track(1, face, 1.0, curve, similarity=needed + 0.1, named=True)], 1.0, population)
    assert not seen.note([track(2, face, 1.0, curve, similarity=needed - 0.05)], 1.0, population)
    assert seen.note([track(3, face, 1.0, curve, similarity=needed - 0.3)], 1.0, population)


def test_a_vote_is_withdrawn_when_the_track_is_named(
    seen: Visitors, population: Population, curve: ImpostorCurve
) -> None:
    faces = people(2)
    seen.note([track(n, face, 1.0, curve) for n, face in enumerate(faces)], 1.0, population)
    assert seen.note([track(0, faces[0], 2.0, curve, similarity=0.9, named=True)], 2.0, population)
    assert len(seen) == 1
    assert np.allclose(seen.sample.total, Sample.of(curve.metric.directions(curve.metric.project(faces[1:]))).total)


def test_nothing_is_saved_of_few_people(seen: Visitors, population: Population, curve: ImpostorCurve) -> None:
    faces = people(2 * FEWEST_SAVED)
    saved = Sample.nobody(curve.metric.dimensions)
    for number, face in enumerate(faces):
        seen.note([track(number, face, float(number), curve)], float(number), population)
        unsaved = seen.unsaved
        if unsaved:
            assert unsaved.people >= FEWEST_SAVED
            saved = saved + unsaved
            seen.saved(unsaved)
            assert seen.unsaved is None
    assert saved.people == 2 * FEWEST_SAVED
    for mine, theirs in zip(saved.sums(), seen.sample.sums(), strict=True):
        assert np.allclose(mine, theirs)


def test_a_crowd_of_any_size_takes_bounded_memory(
    seen: Visitors, population: Population, curve: ImpostorCurve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST", 20)
    for number, face in enumerate(people(70)):
        seen.note([track(number, face, float(number), curve)], float(number), population)
    assert len(seen._visitors) <= 20
    assert len(seen._of_track) <= 20
    assert len(seen) == seen.sample.people == 70


def test_the_gallery_keeps_sums_by_place(tmp_path: Path, own_home: Path) -> None:
    sample = Sample.of(people(6) / np.linalg.norm(people(6), axis=1, keepdims=True))
    with Gallery(tmp_path / "g.db") as gallery:
        assert gallery.seen("e", "m", "desk") is None
        gallery.add_seen("e", "m", "desk", sample)
        gallery.add_seen("e", "m", "desk", sample)
        gallery.add_seen("e", "m", "door", sample)
        gallery.add_seen("other", "m", "door", sample)
    with Gallery(tmp_path / "g.db", create=False) as gallery:
        desk, everywhere = gallery.seen("e", "m", "desk"), gallery.seen("e", "m")
        assert desk is not None
        assert everywhere is not None
        assert (desk.people, everywhere.people) == (12, 18)
        assert np.allclose(desk.total, 2 * sample.total)
        assert gallery.count_seen() == 18
        assert gallery.forget_seen() == 18
        assert gallery.erased
        assert gallery.seen("e", "m") is None
    assert sample.total.tobytes() not in (tmp_path / "g.db").read_bytes()
