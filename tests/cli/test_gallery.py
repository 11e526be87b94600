"""Commands that read a gallery change nothing, and report missing and damaged ones."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from core.encoder.checkpoint import Checkpoint
from core.gallery import Gallery
from core.matching.population import Sample
from core.recognizer import Recognizer
from tests.cli.commands import as_json, firstsight, refused
from tests.core.gallery.made_up import connect, key_of


def test_a_mistyped_gallery_is_an_error_and_none_is_made(portraits: Path, own_home: Path, tmp_path: Path) -> None:
    typo, photo = tmp_path / "typo.db", portraits / "grace_hopper.jpg"
    for arguments in (
        ("people",),
        ("rename", "Ada", "Augusta"),
        ("forget", "Ada"),
        ("identify", photo),
        ("compare", photo, photo),
        ("watch", portraits, "--every-frame"),
    ):
        assert "no gallery at" in refused(*arguments, "--gallery", typo)
    assert list(tmp_path.iterdir()) == []
    assert list(own_home.iterdir()) == []


def test_an_enrolment_that_fails_makes_no_gallery(portraits: Path, own_home: Path, tmp_path: Path) -> None:
    text = tmp_path / "text.jpg"
    text.write_text("no picture")
    for photo in (text, tmp_path / "none.jpg"):
        refused("enroll", "Bob", photo)
        refused("enroll", "Bob", photo, "--gallery", tmp_path / "typo.db")
    assert "empty" in refused("enroll", " ", portraits / "grace_hopper.jpg", "--gallery", tmp_path / "typo.db")
    assert [file.name for file in tmp_path.iterdir()] == ["text.jpg"]
    assert list(own_home.iterdir()) == []
    firstsight("enroll", "Grace", portraits / "grace_hopper.jpg", "--gallery", tmp_path / "new.db")
    assert as_json("people", "--gallery", tmp_path / "new.db")["people"][0]["name"] == "Grace"


def test_reading_the_own_gallery_before_anybody_is_enrolled_writes_nothing(portraits: Path, own_home: Path) -> None:
    assert as_json("people")["people"] == []
    (photo,) = as_json("identify", portraits / "grace_hopper.jpg")["photos"]
    assert photo["faces"][0]["name"] is None
    assert list(own_home.iterdir()) == []


def test_reading_by_another_encoder_takes_nothing_from_an_open_recogniser(gallery: Gallery, portraits: Path) -> None:
    photo = portraits / "grace_hopper.jpg"
    recognizer = Recognizer(gallery)
    recognizer.enroll("Grace Hopper", photo)
    before = gallery.snapshot_of(recognizer.encoder.id)
    (found,) = as_json("identify", photo, "--encoder", "published")["photos"]
    assert found["faces"][0]["name"] == "Grace Hopper"
    as_json("compare", photo, photo, "--encoder", "published")
    firstsight("enroll", "Eileen Collins", portraits / "eileen_collins.png", "--encoder", "published")
    assert recognizer.refresh()
    assert gallery.snapshot_of(recognizer.encoder.id).names == ("Grace Hopper", "Eileen Collins")
    assert (gallery.snapshot_of(recognizer.encoder.id).embeddings[0] == before.embeddings[0]).all()
    assert recognizer.identify(photo)[0].decision.name == "Grace Hopper"
    assert recognizer.identify(portraits / "eileen_collins.png")[0].decision.name == "Eileen Collins"


def test_a_key_that_is_missing_is_said_by_every_command(portraits: Path, own_home: Path, tmp_path: Path) -> None:
    firstsight("enroll", "Ada", portraits / "grace_hopper.jpg")
    (own_home / "gallery.key").unlink()
    assert "key" in refused("people")
    second = tmp_path / "second.db"
    assert "key" in refused("enroll", "Bob", portraits / "grace_hopper.jpg", "--gallery", second)
    assert not second.exists()
    assert not (own_home / "gallery.key").exists()


def test_damage_is_one_sentence_without_lines_of_the_database(own_home: Path, tmp_path: Path) -> None:
    Gallery().close()
    broken = tmp_path / "broken.db"
    data = bytearray((own_home / "gallery.db").read_bytes())
    data[200:300] = bytes(100)
    broken.write_bytes(data)
    assert "damaged" in refused("people", "--gallery", broken)
    letter = tmp_path / "letter.txt"
    letter.write_text("Dear reader, " * 1000)
    assert "not a gallery" in refused("people", "--gallery", letter)
    assert "folder" in refused("people", "--gallery", tmp_path)


def test_a_deletion_says_when_another_program_still_reads(portraits: Path, own_home: Path) -> None:
    firstsight("enroll", "Ada", portraits / "grace_hopper.jpg")
    reader = connect(own_home / "gallery.db", key_of(own_home))
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM person").fetchone()
    said = firstsight("forget", "Ada").stdout
    assert "Deleted Ada" in said
    assert "Another program is reading" in said
    reader.close()
    firstsight("enroll", "Ada", portraits / "grace_hopper.jpg")
    assert as_json("forget", "Ada")["erased"] is True


@pytest.mark.parametrize("command", ["people", "identify"])
def test_a_gallery_that_is_locked_is_read(portraits: Path, own_home: Path, command: str) -> None:
    firstsight("enroll", "Ada", portraits / "grace_hopper.jpg")
    writer = connect(own_home / "gallery.db", key_of(own_home))
    writer.execute("BEGIN IMMEDIATE")
    assert "Ada" in firstsight(command, *([portraits / "grace_hopper.jpg"] if command == "identify" else [])).stdout
    writer.close()


def test_a_copied_gallery_opens_with_its_key_beside_it(
    portraits: Path, own_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    firstsight("enroll", "Ada", portraits / "grace_hopper.jpg")
    home = tmp_path / "restored"
    home.mkdir()
    for name in ("gallery.db", "gallery.key"):
        shutil.copy(own_home / name, home / name)
    monkeypatch.setenv("FIRSTSIGHT_HOME", str(home))
    assert as_json("people")["people"][0]["name"] == "Ada"


def test_people_seen_live_are_told_and_forgotten(portraits: Path) -> None:
    firstsight("enroll", "Grace", portraits / "grace_hopper.jpg")
    with Gallery() as gallery:
        checkpoint = Checkpoint.load()
        assert checkpoint.curve is not None
        metric = checkpoint.curve.metric
        faces = np.random.default_rng(0).normal(size=(40, 128)).astype(np.float32)
        sample = Sample.of(metric.directions(metric.project(faces)))
        gallery.add_seen(checkpoint.id, metric.id, "desk", sample)
    population = as_json("people")["population"]
    assert (population["people"], population["seen"]) == (1, 40)
    assert population["confidence"] > 0.8
    identified = as_json("identify", portraits / "grace_hopper.jpg")
    assert identified["population"] == population
    assert as_json("doctor")["gallery"]["population"] == population
    compared = as_json("compare", *[portraits / "grace_hopper.jpg"] * 2)
    assert compared["population"] == population
    assert "give either NAME" in refused("forget", "Grace", "--seen", code=2).replace("Give", "give")
    assert as_json("forget", "--seen") == {"forgotten_seen": 40, "erased": True}
    alone = as_json("people")["population"]
    assert (alone["people"], alone["seen"], alone["confidence"]) == (1, 0, 0)
    assert "Nobody else is known here yet" in firstsight("people").stdout
