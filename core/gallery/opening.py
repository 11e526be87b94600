"""Opens a gallery's file with the key that fits; a file that can't be written can still be read."""

import contextlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from core.errors import GalleryError
from core.gallery.connection import Access, connect
from core.gallery.failures import (
    GalleryMissingError,
    GalleryUnwritableError,
    as_sentences,
    damaged,
    no_folder,
    sentence_of,
)
from core.gallery.header import has_content, key_needed, salt_for
from core.gallery.key import Key, new_digits
from core.gallery.keys import first_start, key_for_new_gallery, keys_for
from core.gallery.schema import is_newest, migrate

_IN_MEMORY = Path("/dev/shm")
"""Where a private copy may go on Linux if the folder for temporary files has no space."""


@dataclass(frozen=True, slots=True, eq=False)
class Opened:
    """An open gallery, and how it can be read."""

    path: Path
    """The gallery's own file; what is read may be a private copy of it."""
    key: Key | None
    """None while there is no gallery."""
    connect: Callable[[], Any]
    """Opens one more connection for reading."""
    first: Any
    """The first connection."""
    state: tuple[Any, ...]
    """State of the gallery's own files when it was opened: see `_state`."""
    writable: bool = False
    """Whether writing may be tried; the file may turn out to be read-only."""
    copy: Any = None
    """Temporary folder of the private copy; None if there is no copy."""

    @property
    def key_place(self) -> str:
        """One sentence on where the key is kept."""
        return self.key.place if self.key else "The gallery's key is made with the first enrolment."

    def has_log(self) -> bool:
        """Whether there is a write-ahead log, of a program that is running or was killed."""
        return self.writable and _log(self.path) > 0

    def outdated(self) -> bool:
        """Whether it was opened for reading only, and its files have changed since."""
        return not self.writable and _state(self.path) != self.state

    def moved(self) -> bool:
        """Whether the path leads to another file by now, so that changes would be written elsewhere."""
        return self.writable and _state(self.path)[:1] != self.state[:1]

    def close(self) -> None:
        """Removes the private copy."""
        if self.copy:
            self.copy.cleanup()


def open_gallery(
    path: Path,
    *,
    create: bool = True,
    absent_is_empty: bool = False,
    must_write: bool = False,
    key: Key | None = None,
) -> Opened:
    """Opens a gallery and migrates it to the newest version; if it can't be written, a private copy of it.

    create: create it if there is none. absent_is_empty: else open an empty one in its place, which is never written.
    must_write: fail if the file itself can't be written. key: if it is known already. Raises GalleryError.
    """
    with as_sentences(path):
        if not has_content(path):
            if create:
                _make(path)
            elif absent_is_empty:
                return _nobody(path)
            else:
                raise GalleryMissingError(
                    f"There is no gallery at {path}: check the name, or enroll somebody to make it."
                )
        return _newest(_unlocked(path, [key] if key else keys_for(path, key_needed(path)), must_write), must_write)


def _make(path: Path) -> None:
    """Creates a gallery, one program at a time. A failure leaves no file."""
    made = False
    try:
        with first_start():
            made = _touch(path)
            if has_content(path):
                return
            key = key_for_new_gallery()
            with contextlib.closing(connect(path, key.hex + salt_for(key), Access.MAKE)) as connection:
                connection.execute("PRAGMA journal_mode = WAL")
                migrate(connection, path)
    except BaseException:
        with contextlib.suppress(OSError):
            if made and path.stat().st_size == 0:
                path.resolve().unlink()
        raise


