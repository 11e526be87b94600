"""The database's errors as sentences for the user: what happened and what to do."""

import contextlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from core.errors import GalleryError

LEAST_ROOM = 256 * 1024
"""Bytes of disk space that opening a gallery and a small change may take."""
_FOR_WRITING = ("SQLITE_FULL", "SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_IOERR", "SQLITE_PERM", "SQLITE_AUTH")


class GalleryBusyError(GalleryError):
    """Another program is writing."""


class GalleryMissingError(GalleryError):
    """There is no such file."""


class GalleryUnwritableError(GalleryError):
    """There is no space or no permission to write; reading may work."""


class GalleryFullError(GalleryUnwritableError):
    """There is no space to write."""


@contextlib.contextmanager
def as_sentences(path: Path) -> Iterator[None]:
    """Turns errors that SQLite raises in its block into GalleryErrors."""
    from sqlcipher3.dbapi2 import Error

    try:
        yield
    except Error as error:
        raise sentence_of(error, path) from error


def sentence_of(error: Exception, path: Path) -> GalleryError:
    """The GalleryError for an error raised by SQLite's binding."""
    name = str(getattr(error, "sqlite_errorname", None) or "")
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return GalleryBusyError(f"The gallery {path} is in use by another program: try again.")
    if name.startswith(("SQLITE_NOTADB", "SQLITE_CORRUPT")):
        return damaged(path)
    if name.startswith(_FOR_WRITING):
        return _unwritable(path, error, full=name == "SQLITE_FULL")
    return GalleryError(f"The gallery {path} can't be used ({error}): check the disk.")


def damaged(path: Path) -> GalleryError:
    """The error for a file that no known key opens."""
    return GalleryError(
        f"{path} is damaged, not a gallery, or locked with another key: choose another file, or restore it from a "
        "backup together with its key."
    )


def no_folder(folder: Path, error: Exception) -> GalleryError:
    """The error for a folder, of a gallery or its key, that can't be created or written to."""
    if folder.is_symlink() and not folder.exists():
        return GalleryError(f"{folder} is a link to a folder that doesn't exist: restore it, or remove the link.")
    why = getattr(error, "strerror", None) or error
    return GalleryError(f"The folder {folder} can't be written to ({why}): choose another place.")


def _unwritable(path: Path, error: Exception, *, full: bool) -> GalleryUnwritableError:
    if full or _room(path) < LEAST_ROOM:
        return GalleryFullError(f"There is no space left on the disk of the gallery {path}: free some, then try again.")
    if path.exists() and not os.access(path, os.R_OK):
        return GalleryUnwritableError(f"The gallery {path} can't be read: check its permissions.")
    for what, place in (("file", path), ("folder", path.parent)):
        if place.exists() and not os.access(place, os.W_OK):
            return GalleryUnwritableError(
                f"The gallery {path} can only be read, because its {what} is read-only: check the permissions, or copy "
                "it elsewhere to change it."
            )
    return GalleryUnwritableError(
        f"The gallery {path} can't be read or written ({error}): check the disk and your quota on it."
    )


def _room(path: Path) -> int:
    try:
        return shutil.disk_usage(path.parent).free
    except OSError:
        return LEAST_ROOM
