"""Folders of people on disk, `NAME/*.jpg`: one folder per person, named after them, with their pictures."""

from pathlib import Path

from core.errors import PhotoError
from core.lab.dataset.split import in_part
from core.pictures.reading import PICTURES


def list_people(folder: Path, part: str | None = None) -> dict[str, list[Path]]:
    """Each person's pictures, by name. part: "1/2" for only the people in the first of two halves (see `in_part`).

    Raises PhotoError when the folder is missing, can't be read or contains nobody, or when `part` is malformed.
    """
    return people_and_unreadable(folder, part)[0]


def people_and_unreadable(folder: Path, part: str | None) -> tuple[dict[str, list[Path]], list[str]]:
    """Like `list_people`, with one sentence for each person's folder that can't be read."""
    is_wanted = in_part(part)
    people: dict[str, list[Path]] = {}
    unreadable: list[str] = []
    for person in _subfolders(folder):
        if is_wanted(person.name):
            try:
                pictures = sorted(path for path in person.iterdir() if path.suffix.lower() in PICTURES)
            except OSError as error:
                unreadable.append(f"The folder {person} can't be read ({error.strerror}): check its permissions.")
            else:
                people |= {person.name: pictures} if pictures else {}
    if not people:
        why = f" {unreadable[0]}" if unreadable else ""
        raise PhotoError(
            f"{folder} contains no folders of pictures: give a folder with one folder of pictures per person.{why}"
        )
    return people, unreadable


def _subfolders(folder: Path) -> list[Path]:
    try:
        return sorted(path for path in folder.iterdir() if path.is_dir())
    except (FileNotFoundError, NotADirectoryError) as error:
        raise PhotoError(
            f"There is no folder {folder}: give a folder with one folder of pictures per person."
        ) from error
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise PhotoError(f"The folder {folder} can't be read ({why}): check its name and permissions.") from error
