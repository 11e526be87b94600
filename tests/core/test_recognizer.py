"""The main job: enroll from one photo, recognise in real pictures and in a real clip."""

from collections.abc import Iterable
from pathlib import Path

import cv2
import numpy as np
import pytest

from core import Gallery, Recognizer
from core.capture.video import VideoFile
from core.errors import GalleryError, ModelError, PhotoError
from core.matching.curve import ImpostorCurve
from core.pictures.reading import read_picture
from core.types import Frame, Image, Problem

PEOPLE = {
    "Lin-Manuel Miranda": "lin-manuel-miranda.png",
    "Alex Lacamoire": "alex-lacamoire.png",
    "Barack Obama": "obama.jpg",
    "Joe Biden": "biden.jpg",
}


@pytest.mark.usefixtures("runtime")
def test_five_lines_enroll_and_identify(portraits: Path) -> None:
    recognizer = Recognizer(Gallery())
    recognizer.enroll("Eileen Collins", portraits / "eileen_collins.png")
    (she,) = recognizer.identify(portraits / "eileen_collins.png")
    (other,) = recognizer.identify(portraits / "grace_hopper.jpg")
    assert she.decision.name == "Eileen Collins"
    assert she.decision.similarity > 0.99
    assert other.decision.name is None
    assert other.decision.candidates[0].name == "Eileen Collins"


@pytest.mark.usefixtures("runtime")
def test_every_face_of_a_group_gets_its_own_name(recognizer: Recognizer, shared: Path) -> None:
    live = shared / "data" / "live"
    for name in ("Barack Obama", "Joe Biden"):
        recognizer.enroll(name, live / PEOPLE[name])
    names = {face.decision.name for face in recognizer.identify(live / "two_people.jpg")}
    assert names == {"Barack Obama", "Joe Biden"}


def test_enrolment_says_who_is_closest_and_keeps_one_person_per_name(recognizer: Recognizer, portraits: Path) -> None:
    first = recognizer.enroll("Grace", portraits / "grace_hopper.jpg")
    assert first.closest is None
    twin = recognizer.enroll("Amazing Grace", portraits / "grace_hopper.jpg")
    assert twin.closest is not None
    assert twin.closest.name == "Grace"
    # Not 1: what hides both faces alike, such as glasses, is subtracted.
    assert twin.closest.similarity > 0.95
    again = recognizer.enroll("grace", portraits / "grace_hopper.jpg")
    assert again.person.templates == 2
    assert again.closest is not None
    assert again.closest.name == "Amazing Grace"


def test_the_threshold_follows_the_gallery_and_the_rate(recognizer: Recognizer, portraits: Path) -> None:
    recognizer.enroll("A", portraits / "grace_hopper.jpg")
    alone = recognizer.threshold
    recognizer.enroll("B", portraits / "eileen_collins.png")
    both = recognizer.threshold
    assert both.size == 2
    assert alone.in_a_crowd is not None
    assert both.in_a_crowd is not None
    assert both.in_a_crowd > alone.in_a_crowd
    assert alone.population is not None
    assert both.population is not None
    assert both.population.confidence > alone.population.confidence
    recognizer.rate = 1e-4
    assert recognizer.threshold.rate == 1e-4
    recognizer.gallery.forget("B")
    assert recognizer.threshold.size == 1


@pytest.mark.usefixtures("runtime")
def test_verification(recognizer: Recognizer, shared: Path) -> None:
    live = shared / "data" / "live"
    same = recognizer.compare(live / "obama.jpg", read_picture(live / "two_people.jpg")[:, :600])
    different = recognizer.compare(live / "obama.jpg", live / "biden.jpg")
    assert same.same
    assert same.chance == recognizer.curve.counted_to
    assert not same.counted
    assert not different.same
    assert different.chance > 0.01
    assert different.counted
    assert same.false_match_rate == 0.01


def test_bad_photos_leave_the_gallery_as_it_was(recognizer: Recognizer, portraits: Path, tmp_path: Path) -> None:
    recognizer.enroll("Ada", portraits / "grace_hopper.jpg")
    before = recognizer.gallery.snapshot
    with pytest.raises(PhotoError, match="no face"):
        recognizer.enroll("Wall", np.full((300, 400, 3), 128, np.uint8))
    with pytest.raises(PhotoError, match="no face number 3"):
        recognizer.enroll("Ada", portraits / "grace_hopper.jpg", 3)
    with pytest.raises(GalleryError, match="empty"):
        recognizer.enroll(" ", portraits / "grace_hopper.jpg")
    (tmp_path / "text.jpg").write_text("no picture")
    with pytest.raises(PhotoError, match="not a picture"):
        recognizer.enroll("Text", tmp_path / "text.jpg")
    for size in ((1, 1), (1, 5000), (3, 3)):
        assert recognizer.identify(np.zeros((*size, 3), np.uint8)) == []
    assert recognizer.gallery.snapshot is before


