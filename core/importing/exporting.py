"""Writes everybody enrolled into a folder that can be imported again: `NAME/1.png`, …, and `people.csv`."""

import re
from collections.abc import Callable
from pathlib import Path

from core.gallery import Gallery
from core.importing.exported_crop import marked
from core.importing.people_table import FILE, people_table
from core.system.output import check_empty_folder
from core.system.text import printable
from core.system.whole_file import write_whole

_NOT_IN_FILE_NAMES = re.compile(r'[/\\:*?"<>|]')
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
"""File names that Windows keeps for devices."""
LONGEST_NAME = 120
"""Bytes of a sub-folder's name."""


def export_people(gallery: Gallery, folder: Path, progress: Callable[[int, int], None]) -> tuple[int, int]:
    """Writes the photos of everybody, as crops that are not encrypted; only their owner can read them.

    The table is written last, so that a folder without it is incomplete. progress: called with (done, total) people.
    Returns the numbers of people and photos. Raises OutputError, also when the folder isn't empty, and GalleryError.
    """
    check_empty_folder(folder)
    folder.chmod(0o700)
    people, taken, table = gallery.people(), set[str](), []
    photos = 0
    for done, person in enumerate(people):
        progress(done, len(people))
        place = _free(folder_name(person.name), taken)
        crops = gallery.stored_crops(person.id)
        for number, (png, quality) in enumerate(crops, 1):
            write_whole(folder / place / f"{number}.png", marked(png, quality), private=True)
        table.append((person, place))
        photos += len(crops)
    write_whole(folder / FILE, people_table(table), private=True)
    return len(people), photos


def folder_name(name: str) -> str:
    """A person's name as a file name that every system accepts."""
    safe = _NOT_IN_FILE_NAMES.sub("_", printable(name).replace("\\", "_"))
    short = safe.encode()[:LONGEST_NAME].decode(errors="ignore").strip(". ")
    return f"{short}_" if _RESERVED.fullmatch(short) else short or "_"


def _free(name: str, taken: set[str]) -> str:
    """The name, or one with a number if another folder has it, upper or lower case."""
    free, number = name, 2
    while free.casefold() in taken:
        free, number = f"{name} ({number})", number + 1
    taken.add(free.casefold())
    return free
