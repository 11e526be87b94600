"""Lists the photos to import, with the name that each is said to show."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from core.errors import PhotoError
from core.importing import people_table
from core.importing.suggested_name import name_of_folder, suggested_name
from core.pictures.endings import PICTURES
from core.system.input import check_input, shown, unreadable

MOST_BYTES = 50_000_000
"""Largest table read."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One photo to import."""

    photo: Path
    name: str
    """Name of the person; empty if nothing tells it."""


def list_photos(places: Sequence[Path]) -> list[Entry]:
    """The photos of folders, tables (CSV) and single files, in that order. Raises PhotoError.

    A folder: `NAME/*.jpg`, and pictures named after people; deeper folders are not searched. A table: the columns
    `name` and `photo`, whose paths start at the table's folder.
    """
    entries: list[Entry] = []
    for place in places:
        if place.is_dir():
            entries += _of_folder(place)
        elif place.suffix.lower() in (".csv", ".tsv"):
            entries += _of_table(place)
        else:
            entries.append(Entry(place, suggested_name(place)))
    return entries


def _of_folder(folder: Path) -> list[Entry]:
    if (folder / people_table.FILE).is_file():
        columns, rows = _read_table(folder / people_table.FILE)
        if _is_export(columns):
            return _of_export(folder, rows)
    entries = [Entry(photo, suggested_name(photo)) for photo in _pictures(folder)]
    for person in _sorted(folder):
        if person.is_dir():
            entries += [Entry(photo, name_of_folder(person)) for photo in _pictures(person)]
    if not entries:
        raise PhotoError(
            f"{shown(folder)} contains no pictures: give a folder with one folder of pictures for each person, or with "
            "pictures named after people."
        )
    return entries


def _pictures(folder: Path) -> list[Path]:
    return [file for file in _sorted(folder) if file.suffix.lower() in PICTURES and file.is_file()]


def _sorted(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise PhotoError(f"The folder {shown(folder)} can't be read ({why}): check its permissions.") from error


def _of_table(table: Path) -> list[Entry]:
    columns, rows = _read_table(table)
    if _is_export(columns):
        return _of_export(table.parent, rows)
    if not {"name", "photo"} <= set(columns):
        raise PhotoError(f"{shown(table)} has no columns called name and photo: name them so in its first line.")
    entries = [
        Entry(table.parent / row["photo"].strip(), people_table.unescaped(row["name"]).strip())
        for row in rows
        if row["photo"].strip()
    ]
    if not entries:
        raise PhotoError(f"{shown(table)} names no photos: give each line a name and a photo.")
    return entries


def _is_export(columns: Sequence[str]) -> bool:
    return {"name", "folder"} <= set(columns)


def _of_export(folder: Path, rows: Iterable[dict[str, str]]) -> list[Entry]:
    """The photos of an exported folder. Sub-folders outside it are left alone, whatever the table says."""
    entries = []
    for row in rows:
        person = folder / people_table.unescaped(row["folder"])
        if person.parent == folder and person.is_dir():
            entries += [Entry(photo, people_table.unescaped(row["name"])) for photo in _pictures(person)]
    if not entries:
        raise PhotoError(f"{shown(folder)} contains none of the people in its {people_table.FILE}: export them again.")
    return entries


def _read_table(table: Path) -> tuple[list[str], list[dict[str, str]]]:
    """The columns' names in lower case, and the rows with a text for each column."""
    name = shown(table)
    if check_input(table, "a table", PhotoError).st_size > MOST_BYTES:
        raise PhotoError(f"{name} is larger than {MOST_BYTES // 1_000_000} MB: divide it into smaller tables.")
    try:
        text = table.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise PhotoError(unreadable(name, error)) from error
    except UnicodeError as error:
        raise PhotoError(f"{name} is not in UTF-8: save the table as CSV in UTF-8.") from error
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    try:
        heads, *lines = list(csv.reader(text.splitlines(keepends=True), delimiter=delimiter)) or [[]]
    except csv.Error as error:
        raise PhotoError(f"{name} is not a table that can be read ({error}): save it as CSV again.") from error
    columns = [head.strip().lower() for head in heads]
    # A line may be too short or too long.
    return columns, [dict.fromkeys(columns, "") | dict(zip(columns, line, strict=False)) for line in lines]
