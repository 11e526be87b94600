"""Who is in which photo, as folders, tables and files say."""

from pathlib import Path

import pytest

from core.errors import PhotoError
from core.importing.listing import list_photos
from core.importing.people_table import escaped, unescaped


def touch(folder: Path, *files: str) -> None:
    for file in files:
        path = folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


def named(place: Path) -> list[tuple[str, str]]:
    return [(entry.name, entry.photo.name) for entry in list_photos([place])]


def test_files_and_sub_folders_name_people(tmp_path: Path) -> None:
    touch(tmp_path, "Grace Hopper.jpg", "grace_hopper-2.jpg", "Ada_Lovelace_0001.jpg", "IMG_0001.png", "notes.txt")
    touch(tmp_path, "Mary_Shelley/1.jpg", "Mary_Shelley/2.JPG", "Mary_Shelley/deeper/3.jpg", "empty/readme.md")
    assert named(tmp_path) == [
        ("Ada Lovelace", "Ada_Lovelace_0001.jpg"),
        ("Grace Hopper", "Grace Hopper.jpg"),
        ("", "IMG_0001.png"),
        ("Grace Hopper", "grace_hopper-2.jpg"),
        ("Mary Shelley", "1.jpg"),
        ("Mary Shelley", "2.JPG"),
    ]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_table_names_people_whatever_separates_its_columns(tmp_path: Path, delimiter: str) -> None:
    table = tmp_path / "people.csv"
    lines = (("Photo", "Team", "Name"), ("a/1.jpg", "x", '"Müller, Zoë"'), ("2.jpg", "", "'=Ada"), ("", "", "nobody"))
    table.write_text("\n".join(delimiter.join(line) for line in lines), encoding="utf-8-sig")
    first, second = list_photos([table])
    assert (first.name, first.photo) == ("Müller, Zoë", tmp_path / "a" / "1.jpg")
    assert (second.name, second.photo) == ("=Ada", tmp_path / "2.jpg")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"who,file\nAda,1.jpg\n", "no columns called name and photo"),
        (b"name,photo\n", "names no photos"),
        (b"", "no columns called name and photo"),
        ("name,photo\nZoë,1.jpg\n".encode("utf-16"), "not in UTF-8"),
        (b"name,photo\nAda," + b"x" * 200_000 + b"\n", "not a table that can be read"),
        (b"name,folder\nAda,../elsewhere\n", "contains none of the people"),
    ],
)
def test_a_table_that_cannot_be_used_is_one_sentence(tmp_path: Path, content: bytes, told: str) -> None:
    touch(tmp_path, "elsewhere/1.png", "exported/readme")
    table = tmp_path / "exported" / "people.csv"
    table.write_bytes(content)
    with pytest.raises(PhotoError, match=told) as caught:
        list_photos([table])
    assert str(caught.value).endswith(".")


def test_a_folder_without_pictures_is_one_sentence(tmp_path: Path) -> None:
    touch(tmp_path, "deep/deeper/1.jpg")
    with pytest.raises(PhotoError, match="contains no pictures"):
        list_photos([tmp_path])


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM", "'=x", "''@x", "'quoted'", "Ada", "\t=x", ""])
def test_a_cell_is_no_formula_and_reads_back_as_it_was(name: str) -> None:
    assert not escaped(name).startswith(("=", "+", "-", "@", "\t"))
    assert unescaped(escaped(name)) == name
