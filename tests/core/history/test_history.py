"""Sightings in the gallery: found page by page, kept as long as the user says, deleted for good."""

import csv
import io
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from core.gallery import Gallery
from core.gallery.sightings import DAY, HOUR, Seen, Wanted
from core.history.days import attendance, begin_of, end_of
from core.history.spreadsheet import attendance_csv, sightings_csv
from core.history.unknowns import grouped
from core.matching.vectors import unit
from tests.core.gallery.made_up import connect, embedding, enroll, key_of

NOON = datetime(2027, 3, 4, 12).timestamp()


@pytest.fixture
def gallery(tmp_path: Path) -> Gallery:
    gallery = Gallery(tmp_path / "some.gallery")
    for seed, name in enumerate(("Ada Lovelace", "Bob")):
        enroll(gallery, name, seed)
    gallery.history.keep(unknown_hours=24, now=NOON)
    return gallery


def seen(
    gallery: Gallery, name: str | None, first: float, last: float | None = None, *, face: bytes = b"face", seed: int = 0
) -> None:
    person = gallery.require(name).id if name else None
    gallery.history.write(
        [
            Seen(
                key=f"{name} {first}",
                new=True,
                person=person,
                first=first,
                last=first if last is None else last,
                similarity=0.5,
                quality=0.5,
                source="Door",
                face=face,
                moment=b"moment",
                box=(1, 2, 3, 4),
                encoder="encoder",
                embedding=embedding(seed),
            )
        ]
    )


