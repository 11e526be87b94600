from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from core.errors import PhotoError
from core.lab.evaluation.one_shot import by_euclid, difference, one_shot
from core.lab.evaluation.pairs import all_pairs, read_pairs, rows_of_pairs
from core.lab.evaluation.roc import best_threshold, equal_error_rate, operating_points
from core.lab.evaluation.verification import verification
from core.matching.metric import Metric


def drawn(distance: float, count: int = 9000, seed: int = 0) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Similarities of mated and non-mated pairs: normal distributions whose means differ by `distance`."""
    random = np.random.default_rng(seed)
    same = np.arange(2 * count) < count
    return random.normal(0, 1, 2 * count) + distance * same, same


def test_two_normal_distributions_have_the_known_eer_and_accuracy() -> None:
    similarities, same = drawn(2.0)
    result = verification(similarities, same)
    assert result.eer == pytest.approx(0.1587, abs=0.01)
    assert result.accuracy == pytest.approx(0.8413, abs=0.01)
    at_hundredth = result.tmr[0]
    assert at_hundredth.interval[0] < 0.372 < at_hundredth.interval[1]
    assert [at.counted for at in result.tmr] == [True, True, False]


def test_perfect_and_useless_similarities() -> None:
    same = np.arange(40) < 20
    assert verification(same.astype(float), same).eer == 0
    assert verification(np.zeros(40), same).eer == pytest.approx(0.5)


def test_the_threshold_is_never_chosen_on_the_fold_that_it_is_applied_to() -> None:
    # Each fold has another best threshold; one chosen on the other fold is wrong for half of the pairs.
    folds = np.repeat([1, 2], 20)
    same = np.tile(np.arange(20) < 10, 2)
    similarities = same.astype(float) + np.where(folds == 1, 10.0, 0.0)
    assert verification(similarities, same, folds).accuracy == 0.5


def test_points_match_counting_by_hand() -> None:
    similarities, same = np.array([0.9, 0.8, 0.8, 0.3]), np.array([True, True, False, False])
    points = operating_points(similarities, same)
    assert points.fmr.tolist() == [0, 0, 0.5, 1]
    assert points.tmr.tolist() == [0, 0.5, 1, 1]
    assert equal_error_rate(points) == pytest.approx(1 / 4)
    assert best_threshold(similarities, same) in (pytest.approx(0.85), pytest.approx(0.55))


def test_lfw_pairs_are_read_and_missing_pictures_are_listed(tmp_path: Path) -> None:
    file = tmp_path / "pairs.txt"
    file.write_text("2\t1\nAnn\t1\t2\nAnn\t1\tBo\t1\nBo\t1\t3\nAnn\t2\tBo\t1\n")
    pairs = read_pairs(file)
    assert [pair.fold for pair in pairs] == [1, 1, 2, 2]
    rows = rows_of_pairs(pairs, ["Ann/Ann_0001.jpg", "Ann/Ann_0002.jpg", "Bo/Bo_0001.jpg"])
    assert rows.same.tolist() == [True, False, False]
    assert len(rows.left_out) == 1
    file.write_text("2\t1\nAnn\t1\t2\n")
    with pytest.raises(PhotoError, match="announces 4"):
        read_pairs(file)


def test_all_pairs_lists_every_pair_once() -> None:
    names = np.array(["b", "a", "b", "c"])
    rows = all_pairs(names)
    assert len(rows) == 6
    assert {frozenset(pair) for pair in zip(rows.first, rows.second, strict=True)} == {
        frozenset((i, j)) for i in range(4) for j in range(i)
    }
    assert (rows.same == (names[rows.first] == names[rows.second])).all()


def test_one_shot_of_known_embeddings_and_of_guessing() -> None:
    names = np.repeat([f"{i:02}" for i in range(12)], 3)
    perfect = np.eye(12, dtype=np.float32).repeat(3, 0)
    assert one_shot(perfect, names, 10).accuracy == 1
    assert one_shot(np.zeros_like(perfect), names, 10).accuracy == pytest.approx(0.1)
    with pytest.raises(PhotoError, match="too few"):
        one_shot(perfect, names, 13)


def test_a_difference_is_paired_by_trial_and_zero_against_itself() -> None:
    random = np.random.default_rng(0)
    names = np.repeat([f"Person {n}" for n in range(12)], 6)
    centres = random.normal(size=(12, 128))[np.repeat(np.arange(12), 6)]
    near = (centres + random.normal(size=centres.shape) * 1.5).astype(np.float32)
    far = (centres + random.normal(size=centres.shape) * 3).astype(np.float32)
    poor, good = one_shot(far, names, 10, trials=2000), one_shot(near, names, 10, trials=2000)
    gained = difference(poor, good)
    assert gained.accuracy == pytest.approx(good.accuracy - poor.accuracy)
    assert 0 < gained.interval[0] < gained.accuracy < gained.interval[1]
    assert difference(good, good).interval == (0, 0)
    with pytest.raises(ValueError, match="same trials"):
        difference(poor, one_shot(near, names, 10, trials=2000, seed=1))


def test_what_a_metric_gains_is_measured_against_euclid_in_the_same_trials() -> None:
    random = np.random.default_rng(0)
    names = np.repeat([f"Person {n}" for n in range(12)], 6)
    who = np.eye(12)[np.repeat(np.arange(12), 6)]
    embeddings = np.hstack([who, random.normal(size=(72, 116))]).astype(np.float32)
    # Only the first twelve numbers identify the person.
    metric = Metric.learned(np.eye(12, 128))
    learned = one_shot(metric.project(embeddings), names, 10, trials=2000)
    euclid = by_euclid(embeddings, names, learned)
    assert learned.accuracy > euclid["accuracy"]
    assert euclid["more"]["accuracy"] == pytest.approx(learned.accuracy - euclid["accuracy"])
    assert euclid["more"]["interval"][0] > 0
