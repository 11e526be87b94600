"""From recognised faces to sightings."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.capture.demo import DemoScene
from core.errors import GalleryError
from core.gallery import Gallery
from core.history.recorder import EVERY, GAP, STAYED, Recorder
from core.recognizer import Recognizer
from core.types import Frame, Recognition

NOON = 1_800_000_000.0


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory, portraits: Path) -> tuple[Gallery, Recognition]:
    """A gallery with Collins, and a frame with her and with an unknown woman."""
    gallery = Gallery(tmp_path_factory.mktemp("scene") / "scene.gallery")
    recognizer = Recognizer(gallery)
    recognizer.enroll("Eileen Collins", portraits / "eileen_collins.png")
    demo = DemoScene()
    demo.open()
    follow = recognizer.follower()
    for number in range(25):
        result = follow(Frame(demo.frame(number), number, number / 25, 0.0))
    assert sorted(face.decision.name or "" for face in result.faces) == ["", "Eileen Collins"]
    return gallery, result


@pytest.fixture
def gallery(scene: tuple[Gallery, Recognition]) -> Gallery:
    gallery = scene[0]
    gallery.history.delete(one.id for one in gallery.history.find())
    gallery.history.keep(named_days=30, unknown_hours=24, now=NOON)
    return gallery


@pytest.fixture
def both(scene: tuple[Gallery, Recognition]) -> Recognition:
    return scene[1]


def of_named(result: Recognition, *, named: bool = True) -> Recognition:
    return replace(result, faces=tuple(face for face in result.faces if (face.decision.named is not None) is named))


def write(recorder: Recorder, gallery: Gallery, now: float, *, everything: bool = False) -> int:
    batch = recorder.take(now, everything=everything)
    recorder.done(batch, batch.write(gallery.history))
    return len(batch.stays)


def test_a_stay_is_one_sighting_with_the_best_picture(gallery: Gallery, both: Recognition) -> None:
    recorder = Recorder("Door")
    for second in range(31):
        recorder.note(both, NOON + second)
        write(recorder, gallery, NOON + second)
    unknown, named = sorted(gallery.history.find(), key=lambda one: one.name)
    assert (named.name, named.source, named.first) == ("Eileen Collins", "Door", NOON)
    assert named.last == NOON + 30
    assert named.similarity is not None
    assert named.similarity > 0.5
    assert (unknown.person, unknown.last) == (None, NOON + STAYED + 20), "written every ten seconds"
    person = gallery.find("Eileen Collins")
    assert person is not None
    assert person.last_seen == NOON + 30
    pictures = gallery.history.pictures(named.id)
    assert pictures is not None
    assert pictures.face.startswith(b"\xff\xd8")
    assert pictures.moment.startswith(b"\xff\xd8")
    x, y, width, height = pictures.box
    assert 0 <= x < x + width <= 640
    assert 0 <= y < y + height <= 640


def test_it_is_not_written_more_often_than_needed(gallery: Gallery, both: Recognition) -> None:
    recorder = Recorder("Door")
    writes = 0
    for step in range(300):
        recorder.note(of_named(both), NOON + step / 10)
        writes += write(recorder, gallery, NOON + step / 10)
    assert writes == 3


def test_who_comes_back_soon_goes_on_and_later_is_a_new_sighting(gallery: Gallery, both: Recognition) -> None:
    recorder, named = Recorder("Door"), of_named(both)
    for moment in (0.0, GAP - 1, 3 * GAP):
        recorder.note(named, NOON + moment)
        write(recorder, gallery, NOON + moment)
    write(recorder, gallery, NOON + 3 * GAP, everything=True)
    assert [(one.first - NOON, one.last - NOON) for one in gallery.history.find()] == [(3 * GAP, 3 * GAP), (0, GAP - 1)]


def test_unknown_people_are_recorded_only_once_they_stay(gallery: Gallery, both: Recognition) -> None:
    recorder, unknown = Recorder("Door"), of_named(both, named=False)
    recorder.note(unknown, NOON)
    assert not write(recorder, gallery, NOON + 1, everything=True)
    recorder.note(unknown, NOON + 1)
    recorder.note(unknown, NOON + 1 + STAYED)
    assert write(recorder, gallery, NOON + 5, everything=True)
    assert [one.person for one in gallery.history.find()] == [None]


def test_an_unknown_face_that_turns_out_to_be_somebody_is_taken_back(gallery: Gallery, both: Recognition) -> None:
    recorder, unknown = Recorder("Door"), of_named(both, named=False)
    for second in range(5):
        recorder.note(unknown, NOON + second)
        write(recorder, gallery, NOON + second)
    assert gallery.history.count() == 1
    (collins,) = of_named(both).faces
    turned_out = replace(collins, track=unknown.faces[0].track)
    recorder.note(replace(both, faces=(turned_out,)), NOON + 6)
    write(recorder, gallery, NOON + 6)
    assert [one.name for one in gallery.history.find()] == ["Eileen Collins"]


def test_what_is_not_to_be_kept_is_not_written(gallery: Gallery, both: Recognition) -> None:
    gallery.history.keep(named_days=0, unknown_hours=0, now=NOON)
    recorder = Recorder("Door")
    for second in range(12):
        recorder.note(both, NOON + second)
        write(recorder, gallery, NOON + second)
    assert gallery.history.count() == 0
    person = gallery.find("Eileen Collins")
    assert person is not None
    assert person.last_seen is not None
    assert person.last_seen >= NOON + EVERY, "when somebody was last seen belongs to the person"


def test_a_sighting_deleted_while_it_goes_on_begins_anew(gallery: Gallery, both: Recognition) -> None:
    recorder, named = Recorder("Door"), of_named(both)
    recorder.note(named, NOON)
    write(recorder, gallery, NOON)
    gallery.history.delete(one.id for one in gallery.history.find())
    for second in range(10, 40, 10):
        recorder.note(named, NOON + second)
        write(recorder, gallery, NOON + second)
    (again,) = gallery.history.find()
    assert again.first == NOON + 10
    assert gallery.history.pictures(again.id) is not None


def test_what_could_not_be_written_is_written_later(gallery: Gallery, both: Recognition) -> None:
    recorder = Recorder("Door")
    for second in (0, 3):
        recorder.note(both, NOON + second)
    batch = recorder.take(NOON + 3, everything=True)
    assert len(batch.stays) == 2
    recorder.done(batch, None)
    assert write(recorder, gallery, NOON + 4) == 2
    assert gallery.history.count() == 2


def test_a_person_deleted_meanwhile_leaves_nothing(gallery: Gallery, both: Recognition) -> None:
    recorder = Recorder("Door")
    recorder.note(of_named(both), NOON)
    batch = recorder.take(NOON)
    forgotten = gallery.forget("Eileen Collins")
    try:
        assert batch.write(gallery.history) == []
    finally:
        gallery.restore(forgotten)


def test_deleting_a_person_takes_their_sightings_and_undo_brings_them_back(gallery: Gallery, both: Recognition) -> None:
    recorder = Recorder("Door")
    recorder.note(of_named(both), NOON)
    write(recorder, gallery, NOON)
    before = gallery.history.find()
    forgotten = gallery.forget("Eileen Collins")
    assert gallery.history.find() == []
    gallery.restore(forgotten)
    assert gallery.history.find() == before
    assert gallery.history.pictures(before[0].id) is not None


def test_times_to_keep_are_bounded(gallery: Gallery) -> None:
    with pytest.raises(GalleryError, match="0 to 744 hours"):
        gallery.history.keep(unknown_hours=1e6, now=NOON)
    with pytest.raises(GalleryError, match="days"):
        gallery.history.keep(named_days=float(np.nan), now=NOON)
    assert gallery.history.keeping.unknown_hours == 24
