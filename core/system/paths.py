"""Where things are: what ships with the program, and the user's data."""

import contextlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from platformdirs import user_data_path

from core.errors import FirstsightError, HomeError, OutputError

ASSETS = Path(__file__).resolve().parents[2] / "assets"
"""Models, portraits and icons; beside the packages both in a checkout and when installed."""


def home() -> Path:
    """The folder of the user's data: `FIRSTSIGHT_HOME` if set, else the platform's own place.

    Who writes into it makes it by `private_folder`. Raises HomeError when there can be none.
    """
    chosen = os.environ.get("FIRSTSIGHT_HOME")
    if chosen:
        try:
            return expanded(Path(chosen))
        except HomeError as error:
            raise HomeError(f"FIRSTSIGHT_HOME is {chosen}, and there is no such user: set it to a folder.") from error
    try:
        place = expanded(user_data_path("firstsight", appauthor=False))
    except RuntimeError as error:
        raise HomeError("This user has no home folder: set FIRSTSIGHT_HOME to a folder for the data.") from error
    if not place.is_absolute():
        raise HomeError("Your home folder is not known: set HOME, or FIRSTSIGHT_HOME to a folder of yours.")
    return place


def expanded(path: Path) -> Path:
    """With the home folder in the place of `~` or `~user`. Raises HomeError when there is none."""
    try:
        return path.expanduser()
    except RuntimeError as error:
        raise HomeError(f"There is no home folder for {path}: name another place in full.") from error


def default_gallery() -> Path:
    """The gallery that is used unless another is named."""
    return home() / "gallery.db"


def private_folder(*parts: str) -> Path:
    """The home, or a folder in it such as `"cache", "faces"`: made if there is none, and its owner's alone (0700).

    Raises OutputError when it can't be made.
    """
    folder = home()
    try:
        _make_private(folder)
        for part in parts:
            folder /= part
            _make_private(folder)
    except OSError as error:
        raise OutputError(
            f"The folder {folder} can't be made ({error.strerror}): set FIRSTSIGHT_HOME to a folder of yours."
        ) from error
    return folder


def private_file(name: str) -> Path:
    """A file in the home, its owner's alone (0600): made empty if there is none. Raises OutputError."""
    file = private_folder() / name
    try:
        os.close(os.open(file, os.O_WRONLY | os.O_CREAT, 0o600))
        _close_to_others(file)
    except OSError as error:
        raise OutputError(f"The file {file} can't be written ({error.strerror}): check its permissions.") from error
    return file


def mend_home() -> None:
    """Takes from others what they may read in the home: itself, the files in it, and all of its cache.

    Does nothing where there is no home, and leaves what isn't the user's own.
    """
    with contextlib.suppress(OSError, FirstsightError):
        folder = home()
        if not _is_shared(folder):
            for path in (folder, *_in_home(folder)):
                with contextlib.suppress(OSError):
                    _close_to_others(path)


def _in_home(folder: Path) -> Iterator[Path]:
    """Its files, and all below its cache."""
    yield from (path for path in folder.iterdir() if path.is_file())
    for place, folders, files in os.walk(folder / "cache"):
        yield from (Path(place, name) for name in (".", *folders, *files))


def _make_private(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not _is_shared(folder):
        _close_to_others(folder)


def _close_to_others(path: Path) -> None:
    """0700 of a folder, 0600 of a file, if it is the user's own and no link."""
    status = path.lstat()
    wanted = 0o700 if stat.S_ISDIR(status.st_mode) else 0o600
    ours = not hasattr(os, "geteuid") or status.st_uid == os.geteuid()
    ordinary = stat.S_ISDIR(status.st_mode) or stat.S_ISREG(status.st_mode)
    if ours and ordinary and stat.S_IMODE(status.st_mode) != wanted:
        path.chmod(wanted)


def _is_shared(folder: Path) -> bool:
    """Whether a folder serves more than this program: `/`, `/tmp`, a user's home folder, or one above it."""
    try:
        users = Path.home().resolve()
    except RuntimeError:
        users = Path("/")
    place = folder.resolve()
    return place == users or place in users.parents or bool(place.stat().st_mode & stat.S_ISVTX)