def test_thirty_faces_and_faces_that_are_too_small(recognizer: Recognizer, portraits: Path) -> None:
    head = read_picture(portraits / "eileen_collins.png")[:300, 80:380]
    portrait = np.asarray(cv2.resize(head, (200, 200)), np.uint8)
    recognizer.enroll("Eileen", portrait)
    crowd = np.vstack([np.hstack([portrait] * 6)] * 5)
    faces = recognizer.identify(crowd)
    assert len(faces) == 30
    assert {face.decision.name for face in faces} == {"Eileen"}
    for side, found in ((32, 0), (64, 1)):
        tiny = np.full((240, 240, 3), 90, np.uint8)
        tiny[100 : 100 + side, 100 : 100 + side] = cv2.resize(portrait, (side, side), interpolation=cv2.INTER_AREA)
        faces = recognizer.identify(tiny)
        assert [Problem.TOO_SMALL in face.quality.problems for face in faces] == [True] * found


def test_photos_enrolled_with_another_encoder_are_embedded_again(gallery: Gallery, portraits: Path) -> None:
    recognizer = Recognizer(gallery)
    face = recognizer.choose(portraits / "grace_hopper.jpg")
    gallery.enroll("Grace", face.crop, np.ones(128, np.float32), "older encoder")
    (found,) = Recognizer(gallery).identify(portraits / "grace_hopper.jpg")
    assert found.decision.name == "Grace"
    assert gallery.missing(recognizer.encoder.id) == gallery.missing("older encoder") == 0


def test_a_curve_of_another_encoder_is_refused(gallery: Gallery, tmp_path: Path) -> None:
    text = (Path(__file__).resolve().parents[2] / "assets" / "models" / "sface_2021dec.curve.json").read_text()
    (tmp_path / "curve.json").write_text(text.replace("sface:", "other:"))
    with pytest.raises(ModelError, match="calibrate"):
        Recognizer(gallery, curve=ImpostorCurve.load(tmp_path / "curve.json"))


CUTS = (20, 82, 211)


def watched(recognizer: Recognizer, shared: Path, frames: Iterable[int]) -> dict[str, list[int]]:
    """In which of these frames of the real clip each of four people is named, from one photo each; no track outlives a
    cut.
    """
    live = shared / "data" / "live"
    for name, photo in PEOPLE.items():
        recognizer.enroll(name, live / photo)
    named: dict[str, list[int]] = {name: [] for name in PEOPLE}
    tracks: dict[int | None, list[int]] = {}
    follow = recognizer.follower()
    images = [image for image, _ in played(live / "short_hamilton_clip.mp4")]
    for index in frames:
        for face in follow(Frame(images[index], index, index / 29.97, 0.0)).faces:
            tracks.setdefault(face.track, []).append(index)
            if face.decision.name:
                named[face.decision.name].append(index)
    for seen in tracks.values():
        assert not any(seen[0] < cut <= seen[-1] for cut in CUTS)
    return named


def played(file: Path) -> list[tuple[Image, float]]:
    source = VideoFile(file)
    source.open()
    frames = list(iter(source.read, None))
    source.close()
    return frames


@pytest.mark.usefixtures("runtime")
def test_the_real_clip_around_its_cuts(recognizer: Recognizer, shared: Path) -> None:
    named = watched(recognizer, shared, [index for cut in CUTS for index in range(cut - 12, cut + 9)])
    assert set(named["Lin-Manuel Miranda"]) <= {*range(20), *range(82, 211)}
    assert len(named["Lin-Manuel Miranda"]) >= 18
    assert set(named["Alex Lacamoire"]) <= set(range(82))
    assert named["Alex Lacamoire"]
    assert set(named["Barack Obama"]) <= set(range(211, 220))
    assert len(named["Barack Obama"]) >= 7
    assert named["Joe Biden"] == []


@pytest.mark.slow
@pytest.mark.usefixtures("runtime")
def test_the_real_clip(recognizer: Recognizer, shared: Path) -> None:
    named = watched(recognizer, shared, range(275))
    miranda, lacamoire = set(named["Lin-Manuel Miranda"]), set(named["Alex Lacamoire"])
    assert len(miranda) >= 140
    assert miranda <= {*range(20), *range(82, 211)}
    assert len(lacamoire) >= 16
    assert lacamoire <= set(range(82))
    assert len(named["Barack Obama"]) >= 58
    assert set(named["Barack Obama"]) <= set(range(211, 275))
    assert named["Joe Biden"] == []
