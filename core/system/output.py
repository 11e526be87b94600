"""Checks files before the work begins that will write them; nothing is overwritten without asking."""

import stat
import tempfile
from collections.abc import Iterable
from pathlib import Path

from core.errors import OutputError


def check_output(file: Path, *, overwrite: bool = False, inputs: Iterable[Path] = ()) -> None:
    """Checks that `file` can be written later, and creates its folder if necessary.

    overwrite: whether an existing file may be replaced. inputs: files being read, which are never replaced.
    Raises OutputError.
    """
    mode = _mode(file)
    if mode is not None and stat.S_ISDIR(mode):
        raise OutputError(f"{file} is a folder: name a file.")
    if mode is not None and not stat.S_ISREG(mode):
        raise OutputError(f"{file} is a device or a pipe: name a file.")
    if any(_same(file, read) for read in inputs):
        raise OutputError(f"{file} is the file being read: choose another one to write.")
    if mode is not None and not overwrite:
        raise OutputError(f"{file} already exists: choose another file, or add --overwrite to replace it.")
    _check_folder(file.parent)
    _check_name(file)
    if mode is not None:
        try:
            file.open("ab").close()
        except OSError as error:
            raise OutputError(f"{file} can't be written ({error.strerror}): choose another file.") from error


def check_output_folder(folder: Path, marker: str, *, overwrite: bool = False) -> None:
    """Checks that files can be written into `folder` later.

    The folder may exist already; its file `marker` may not, unless `overwrite` is set. Raises OutputError.
    """
    check_output(folder / marker, overwrite=overwrite)


def check_empty_folder(folder: Path) -> None:
    """Checks that a folder is empty and can be written to, and creates it if necessary. Raises OutputError."""
    _check_folder(folder)
    try:
        empty = not any(folder.iterdir())
    except OSError as error:
        raise OutputError(f"The folder {folder} can't be read ({error.strerror}): choose another folder.") from error
    if not empty:
        raise OutputError(f"The folder {folder} is not empty: name a new folder, or an empty one.")


def _check_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise OutputError(f"The folder {folder} can't be written to ({why}): choose another folder.") from error


def _check_name(file: Path) -> None:
    try:
        file.lstat()
    except FileNotFoundError:
        return
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise OutputError(f"{file.name} can't be a file name ({why}): choose another.") from error


def _same(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except (OSError, ValueError):
        return False


def _mode(file: Path) -> int | None:
    """The file's mode; None if it doesn't exist. (`Path.exists` raises if a name is too long.)"""
    try:
        return file.stat().st_mode
    except (OSError, ValueError):
        return None
