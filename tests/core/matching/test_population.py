"""The population: what a sample says, how much of its centre is believed, and the promise that follows."""

import numpy as np
import pytest
from numpy.typing import NDArray

from core.encoder.encoder import Encoder
from core.matching.centring import Centred, Votes, from_centre
from core.matching.curve import ImpostorCurve
from core.matching.index import Index
from core.matching.population import Population, Sample, spread_of
from core.matching.snapshot import Snapshot
from core.matching.vectors import unit

DIMENSIONS = 128


@pytest.fixture(scope="module")
def curve() -> ImpostorCurve:
    return Encoder().curve


def people(count: int, likeness: float, seed: int = 0) -> NDArray[np.float32]:
    """Directions of people whose mean similarity is about `likeness`, count×d."""
    random = np.random.default_rng(seed)
    centre, own = gaussian(random, DIMENSIONS), gaussian(random, count, DIMENSIONS)
    return unit(likeness**0.5 * unit(centre) + (1 - likeness) ** 0.5 * unit(own))


def gaussian(random: np.random.Generator, *shape: int) -> NDArray[np.float32]:
    return random.normal(size=shape).astype(np.float32)


def mean_of_pairs(votes: NDArray[np.floating]) -> float:
    return float((votes @ votes.T)[np.triu_indices(len(votes), 1)].mean())


def snapshot(embeddings: NDArray[np.float32], persons: list[int]) -> Snapshot:
    count = len(persons)
    return Snapshot(embeddings, tuple(range(count)), tuple(persons), ("",) * count, ("e",) * count)


# What a sample says


def test_a_sample_holds_the_pairs_of_its_people() -> None:
    votes = people(12, 0.2)
    sample = Sample.of(votes)
    assert sample.people == 12
    assert sample.pairs == 66
    assert sample.pair_sum / sample.pairs == pytest.approx(mean_of_pairs(votes), rel=1e-5)


def test_squares_are_what_two_peoples_own_effects_leave() -> None:
    votes = people(9, 0.3, seed=4).astype(np.float64)
    first, second = np.triu_indices(9, 1)
    design = np.zeros((len(first), 9))
    design[np.arange(len(first)), first] = design[np.arange(len(first)), second] = 1
    similarities = (votes @ votes.T)[first, second]
    _, residual, *_ = np.linalg.lstsq(design, similarities, rcond=None)
    sample = Sample.of(votes)
    assert sample.squares == pytest.approx(float(residual[0]), rel=1e-4)
    assert sample.freedom == len(first) - 9


def test_joined_samples_are_the_sample_of_all() -> None:
    votes = people(20, 0.1)
    joined, whole = Sample.of(votes[:8]).joined(Sample.of(votes[8:])), Sample.of(votes)
    assert joined.people == 20
    assert joined.pairs == whole.pairs
    assert joined.pair_sum == pytest.approx(whole.pair_sum, rel=1e-5)
    assert np.allclose(joined.total, whole.total)


def test_what_was_added_is_the_difference() -> None:
    votes = people(20, 0.1)
    earlier, later = Sample.of(votes[:8]), Sample.of(votes)
    again = earlier + (later - earlier)
    for mine, theirs in zip(again.sums(), later.sums(), strict=True):
        assert np.allclose(mine, theirs)


def test_who_comes_a_thousand_times_counts_once() -> None:
    visits = [people(6, 0.1, seed=1)] * 1000
    sample = Sample.of(visits[0])
    for visit in visits[1:]:
        sample = sample + Sample.of(visit)
    assert sample.people == 6000
    assert sample.distinct == pytest.approx(6, rel=0.01)


def test_different_people_all_count() -> None:
    everybody = people(300, 0.1, seed=2)
    sample = Sample.of(everybody[:6])
    for start in range(6, 300, 6):
        sample = sample + Sample.of(everybody[start : start + 6])
    assert sample.distinct > 150


# What follows for the population


def test_nobody_known_is_no_confidence(curve: ImpostorCurve) -> None:
    for known in (0, 1):
        population = Population(curve, Sample.of(people(known, 0.1)))
        assert population.confidence == pytest.approx(0, abs=1e-9)
        assert population.weight(0) == 0


def test_confidence_grows_with_people(curve: ImpostorCurve) -> None:
    grown = [Population(curve, Sample.of(people(known, 0.1))).confidence for known in (2, 5, 15, 50, 500)]
    assert grown == sorted(grown)
    assert grown[-1] > 0.9


@pytest.mark.parametrize("likeness", [0.0, 0.1, 0.25])
def test_the_shift_is_found(curve: ImpostorCurve, likeness: float) -> None:
    assert Population(curve, Sample.of(people(200, likeness))).shift == pytest.approx(likeness, abs=0.02)


def test_few_people_move_the_centre_little(curve: ImpostorCurve) -> None:
    population = Population(curve, Sample.of(people(3, 0.1)))
    assert population.weight(2) < 0.3
    assert Population(curve, Sample.of(people(300, 0.1))).weight(299) > 0.95


