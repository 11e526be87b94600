"""Folders of the files that ship with the program and of the user's data."""

import contextlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from platformdirs import user_data_path

from core.errors import FirstsightError, HomeError, OutputError

ASSETS = Path(__file__).resolve().parents[2] / "assets"
"""Models, portraits and icons. The folder is next to the packages, in a checkout and when installed."""


def home() -> Path:
    """The folder of the user's data: `FIRSTSIGHT_HOME` if set, otherwise the platform's usual place.

    It may not exist: `private_folder` creates it. Raises HomeError if there is no such place.
    """
    chosen = os.environ.get("FIRSTSIGHT_HOME")
    if chosen:
        try:
            return expanded(Path(chosen))
        except HomeError as error:
            raise HomeError(f"FIRSTSIGHT_HOME is {chosen}, but there is no such user: set it to a folder.") from error
    try:
        place = expanded(user_data_path("firstsight", appauthor=False))
    except RuntimeError as error:
        raise HomeError("You have no home folder: set FIRSTSIGHT_HOME to a folder for your data.") from error
    if not place.is_absolute():
        raise HomeError("Your home folder is unknown: set HOME, or set FIRSTSIGHT_HOME to a folder for your data.")
    return place


def expanded(path: Path) -> Path:
    """The path with `~` or `~user` replaced by the home folder. Raises HomeError if there is none."""
    try:
        return path.expanduser()
    except RuntimeError as error:
        raise HomeError(f"There is no home folder for {path}: give the full path.") from error


def default_gallery() -> Path:
    """File of the gallery that is used if none is named."""
    return home() / "gallery.db"


def kept_folder() -> Path:
    """The folder of all faces kept for training, by `--keep-faces` only; it may not exist. Raises HomeError."""
    return home() / "cache" / "faces"


def private_folder(*parts: str) -> Path:
    """Creates the home, or a folder in it such as `"cache", "faces"`, readable by its owner only (0700).

    Raises OutputError if it can't be created.
    """
    folder = home()
    try:
        _make_private(folder)
        for part in parts:
            folder /= part
            _make_private(folder)
    except OSError as error:
        raise OutputError(
            f"The folder {folder} can't be created ({error.strerror}): set FIRSTSIGHT_HOME to a folder of yours."
        ) from error
    return folder


def private_file(name: str) -> Path:
    """Creates an empty file in the home if it isn't there, readable by its owner only (0600). Raises OutputError."""
    file = private_folder() / name
    try:
        os.close(os.open(file, os.O_WRONLY | os.O_CREAT, 0o600))
        _close_to_others(file)
    except OSError as error:
        raise OutputError(f"The file {file} can't be written ({error.strerror}): check its permissions.") from error
    return file


def mend_home() -> None:
    """Makes the home, the files in it and all of its cache readable by their owner only.

    Does nothing if there is no home. Files of other users are left alone.
    """
    with contextlib.suppress(OSError, FirstsightError):
        folder = home()
        if not _is_shared(folder):
            for path in (folder, *_in_home(folder)):
                with contextlib.suppress(OSError):
                    _close_to_others(path)


def _in_home(folder: Path) -> Iterator[Path]:
    """The files in the home, and everything in its cache."""
    yield from (path for path in folder.iterdir() if path.is_file())
    for place, folders, files in os.walk(folder / "cache"):
        yield from (Path(place, name) for name in (".", *folders, *files))


def _make_private(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not _is_shared(folder):
        _close_to_others(folder)


def _close_to_others(path: Path) -> None:
    """Sets a folder to 0700 or a file to 0600, if the user owns it and it isn't a link."""
    status = path.lstat()
    wanted = 0o700 if stat.S_ISDIR(status.st_mode) else 0o600
    ours = not hasattr(os, "geteuid") or status.st_uid == os.geteuid()
    ordinary = stat.S_ISDIR(status.st_mode) or stat.S_ISREG(status.st_mode)
    if ours and ordinary and stat.S_IMODE(status.st_mode) != wanted:
        path.chmod(wanted)


def _is_shared(folder: Path) -> bool:
    """Whether other programs use the folder too: `/`, `/tmp`, the user's home folder or one above it."""
    try:
        users = Path.home().resolve()
    except RuntimeError:
        users = Path("/")
    place = folder.resolve()
    return place == users or place in users.parents or bool(place.stat().st_mode & stat.S_ISVTX)
