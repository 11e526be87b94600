"""The main job on pictures that everybody has: who is enrolled from one photo is named, the other never is.

They are made of the very photos that are enrolled, so they say little of how well people are told apart: that is
measured elsewhere. What is lost on the way of a face, from the file to the name, shows here.
"""

from pathlib import Path

import numpy as np
import pytest

from core import Gallery, Recognizer
from core.capture import parse_source
from core.tracking.follower import ENOUGH_LOOKS
from core.types import Frame, Image, Problem, RecognizedFace
from tests.core.made_of_portraits import COLLINS, HOPPER, MOMENTS, clip, group, heads, webcam

PHOTOS = {COLLINS: "eileen_collins.png", HOPPER: "grace_hopper.jpg"}

pytestmark = pytest.mark.usefixtures("runtime")


@pytest.fixture(scope="module")
def both(portraits: Path) -> dict[str, Image]:
    return heads(portraits)


@pytest.fixture(params=list(PHOTOS))
def enrolled(request: pytest.FixtureRequest, recognizer: Recognizer, portraits: Path) -> str:
    """One of the two, from one photo."""
    recognizer.enroll(request.param, portraits / PHOTOS[request.param])
    return str(request.param)


def named(who: str, enrolled: str) -> str | None:
    return who if who == enrolled else None


def within(face: RecognizedFace, place: tuple[float, float, float, float]) -> bool:
    x, y = face.face.box[0] + face.face.box[2] / 2, face.face.box[1] + face.face.box[3] / 2
    return place[0] < x < place[0] + place[2] and place[1] < y < place[1] + place[3]


def test_it_is_run_as_asked(recognizer: Recognizer, runtime: frozenset[str]) -> None:
    assert recognizer.encoder.runtime in runtime


def test_in_a_group_each_face_of_every_size_is_told_who_it_is(
    recognizer: Recognizer, enrolled: str, both: dict[str, Image]
) -> None:
    picture, places = group(both)
    faces = recognizer.identify(picture)
    assert len(faces) == len(places)
    for who, place in places:
        (face,) = (face for face in faces if within(face, place))
        assert face.decision.name == named(who, enrolled), place


def test_upside_down_and_on_its_side_too(recognizer: Recognizer, enrolled: str, both: dict[str, Image]) -> None:
    for who, head in both.items():
        for quarters in (1, 2, 3):
            (face,) = recognizer.identify(np.ascontiguousarray(np.rot90(head, quarters)))
            assert face.decision.name == named(who, enrolled)
            assert face.quality.problems == ()


def test_by_a_poor_webcam_too(recognizer: Recognizer, enrolled: str, both: dict[str, Image], shared: Path) -> None:
    # Of one person alone no program can tell how alike strangers here are, so more is asked of so poor a picture.
    for other in ("lin-manuel-miranda.png", "alex-lacamoire.png", "obama.jpg", "biden.jpg"):
        recognizer.enroll(other, shared / "data" / "live" / other)
    follow = recognizer.follower()
    for who, head in both.items():
        picture = webcam(head)
        (face,) = recognizer.identify(picture)
        assert face.decision.name == named(who, enrolled)
        assert Problem.TOO_SMALL in face.quality.problems
        told = []
        for number in range(ENOUGH_LOOKS):
            (live,) = follow(Frame(picture, number, number / 30, 0.0)).faces
            told.append(live.decision.name)
        assert set(told) <= {named(who, enrolled), None}
        assert told[-1] == named(who, enrolled)


def test_in_a_clip_both_are_followed_and_one_is_named(
    recognizer: Recognizer, enrolled: str, both: dict[str, Image], tmp_path: Path
) -> None:
    source, follow = parse_source(str(clip(both, tmp_path / "clip.mp4"))), recognizer.follower()
    source.open()
    told: list[list[str | None]] = []
    tracks: set[int | None] = set()
    for number, (image, moment) in enumerate(iter(source.read, None)):
        # She who goes above, and she who goes below.
        faces = sorted(follow(Frame(image, number, moment, 0.0)).faces, key=lambda face: face.face.box[1])
        told.append([face.decision.name for face in faces])
        tracks |= {face.track for face in faces}
    source.close()
    assert told == [[named(COLLINS, enrolled), named(HOPPER, enrolled)]] * len(MOMENTS)
    assert len(tracks) == 2


def test_what_is_kept_of_it_is_encrypted(recognizer: Recognizer, enrolled: str, own_home: Path) -> None:
    (template,) = recognizer.gallery.snapshot.embeddings
    recognizer.gallery.close()
    kept = b"".join(file.read_bytes() for file in own_home.rglob("gallery.db*"))
    assert len(kept) > 20_000
    for known in (b"SQLite format 3", b"CREATE TABLE", b"\x89PNG\r\n", enrolled.encode(), template.tobytes()[:16]):
        assert known not in kept
    with Gallery() as again:
        assert [person.name for person in again.people()] == [enrolled]
        assert np.array_equal(again.snapshot.embeddings, [template])