def test_in_a_mixed_crowd_the_curve_is_the_crowds(curve: ImpostorCurve) -> None:
    random = np.random.default_rng(3)
    crowd = unit(gaussian(random, 3000, 1 + round(spread_of(curve) ** -2)))
    expected = Population(curve, Sample.of(crowd)).curve(2999)
    for rate in (0.1, 0.01, 1e-3, 1e-4):
        assert expected.similarity_at(rate) == pytest.approx(curve.similarity_at(rate), abs=0.012)


@pytest.mark.parametrize("known", [0, 3, 10, 40])
@pytest.mark.parametrize("likeness", [0.02, 0.1, 0.25])
def test_the_promise_holds_among_people_who_are_alike(curve: ImpostorCurve, likeness: float, known: int) -> None:
    """Strangers named at 1 %, one person enrolled and others seen, over many such populations."""
    named, before = [], []
    for seed in range(40):
        everybody = people(known + 60, likeness, seed=1000 + seed)
        enrolled, seen, strangers = everybody[:1], everybody[1 : 1 + known], everybody[1 + known :]
        sample = Sample.of(enrolled).joined(Sample.of(seen)) if known else Sample.of(enrolled)
        population = Population(curve, sample)
        centred = Centred(enrolled, Votes(enrolled, (1,)), population)
        needed = population.curve(centred.others).similarity_at(0.01)
        products = strangers @ enrolled.T
        named.append(float((centred.similarity(strangers, products) >= needed).mean()))
        before.append(float((products >= curve.similarity_at(0.01)).mean()))
    assert np.mean(named) <= 0.02
    assert np.mean(named) <= np.mean(before)


# The centre


def plain(vectors: NDArray[np.float32], others: NDArray[np.float32], weight: float) -> NDArray[np.float32]:
    centre = weight * others.mean(axis=0)
    return np.asarray(unit(vectors - centre))


@pytest.mark.parametrize("persons", [[0, 1, 2, 3, 4, 5], [4, 2, 4, 2, 2, 9]])
def test_a_template_is_compared_from_the_centre_of_the_others(curve: ImpostorCurve, persons: list[int]) -> None:
    templates, probes, seen = people(6, 0.2, 1), people(5, 0.2, 1)[::-1], people(7, 0.3, 5)
    votes = Votes(templates, tuple(persons))
    assert len(votes.votes) == len(set(persons))
    population = Population(curve, Sample.of(votes.votes).joined(Sample.of(seen)))
    centred = Centred(templates, votes, population)
    found = centred.similarity(probes, probes @ templates.T)
    pairs = centred.pairs(np.arange(6), np.arange(6))
    weight = population.weight(centred.others)
    assert weight > 0.1
    numbers = np.arange(len(votes.votes))
    for row, owner in enumerate(votes.owners):
        others = np.concatenate([votes.votes[numbers != owner], seen])
        expected = plain(probes, others, weight) @ plain(templates[row], others, weight)
        assert np.allclose(found[:, row], expected, atol=1e-5)
        for column, other in enumerate(votes.owners):
            out = np.isin(numbers, [owner, other])
            rest = np.concatenate([votes.votes[~out], seen])
            less = population.weight(population.sample.distinct - out.sum())
            both = plain(templates[row], rest, less) @ plain(templates[column], rest, less)
            assert pairs[row, column] == pytest.approx(float(both), abs=1e-5)


def test_the_faces_of_outsiders_are_compared_from_the_whole_centre(curve: ImpostorCurve) -> None:
    known, faces = people(10, 0.2, 1), people(2, 0.2, 1)
    population = Population(curve, Sample.of(known))
    assert np.allclose(from_centre(faces, population), plain(faces, known, population.weight(10)), atol=1e-5)


def test_an_index_without_anybody_has_a_threshold(curve: ImpostorCurve) -> None:
    empty = Index(snapshot(np.empty((0, DIMENSIONS), np.float32), []), curve.metric, curve)
    threshold = empty.threshold(0.01)
    assert threshold.population is not None
    assert threshold.population.confidence == pytest.approx(0, abs=1e-9)
    assert len(empty.look_up(people(1, 0)[0]).similarities) == 0


def test_an_index_learns_from_people_seen(curve: ImpostorCurve) -> None:
    random = np.random.default_rng(0)
    embeddings = (random.normal(size=(2, DIMENSIONS)) + 0.5).astype(np.float32)
    before = Index(snapshot(embeddings, [1, 2]), curve.metric, curve)
    seen = Sample.of(curve.metric.directions(curve.metric.project(gaussian(random, 30, DIMENSIONS))))
    after = Index(before.snapshot, curve.metric, curve, seen, before=before)
    assert after.threshold(0.01).similarity < before.threshold(0.01).similarity
    population = after.threshold(0.01).population
    assert population is not None
    assert (population.people, population.seen) == (2, 30)
    assert after._templates is before._templates
