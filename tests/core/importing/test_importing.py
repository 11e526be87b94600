"""Photos of many people are read, judged together, stored, and taken back."""

import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from core.gallery.doubts import Doubt
from core.importing.judging import Finding, Judged, judge
from core.importing.listing import Entry, list_photos
from core.importing.reading import read_photos
from core.importing.storing import Imported, store_photos, take_back
from core.pictures.reading import encode_png, read_picture
from core.recognizer import Recognizer


def judged_of(recognizer: Recognizer, entries: Sequence[Entry]) -> list[Judged]:
    return judge(recognizer, list(read_photos(recognizer, entries)))


def kinds(judged: Judged) -> list[Doubt]:
    return [doubt.kind for doubt in judged.doubts]


def store(recognizer: Recognizer, judged: Sequence[Judged]) -> Imported:
    ready = [one for one in judged if one.finding is Finding.READY]
    return Imported(tuple(store_photos(recognizer, ready)))


@pytest.fixture
def grace(portraits: Path) -> Path:
    return portraits / "grace_hopper.jpg"


@pytest.fixture
def eileen(portraits: Path) -> Path:
    return portraits / "eileen_collins.png"


def brighter(photo: Path, file: Path) -> Path:
    """Another photo of the same person."""
    file.write_bytes(encode_png(cv2.convertScaleAbs(read_picture(photo), alpha=1.1, beta=5)))  # type: ignore[arg-type]
    return file


def test_what_is_found_in_each_photo(recognizer: Recognizer, grace: Path, eileen: Path, tmp_path: Path) -> None:
    bad, empty, both, small = (tmp_path / name for name in ("Bad.jpg", "Wall.png", "Both.png", "Far.png"))
    bad.write_bytes(b"no picture")
    one, other = (cv2.resize(read_picture(photo), (400, 400)) for photo in (grace, eileen))
    empty.write_bytes(encode_png(np.asarray(one[:40, :40], np.uint8)))
    both.write_bytes(encode_png(cv2.hconcat([one, other])))  # type: ignore[arg-type]
    small.write_bytes(encode_png(cv2.resize(other, (90, 90), interpolation=cv2.INTER_AREA)))  # type: ignore[arg-type]
    names = {grace: "Grace Hopper", bad: "Bad", empty: "Wall", both: "Both", small: "Far", eileen: ""}
    entries = [Entry(photo, name) for photo, name in names.items()]
    entries += [Entry(tmp_path / "none.jpg", "None"), Entry(grace, "grace hopper"), Entry(grace, "x" * 200)]
    found = judged_of(recognizer, entries)
    assert [one.finding for one in found] == [
        Finding.DOUBTFUL,  # very close to a face of the group
        Finding.UNREADABLE,
        Finding.NO_FACE,
        Finding.DOUBTFUL,
        Finding.DOUBTFUL,
        Finding.NO_NAME,
        Finding.UNREADABLE,
        Finding.ALREADY,  # the same file twice in one import
        Finding.UNREADABLE,
    ]
    assert found[3].read.faces == 2
    assert Doubt.SEVERAL_FACES in kinds(found[3])
    assert [str(problem) for problem in found[4].read.problems] == ["too small"]
    assert "not a picture" in found[1].read.trouble
    assert "no file" in found[6].read.trouble
    assert "more than 100" in found[8].read.trouble


def test_two_people_too_alike_are_both_left_to_the_user(recognizer: Recognizer, grace: Path, tmp_path: Path) -> None:
    again = brighter(grace, tmp_path / "again.png")
    found = judged_of(recognizer, [Entry(grace, "Grace"), Entry(again, "Somebody else")])
    assert [kinds(one) for one in found] == [[Doubt.VERY_CLOSE], [Doubt.VERY_CLOSE]]
    assert found[0].close is not None
    assert found[0].close.name == "Somebody else"
    # Under one name, they are two photos of one person.
    found = judged_of(recognizer, [Entry(grace, "Grace"), Entry(again, "grace")])
    assert [one.finding for one in found] == [Finding.READY, Finding.READY]
    assert recognizer.gallery.people() == []


