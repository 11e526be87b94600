"""Calibration and evaluation, on faces whose statistics are known and on real ones."""

from pathlib import Path

import numpy as np
import pytest
from scipy.stats import norm

from core.encoder.encoder import Encoder
from core.errors import PhotoError
from core.lab.dataset.face_set import FaceSet
from core.lab.dataset.loading import load_faces
from core.lab.dataset.people_folder import list_people
from core.lab.evaluation.calibration import calibrate
from core.lab.evaluation.identification import identification
from core.lab.evaluation.people import LabelledFaces, embed_faces


def synthetic(people: int, seed: int, spread: float = 0.6) -> LabelledFaces:
    """Half of the people have three pictures, half one; embeddings are scattered around each person's centre."""
    random = np.random.default_rng(seed)
    names, embeddings = [], []
    for person in range(people):
        centre = random.normal(size=128)
        for _ in range(3 if person % 2 else 1):
            names.append(f"{seed} {person:05}")
            embeddings.append(centre + spread * random.normal(size=128))
    return LabelledFaces("synthetic", np.array(names), np.array(embeddings, np.float32))


def test_the_curve_of_random_directions_is_that_of_a_normal_distribution() -> None:
    curve = calibrate(synthetic(1000, 0), "encoder")
    for rate in (1e-1, 1e-2, 1e-3, 1e-4, 1e-6):
        expected = norm.isf(rate) / np.sqrt(128)
        assert curve.similarity_at(rate) == pytest.approx(expected, abs=0.02)
    assert curve.people == 1000
    assert curve.pictures == 2000


def test_strangers_are_named_at_the_requested_rate() -> None:
    curve = calibrate(synthetic(1200, 1), "encoder")
    for rate in (0.1, 0.01):
        result = identification(synthetic(1200, 2), curve, rate)
        assert (result.people, result.strangers, result.probes) == (600, 600, 1200)
        assert [row.people for row in result.sweep] == [1, 5, 20, 100, 400, 600]
        for row in result.sweep:
            assert row.fpir_interval[0] <= 1.5 * rate
            assert row.fpir_interval[1] >= 0.5 * rate
            assert row.tpir > 0.99


def test_an_evaluation_with_the_same_seed_gives_the_same_result() -> None:
    curve, faces = calibrate(synthetic(300, 1), "encoder"), synthetic(300, 2)
    assert identification(faces, curve, seed=3) == identification(faces, curve, seed=3)


def test_a_person_with_many_pictures_weighs_no_more_than_others() -> None:
    faces = synthetic(300, 0)
    many = LabelledFaces(
        "s",
        np.concatenate([faces.names, np.repeat(faces.names[:1], 500)]),
        np.concatenate([faces.embeddings, np.repeat(faces.embeddings[:1], 500, axis=0)]),
    )
    once, again = calibrate(faces, "e"), calibrate(many, "e")
    assert again.similarity_at(0.01) == pytest.approx(once.similarity_at(0.01), abs=0.005)


def test_too_few_people_are_refused() -> None:
    with pytest.raises(PhotoError, match="at least 100"):
        calibrate(synthetic(20, 0), "encoder")
    alone = synthetic(10, 0)
    with pytest.raises(PhotoError, match="two or more"):
        identification(LabelledFaces("s", alone.names[:1], alone.embeddings[:1]), calibrate(synthetic(200, 0), "e"))


def test_folders_of_people_become_embeddings(lfw: Path, tmp_path: Path) -> None:
    for person in sorted(path.name for path in lfw.iterdir())[:3]:
        (tmp_path / person).mkdir()
        for file in sorted((lfw / person).iterdir())[:2]:
            (tmp_path / person / file.name).write_bytes(file.read_bytes())
    (tmp_path / "Zz_Nobody").mkdir()
    (tmp_path / "Zz_Nobody" / "broken.jpg").write_bytes(b"no picture")
    told: list[tuple[int, int]] = []
    faces = embed_faces(load_faces(tmp_path), Encoder(), progress=lambda done, total: told.append((done, total)))
    assert faces.people == 3
    assert faces.embeddings.shape == (len(faces.names), 128)
    assert len(faces.left_out) == 1
    assert "broken.jpg" in faces.left_out[0]
    assert told[-1][0] == told[-1][1] == len(faces.names)


def test_two_commands_can_load_the_same_pictures_at_once(tmp_path: Path, own_home: Path, portraits: Path) -> None:
    (tmp_path / "Somebody").mkdir()
    for portrait in portraits.iterdir():
        (tmp_path / "Somebody" / portrait.name).write_bytes(portrait.read_bytes())
    others: list[FaceSet] = []

    def another_begins(done: int, _total: int) -> None:
        if done == 1 and not others:
            others.append(load_faces(tmp_path, keep=True))

    faces = load_faces(tmp_path, keep=True, progress=another_begins)
    assert np.array_equal(faces.crops, others[0].crops)
    assert len(faces.crops) == 2
    assert len(list((own_home / "cache" / "faces").iterdir())) == 1


def test_parts_are_disjoint_and_complete(lfw: Path) -> None:
    everybody, first, second = (set(list_people(lfw, part)) for part in (None, "1/2", "2/2"))
    assert first | second == everybody
    assert not first & second
    assert len(first) > 40
    for wrong in ("3/2", "0/2", "half", "1/0"):
        with pytest.raises(PhotoError, match="not a part"):
            list_people(lfw, wrong)


def test_a_face_that_was_not_detected_is_not_named_and_counts_as_missed() -> None:
    curve, faces = calibrate(synthetic(300, 1), "encoder"), synthetic(300, 2)
    whole = identification(faces, curve)
    seen = faces.embeddings.copy()
    # The third picture of everybody enrolled, which is every other person.
    _, first = np.unique(faces.names, return_index=True)
    lost = first[1::2] + 2
    seen[lost] = np.nan
    half = identification(faces, curve, seen=seen)
    assert half.rank1 == pytest.approx(whole.rank1 / 2, abs=0.01)
    assert half.tpir_at_exact_rate == pytest.approx(whole.tpir_at_exact_rate / 2, abs=0.01)
    assert half.sweep[-1].fpir == whole.sweep[-1].fpir
    nothing = identification(faces, curve, seen=np.full_like(seen, np.nan))
    assert nothing.rank1 == nothing.sweep[-1].tpir == nothing.sweep[-1].fpir == 0
