"""Synthetic people."""

import numpy as np

from core.lab.training.invented import with_invented
from tests.core.lab.training.faces import pattern_faces


def test_synthetic_people_have_as_many_pictures_as_the_real_ones() -> None:
    faces = pattern_faces(3, 4)
    more = with_invented(faces, 2)
    assert more.people == 9
    assert len(more) == 36
    assert list(more.names) == sorted(more.names)
    assert len(set(more.files)) == 36
    kept = more.of_people(set(faces.names.tolist()))
    assert np.array_equal(kept.crops, faces.crops)
    assert kept.files == faces.files


def test_all_pictures_of_one_person_are_warped_alike_and_those_of_others_differently() -> None:
    faces = pattern_faces(2, 2)
    same = np.asarray(faces.crops).copy()
    same[1], same[2], same[3] = same[0], same[0], same[0]
    faces = type(faces)(faces.folder, faces.names, faces.files, same)
    more = with_invented(faces, 1)
    invented = [more.crops[row] for row, name in enumerate(more.names) if "*" in name]
    assert np.array_equal(invented[0], invented[1])
    assert np.array_equal(invented[2], invented[3])
    assert np.abs(invented[0].astype(int) - invented[2]).mean() > 5
    assert np.abs(invented[0].astype(int) - same[0]).mean() > 5


def test_nobody_is_invented_unless_asked_and_the_same_seed_gives_the_same() -> None:
    faces = pattern_faces(2, 2)
    assert np.array_equal(with_invented(faces, 0).crops, faces.crops)
    assert np.array_equal(with_invented(faces, 1, 5).crops, with_invented(faces, 1, 5).crops)
    assert not np.array_equal(with_invented(faces, 1, 5).crops, with_invented(faces, 1, 6).crops)