def test_pages_are_newest_first_and_complete(gallery: Gallery) -> None:
    for number in range(25):
        # Several at the same moment.
        seen(gallery, ("Ada Lovelace", "Bob", None)[number % 3], NOON + number // 3)
    pages = [gallery.history.find(most=10)]
    while pages[-1]:
        pages.append(gallery.history.find(most=10, before=pages[-1][-1]))
    assert [len(page) for page in pages] == [10, 10, 5, 0]
    listed = [one for page in pages for one in page]
    assert len({one.id for one in listed}) == 25
    assert listed == sorted(listed, key=lambda one: (-one.last, -one.id))


def test_sightings_are_wanted_by_person_kind_and_time(gallery: Gallery) -> None:
    seen(gallery, "Ada Lovelace", NOON - 2 * DAY)
    seen(gallery, "Bob", NOON - 30, NOON + 30)
    seen(gallery, None, NOON)
    history = gallery.history
    ada = history.whose_name_contains("LOVE")
    assert [one.name for one in history.find(Wanted(ada))] == ["Ada Lovelace"]
    assert [one.name for one in history.find(Wanted(unknown=True))] == [""]
    assert [one.name for one in history.find(Wanted(unknown=False))] == ["Bob", "Ada Lovelace"]
    assert [one.name for one in history.find(Wanted(since=NOON, until=NOON + 1))] == ["Bob", ""]
    assert history.count(Wanted(since=begin_of(date(2027, 3, 2)), until=end_of(date(2027, 3, 2)))) == 1
    assert history.count(Wanted(frozenset())) == 0


def test_what_is_older_than_allowed_is_deleted(gallery: Gallery) -> None:
    seen(gallery, "Ada Lovelace", NOON - 31 * DAY)
    seen(gallery, "Bob", NOON - 29 * DAY)
    seen(gallery, None, NOON - 25 * HOUR)
    seen(gallery, None, NOON - 23 * HOUR)
    assert gallery.history.expire(NOON) == 2
    assert gallery.history.expire(NOON) == 0
    assert [one.name for one in gallery.history.find()] == ["", "Bob"]
    assert gallery.history.keep(named_days=7, now=NOON) == 1
    assert gallery.history.keep(unknown_hours=0, now=NOON) == 1


def test_ignored_faces_stay_and_are_listed_apart(gallery: Gallery) -> None:
    seen(gallery, None, NOON)
    (unknown,) = gallery.history.find()
    gallery.history.ignore([unknown.id])
    assert gallery.history.find() == []
    assert gallery.history.expire(NOON + 90 * DAY) == 0
    assert [one.id for one in gallery.history.find(Wanted(ignored=True))] == [unknown.id]


def test_deleted_sightings_leave_no_byte(gallery: Gallery, own_home: Path, tmp_path: Path) -> None:
    seen(gallery, None, NOON, face=b"A face that must go away." * 100)
    assert gallery.history.delete_wanted(Wanted(unknown=True)) == 1
    assert gallery.erased
    gallery.close()
    connection = connect(tmp_path / "some.gallery", key_of(own_home))
    plain = tmp_path / "plain.db"
    connection.execute(f"ATTACH '{plain}' AS plain KEY ''")
    connection.execute("SELECT sqlcipher_export('plain')")
    connection.close()
    assert b"must go away" not in plain.read_bytes()
    assert connect(tmp_path / "some.gallery", key_of(own_home)).execute(
        "SELECT count(*) FROM sighting_picture"
    ).fetchone() == (0,)


def test_naming_gives_sightings_to_a_person_and_drops_their_embeddings(gallery: Gallery) -> None:
    for second in range(3):
        seen(gallery, None, NOON + second)
    ids = [one.id for one in gallery.history.find()]
    gallery.history.name(ids, gallery.require("Bob"))
    assert {one.name for one in gallery.history.find()} == {"Bob"}
    assert gallery.history.unknown() == []
    assert gallery.require("Bob").last_seen == NOON + 2


def test_another_program_sees_what_was_written(gallery: Gallery, tmp_path: Path) -> None:
    with Gallery(tmp_path / "some.gallery") as other:
        seen(gallery, "Bob", NOON)
        assert [one.name for one in other.history.find()] == ["Bob"]


def test_attendance_counts_days_by_the_local_calendar(gallery: Gallery) -> None:
    day = date(2027, 3, 4)
    midnight = end_of(day)
    seen(gallery, "Ada Lovelace", midnight - 600, midnight + 600)
    seen(gallery, "Ada Lovelace", NOON)
    seen(gallery, None, NOON)
    told = attendance(gallery.people(), gallery.history.find(), day, day + timedelta(days=1))
    ada, bob = told
    assert [(one.day, one.sightings) for one in ada.days] == [(day, 2), (day + timedelta(days=1), 1)]
    assert (ada.days[0].first, ada.days[0].last) == (NOON, midnight)
    assert bob.days == ()
    rows = list(csv.reader(io.StringIO(attendance_csv(told))))
    assert [row[0] for row in rows] == ["person", "Ada Lovelace", "Ada Lovelace", "Bob"]
    assert attendance(gallery.people(), gallery.history.find(), day, day)[0].days == ada.days[:1]


def test_no_name_is_a_formula_in_a_spreadsheet(gallery: Gallery) -> None:
    names = ["=1+1", "+1", "-1", "@SUM(A1)"]
    for name in names:
        gallery.rename("Bob", name)
        seen(gallery, name, NOON)
        rows = list(csv.reader(io.StringIO(sightings_csv(gallery.history.find()))))
        assert {row[0] for row in rows[1:]} == {f"'{name}"}
        gallery.rename(name, "Bob")


def test_faces_that_are_alike_share_a_label() -> None:
    random = np.random.default_rng(3)
    people = unit(random.normal(size=(6, 60)).astype(np.float32))
    truth = random.integers(0, 6, 80)
    faces = unit(people[truth] + 0.06 * random.normal(size=(80, 60)).astype(np.float32))
    labels = np.array(grouped(faces, 0.5))
    for one in range(6):
        assert len(set(labels[truth == one].tolist())) == 1
    assert len(set(labels.tolist())) == len(set(truth.tolist()))
    assert grouped(faces[:0], 0.5) == []


def test_groups_and_notes_belong_to_people(gallery: Gallery) -> None:
    ada, bob = gallery.describe(["ada lovelace", "Bob"], group="  Class 7b ", note="Sits at\nthe window")
    assert (ada.group, bob.note) == ("Class 7b", "Sits at the window")
    gallery.describe(["Bob"], note="")
    assert [(one.group, one.note) for one in gallery.people()] == [("Class 7b", "Sits at the window"), ("Class 7b", "")]