def test_a_photo_unlike_the_persons_others_is_doubtful(
    recognizer: Recognizer, grace: Path, eileen: Path, tmp_path: Path
) -> None:
    again = brighter(grace, tmp_path / "again.png")
    found = judged_of(recognizer, [Entry(photo, "Grace") for photo in (grace, again, eileen)])
    assert [kinds(one) for one in found] == [[], [], [Doubt.UNLIKE]]
    recognizer.enroll("Grace", grace)
    (found_again,) = judged_of(recognizer, [Entry(eileen, "GRACE")])
    assert kinds(found_again) == [Doubt.UNLIKE]
    assert found_again.known == "Grace"


def test_a_name_given_later_is_judged_without_looking_again(recognizer: Recognizer, grace: Path, eileen: Path) -> None:
    recognizer.enroll("Grace", grace)
    (found,) = judged_of(recognizer, [Entry(eileen, "")])
    (named,) = judge(recognizer, [replace(found.read, name="Eileen")])
    assert (found.finding, named.finding) == (Finding.NO_NAME, Finding.READY)


def test_what_is_stored_is_not_looked_at_again(
    recognizer: Recognizer, grace: Path, eileen: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    entries = [Entry(grace, "Grace"), Entry(eileen, "Eileen")]
    assert len(store(recognizer, judged_of(recognizer, entries)).photos) == 2
    assert [person.name for person in recognizer.gallery.people()] == ["Eileen", "Grace"]
    # A renamed person's file with the new name, or with none, is known as well.
    recognizer.gallery.rename("Grace", "Admiral")
    with monkeypatch.context() as patch:
        patch.setattr(recognizer, "detector", None)
        found = judged_of(recognizer, [Entry(grace, "admiral"), Entry(grace, ""), Entry(eileen, "Eileen")])
    assert [one.read.already for one in found] == ["Admiral", "Admiral", "Eileen"]
    # Under another name it is a question.
    (other,) = judged_of(recognizer, [Entry(grace, "Grace")])
    assert kinds(other) == [Doubt.VERY_CLOSE]


def test_a_photo_enrolled_in_the_window_is_known_by_its_crop(
    recognizer: Recognizer, grace: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recognizer.enroll("Grace", grace)
    copy = tmp_path / "copy.png"
    copy.write_bytes(encode_png(read_picture(grace)))
    monkeypatch.setattr(recognizer.encoder, "embed", None)
    reads = list(read_photos(recognizer, [Entry(grace, "Grace"), Entry(copy, "Grace")]))
    assert [one.already for one in reads] == ["Grace", "Grace"]


def test_an_import_is_taken_back_and_nothing_else(
    recognizer: Recognizer, grace: Path, eileen: Path, tmp_path: Path
) -> None:
    recognizer.enroll("Grace", grace)
    again = brighter(grace, tmp_path / "again.png")
    done = store(recognizer, judged_of(recognizer, [Entry(again, "Grace"), Entry(eileen, "Eileen")]))
    assert (len(done.photos), done.people) == (2, 2)
    take_back(recognizer.gallery, done)
    assert [(person.name, person.templates) for person in recognizer.gallery.people()] == [("Grace", 1)]
    (template,) = recognizer.gallery.templates(recognizer.gallery.require("Grace").id)
    assert template.id == 1


def test_hundred_people_of_whom_few_are_doubtful(recognizer: Recognizer, lfw: Path, tmp_path: Path) -> None:
    for person in sorted(lfw.iterdir())[:60]:
        photo = min(person.iterdir())
        shutil.copy(photo, tmp_path / photo.name)
    found = judged_of(recognizer, list_photos([tmp_path]))
    ready = [one for one in found if one.finding is Finding.READY]
    assert len(ready) >= 40
    assert all(one.finding in (Finding.READY, Finding.DOUBTFUL) for one in found)
    assert sum(Doubt.VERY_CLOSE in kinds(one) for one in found) <= 4
    done = store(recognizer, found)
    assert done.people == len(ready) == len(recognizer.gallery)