def _touch(path: Path) -> bool:
    """Makes sure that the file can be written; a new one is private to its owner. Returns whether it is new."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    except FileExistsError as error:
        raise no_folder(path.parent, error) from error
    except OSError as error:
        raise GalleryError(f"The gallery {path} can't be written ({error.strerror}): choose another place.") from error
    try:
        there = path.exists()
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        raise GalleryError(f"The gallery {path} can't be written ({error.strerror}): choose another place.") from error
    return not there


def _unlocked(path: Path, keys: Iterable[Key], must_write: bool) -> Opened:
    for key in keys:
        opened = _by(key, path, must_write)
        if opened:
            return opened
    raise damaged(path)


def _by(key: Key, path: Path, must_write: bool) -> Opened | None:
    """Opens a gallery with one key; None if the key doesn't fit."""
    from sqlcipher3.dbapi2 import Error

    ways = (Access.WRITE,) if must_write else (Access.WRITE, Access.READ, Access.FROZEN)
    for access in ways:
        state = _state(path)
        if access is Access.FROZEN and _log(path):
            return _copied(path, key)
        try:
            more = partial(connect, path, key.hex, access)
            return Opened(path, key, more, more(), state, writable=access is Access.WRITE)
        except Error as error:
            reason = sentence_of(error, path)
            if getattr(error, "sqlite_errorname", "") == "SQLITE_NOTADB":
                return None
            if not isinstance(reason, GalleryUnwritableError) or access is ways[-1]:
                raise
    return None


def _newest(opened: Opened, must_write: bool) -> Opened:
    """Migrates a gallery of an older version, or a private copy of it if it can't be written."""
    try:
        if not is_newest(opened.first, opened.path):
            migrate(opened.first, opened.path)
    except BaseException as error:
        opened.first.close()
        opened.close()
        if (
            must_write
            or opened.copy
            or opened.key is None
            or not isinstance(_sentence(error, opened.path), GalleryUnwritableError)
        ):
            raise
        return _newest(_copied(opened.path, opened.key), must_write)
    return opened


def _sentence(error: BaseException, path: Path) -> BaseException:
    from sqlcipher3.dbapi2 import Error

    return sentence_of(error, path) if isinstance(error, Error) else error


def _copied(path: Path, key: Key) -> Opened:
    """Opens a private copy of a gallery, encrypted like the gallery itself."""
    state = _state(path)

    def copy(file: Path) -> Any:
        shutil.copyfile(path, file)
        if _log(path):
            shutil.copyfile(_beside(path.resolve(), "-wal"), _beside(file, "-wal"))
        return connect(file, key.hex, Access.WRITE)

    return _in_private(copy, path, key, state)


def _nobody(path: Path) -> Opened:
    """An empty gallery in memory, until the first enrolment creates the file."""
    return Opened(path, None, partial(_empty, path), _empty(path), _state(path))


def _empty(path: Path) -> Any:
    connection = connect(path, new_digits(), Access.MEMORY)
    migrate(connection, path)
    return connection


def _in_private(fill: Callable[[Path], Any], path: Path, key: Key, state: tuple[Any, ...]) -> Opened:
    """Opens a copy in a private temporary folder. fill: creates the file it is given, and connects to it."""
    refused: OSError | None = None
    for place in (None, *([_IN_MEMORY] if _IN_MEMORY.is_dir() else [])):
        try:
            folder = tempfile.TemporaryDirectory(prefix="firstsight-", dir=place, ignore_cleanup_errors=True)
            file = Path(folder.name) / "gallery.db"
            first = fill(file)
            return Opened(path, key, partial(connect, file, key.hex, Access.WRITE), first, state, copy=folder)
        except OSError as error:
            refused = error
    raise GalleryUnwritableError(
        f"The gallery {path} can't be read without a copy, and there is no space for one: free some on the disk."
    ) from refused


def _log(path: Path) -> int:
    """Size of the write-ahead log in bytes."""
    with contextlib.suppress(OSError):
        # SQLite puts it beside the file itself, not beside a link to it.
        return _beside(path.resolve(), "-wal").stat().st_size
    return 0


def _beside(path: Path, ending: str) -> Path:
    return path.with_name(path.name + ending)


def _state(path: Path) -> tuple[Any, ...]:
    """Identity, size and time of a file and of its log, to notice changes."""
    found: list[tuple[Any, ...]] = []
    for file in (path, _beside(path.resolve(), "-wal")):
        with contextlib.suppress(OSError):
            status = file.stat()
            found.append((file.name, status.st_dev, status.st_ino))
            found.append((status.st_size, status.st_mtime_ns))
    return tuple(found)
