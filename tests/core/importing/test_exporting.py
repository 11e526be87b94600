"""What is exported can be imported again, and says in a spreadsheet only what it should."""

import csv
import os
import stat
from pathlib import Path

import numpy as np
import pytest

from core.errors import OutputError
from core.gallery import Gallery
from core.importing.exporting import export_people, folder_name
from core.importing.judging import Finding, judge
from core.importing.listing import list_photos
from core.importing.reading import Read, read_photos
from core.importing.storing import store_photos
from core.pictures.reading import encode_png, read_picture
from core.recognizer import Recognizer

HOSTILE = ("=HYPERLINK(1)", "../../etc", "CON", "a/b", "A:B", "Zoë Müller", "李小龍")


def exported(gallery: Gallery, folder: Path) -> Path:
    export_people(gallery, folder, lambda _done, _total: None)
    return folder


def test_people_come_back_with_their_names_photos_and_embeddings(
    recognizer: Recognizer, portraits: Path, tmp_path: Path
) -> None:
    for name in HOSTILE:
        recognizer.enroll(name, portraits / "grace_hopper.jpg")
    recognizer.enroll("Zoë Müller", portraits / "eileen_collins.png")
    folder = exported(recognizer.gallery, tmp_path / "out")
    with Gallery(tmp_path / "other.db") as other:
        restored = Recognizer(other, encoder=recognizer.encoder)
        found = judge(restored, list(read_photos(restored, list_photos([folder]))))
        # They were enrolled side by side, so nothing about each other is doubtful.
        assert {one.finding for one in found} == {Finding.READY}
        assert len(list(store_photos(restored, found))) == 8
        assert [(p.name, p.templates) for p in other.people()] == [
            (p.name, p.templates) for p in recognizer.gallery.people()
        ]
        for person in recognizer.gallery.people():
            before = recognizer.gallery.templates(person.id)
            after = other.templates(other.require(person.name).id)
            for one, same in zip(before, after, strict=True):
                assert np.array_equal(one.crop, same.crop)
                # In a batch of another size, sums are rounded differently.
                assert np.allclose(one.embedding, same.embedding, atol=1e-3)
        crops = [gallery.stored_crops(gallery.require("CON").id) for gallery in (other, recognizer.gallery)]
        assert crops[0][0][1] == pytest.approx(crops[1][0][1], abs=1e-4)


def test_an_export_into_its_own_gallery_adds_nothing(
    recognizer: Recognizer, portraits: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recognizer.enroll("Grace", portraits / "grace_hopper.jpg")
    folder = exported(recognizer.gallery, tmp_path / "out")
    monkeypatch.setattr(recognizer.encoder, "embed", None)
    (read,) = read_photos(recognizer, list_photos([folder / "people.csv"]))
    assert read.already == "Grace"


def test_a_crop_without_its_mark_is_searched_for_a_face(
    recognizer: Recognizer, portraits: Path, tmp_path: Path
) -> None:
    recognizer.enroll("Grace", portraits / "grace_hopper.jpg")
    file = exported(recognizer.gallery, tmp_path / "out") / "Grace" / "1.png"
    file.write_bytes(encode_png(read_picture(file)))
    (read,) = read_photos(recognizer, list_photos([tmp_path / "out"]))
    assert isinstance(read, Read)
    assert not read.exported
    assert read.embedding is not None
    (candidate,) = recognizer.state()[0].closest_people(read.embedding)
    assert candidate.similarity > 0.9


def test_the_table_is_safe_in_a_spreadsheet_and_folders_are_safe_everywhere(
    recognizer: Recognizer, portraits: Path, tmp_path: Path
) -> None:
    for name in HOSTILE:
        recognizer.enroll(name, portraits / "grace_hopper.jpg")
    folder = exported(recognizer.gallery, tmp_path / "out")
    with (folder / "people.csv").open(encoding="utf-8-sig", newline="") as file:
        heads, *rows = csv.reader(file)
    assert heads == ["name", "folder", "enrolled", "photos", "last seen"]
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]
    assert len({row[1].casefold() for row in rows}) == len(HOSTILE)
    assert {file.name for file in folder.iterdir() if file.is_dir()} == {row[1].removeprefix("'") for row in rows}
    if os.name == "posix":
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert stat.S_IMODE((folder / "people.csv").stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("name", "folder"),
    [("..", "_"), ("nul.txt", "nul.txt_"), ("Ada.", "Ada"), ("a\nb", "a_x0ab"), ("字" * 100, "字" * 40)],
)
def test_any_name_makes_a_folder(name: str, folder: str) -> None:
    assert folder_name(name) == folder


def test_a_folder_with_something_in_it_is_refused(gallery: Gallery, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").touch()
    with pytest.raises(OutputError, match="not empty"):
        exported(gallery, tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == ["mine.txt"]
