"""Nearest neighbours, the curve, the threshold and the decision."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.encoder.checkpoint import Checkpoint, curve_beside
from core.encoder.shipped import PUBLISHED
from core.errors import ModelError
from core.matching.curve import ImpostorCurve
from core.matching.decision import decide, elected
from core.matching.index import Index, largest
from core.matching.metric import Metric
from core.matching.snapshot import Snapshot
from core.matching.threshold import threshold_for
from core.matching.vectors import unit

CURVE = ImpostorCurve.load(curve_beside(PUBLISHED))
PLAIN = Metric.cosine()


def snapshot_of(embeddings: np.ndarray, persons: list[int]) -> Snapshot:
    return Snapshot(
        embeddings=embeddings.astype(np.float32),
        templates=tuple(range(1, len(persons) + 1)),
        persons=tuple(persons),
        names=tuple(f"Person {person}" for person in persons),
        encoders=("e",) * len(persons),
    )


def gaussian(count: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(count, 128)).astype(np.float32)


def test_the_nearest_is_the_one_a_loop_finds() -> None:
    enrolled, probes = gaussian(300), gaussian(20, 1)
    index = Index(snapshot_of(enrolled, [n // 3 for n in range(300)]), CURVE.metric)
    a, b = CURVE.metric.project(enrolled), CURVE.metric.project(probes)
    for probe, vector in zip(probes, b, strict=True):
        best: dict[int, float] = {}
        for row, template in enumerate(a):
            best[row // 3] = max(best.get(row // 3, -1), float(template @ vector))
        expected = sorted(best.items(), key=lambda item: -item[1])[:5]
        found = index.closest_people(probe, 5)
        assert [candidate.person for candidate in found] == [person for person, _ in expected]
        assert np.allclose([c.similarity for c in found], [s for _, s in expected], atol=1e-5)
        assert all(candidate.person == (candidate.template - 1) // 3 for candidate in found)


def test_the_largest_of_many_are_the_ones_sorting_finds() -> None:
    random = np.random.default_rng(0)
    for size in (1, 7, 255, 256, 2600, 10_007):
        values = random.normal(size=size).astype(np.float32)
        values[size // 2 :] = values[: size - size // 2]
        for count in (0, 1, 5, 40, size):
            found = largest(values, count)
            assert len(set(found)) == min(count, size)
            assert values[found].tolist() == np.sort(values)[::-1][:count].tolist()


def test_projecting_a_gallery_in_parts_changes_no_look_up(monkeypatch: pytest.MonkeyPatch) -> None:
    embeddings, metric = gaussian(1000), Metric.whitened(gaussian(1)[0], gaussian(40, seed=1))
    snapshot, probe = snapshot_of(embeddings, list(range(1000))), gaussian(1, seed=2)[0]
    whole = Index(snapshot, metric).look_up(probe).similarities
    monkeypatch.setattr("core.matching.index.PART", 300)
    assert np.allclose(Index(snapshot, metric).look_up(probe).similarities, whole, atol=1e-6)


def test_people_with_many_photos_do_not_hide_others() -> None:
    base = np.eye(128, dtype=np.float32)
    templates = np.stack([base[0] + 0.001 * n * base[1] for n in range(50)] + [base[0] + base[2], base[3]])
    index = Index(snapshot_of(templates, [1] * 50 + [2, 3]), PLAIN)
    assert [candidate.person for candidate in index.closest_people(base[0], 2)] == [1, 2]
    assert [candidate.person for candidate in index.closest_people(base[0], 9)] == [1, 2, 3]
    assert index.closest_people(base[0], 2)[0].template == 1


def test_an_empty_gallery_names_nobody() -> None:
    index = Index(snapshot_of(np.empty((0, 128)), []), PLAIN)
    decision = decide(index, gaussian(1)[0], threshold_for(CURVE, 0.01, 0))
    assert (decision.name, decision.similarity, decision.margin, decision.candidates) == (None, None, None, ())
    assert index.vote(gaussian(1)[0], 3) == ()
    assert elected(()) is None


def test_k_nearest_vote_and_ties_go_to_the_nearest() -> None:
    base = np.eye(128, dtype=np.float32)
    near = lambda amount, other: base[0] + amount * base[other]  # noqa: E731
    templates = np.stack([near(0.1, 1), near(0.2, 2), near(0.3, 3), near(2, 4)])
    index = Index(snapshot_of(templates, [1, 2, 2, 3]), PLAIN)
    assert [n.template for n in index.neighbours(base[0], 3)] == [1, 2, 3]
    threshold = threshold_for(CURVE, 0.01, 4)
    for k, person in ((1, 1), (2, 1), (3, 2), (99, 2)):
        assert decide(index, base[0], threshold, k, weighted=False).named.person == person
        assert len(decide(index, base[0], threshold, k).voters) == min(k, 4)
    # Two at 0.2 and 0.3 count less than one at 0.1, and more than one at 0.19.
    assert decide(index, base[0], threshold, 3).named.person == 1
    templates[0] = near(0.19, 1)
    nearer = Index(snapshot_of(templates, [1, 2, 2, 3]), PLAIN)
    assert decide(nearer, base[0], threshold, 3).named.person == 2
    weights = [voter.weight for voter in nearer.vote(base[0], 3)]
    distances = [np.linalg.norm(unit(template) - base[0]) for template in templates[:3]]
    assert weights == pytest.approx([1 / distance for distance in distances], rel=1e-3)


def test_with_one_photo_each_any_number_of_weighted_neighbours_elects_the_closest() -> None:
    index = Index(snapshot_of(gaussian(30), list(range(30))), PLAIN)
    for probe in gaussian(20, seed=1):
        assert elected(index.vote(probe, 7)) == index.neighbours(probe, 1)[0]
        assert elected(index.vote(probe, 7, weighted=False)) == index.neighbours(probe, 1)[0]


def test_a_probe_that_is_enrolled_itself_has_a_finite_vote() -> None:
    templates = np.eye(128, dtype=np.float32)[:3]
    assert np.isfinite(
        [voter.weight for voter in Index(snapshot_of(templates, [1, 2, 3]), PLAIN).vote(templates[0], 3)]
    ).all()


def test_the_threshold_decides() -> None:
    templates = np.eye(128, dtype=np.float32)[:3]
    index = Index(snapshot_of(templates, [1, 2, 3]), PLAIN)
    threshold = threshold_for(CURVE, 0.01, 3)
    for offset, named in ((0.01, True), (-0.01, False)):
        cosine = threshold.similarity + offset
        probe = np.zeros(128, np.float32)
        probe[0], probe[9] = cosine, np.sqrt(1 - cosine**2)
        decision = decide(index, probe, threshold)
        assert (decision.named is not None) == named
        assert decision.margin == pytest.approx(offset, abs=1e-5)


@given(rate=st.floats(1e-5, 0.2), size=st.integers(1, 100_000))
def test_the_threshold_grows_with_the_gallery_and_with_strictness(rate: float, size: int) -> None:
    threshold = threshold_for(CURVE, rate, size).similarity
    assert -1 < threshold < 1
    assert threshold_for(CURVE, rate, size * 2).similarity >= threshold
    assert threshold_for(CURVE, rate / 2, size).similarity >= threshold


@given(rate=st.floats(1e-4, 0.1), size=st.integers(1, 5000))
def test_the_promise_is_the_rate_over_all_comparisons(rate: float, size: int) -> None:
    each = CURVE.false_match_rate(threshold_for(CURVE, rate, size).similarity)
    assert 1 - (1 - each) ** size == pytest.approx(rate, rel=0.02)


@given(st.floats(-9.5, -0.5))
def test_the_curve_is_its_own_inverse(power: float) -> None:
    rate = 10**power
    assert CURVE.false_match_rate(CURVE.similarity_at(rate)) == pytest.approx(rate, rel=1e-3)


def test_the_shipped_curve_says_where_it_comes_from_and_reaches_far() -> None:
    assert CURVE.source == "lfw-dev"
    assert CURVE.people > 2800
    assert CURVE.pairs > 1_000_000
    assert CURVE.encoder == Checkpoint.load(PUBLISHED).id
    assert CURVE.rates[-1] < 1e-6
    assert CURVE.counted_to < 1e-4


def test_a_threshold_cannot_be_asked_for_an_impossible_rate() -> None:
    for rate in (0, 1, -1, 2):
        with pytest.raises(ValueError, match="rate"):
            threshold_for(CURVE, rate, 1)


def test_curves_survive_saving_and_damage_is_reported(tmp_path: Path) -> None:
    file = tmp_path / "curve.json"
    CURVE.save(file)
    again = ImpostorCurve.load(file)
    assert again.metric.id == CURVE.metric.id
    assert again.similarity_at(1e-5) == CURVE.similarity_at(1e-5)
    with pytest.raises(ModelError, match="measured with"):
        again.require("another encoder")
    record = json.loads(file.read_text())
    for damage in (
        {"format": 99},
        {"rates": [1.0]},
        {"metric": {"kind": "none"}},
        {"similarities": record["similarities"][::-1]},
    ):
        file.write_text(json.dumps(record | damage))
        with pytest.raises(ModelError, match="not an impostor curve"):
            ImpostorCurve.load(file)
    file.write_text("{")
    with pytest.raises(ModelError, match="not an impostor curve"):
        ImpostorCurve.load(file)
    with pytest.raises(ModelError, match="missing"):
        ImpostorCurve.load(tmp_path / "none.json")


def test_centring_is_a_metric_of_its_own() -> None:
    assert PLAIN.id != CURVE.metric.id
    assert np.allclose(PLAIN.project(gaussian(3)), unit(gaussian(3)))
    assert np.allclose(np.linalg.norm(CURVE.metric.project(gaussian(3)), axis=1), 1, atol=1e-5)


def test_beyond_its_end_the_curve_is_extrapolated_and_says_so() -> None:
    """It used to stay flat, so that ten million people needed no higher a threshold than a million."""
    last, reach = float(CURVE.rates[-1]), float(CURVE.similarities[-1])
    assert CURVE.similarity_at(last / 10) > reach + 0.005
    assert CURVE.similarity_at(last / 100) > CURVE.similarity_at(last / 10)
    assert CURVE.false_match_rate(CURVE.similarity_at(last / 100)) == pytest.approx(last / 100, rel=1e-6)
    threshold = threshold_for(CURVE, 1e-4, 10_000_000)
    assert threshold.similarity > threshold_for(CURVE, 1e-4, 1_000_000).similarity
    assert not threshold.counted
    assert threshold_for(CURVE, 0.01, 10).counted
    assert threshold.sure > threshold.similarity


def test_a_threshold_that_nobody_can_reach_says_so() -> None:
    short = ImpostorCurve("e", PLAIN, np.array([0.0, 0.5, 0.9]), np.array([1.0, 0.5, 0.2]), 0.2, "few", 3, 6, 12)
    assert threshold_for(short, 0.3, 1).reachable
    assert not threshold_for(short, 1e-4, 1).reachable
    assert threshold_for(short, 1e-4, 1).similarity > 1
