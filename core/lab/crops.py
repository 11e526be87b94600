"""Where the crops of a folder's faces lie: while they are used, in a file that has no name; longer only if asked.

Nothing of them is encrypted. What has no name goes with the last process that uses it, however that ends.
"""

import contextlib
import errno
import json
import os
import shutil
import sys
import weakref
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from typing import IO

import numpy as np
from numpy.typing import NDArray

from core.errors import OutputError
from core.system.paths import home, private_folder
from core.types import CROP_SIZE

SHAPE = (CROP_SIZE, CROP_SIZE, 3)
BYTES = CROP_SIZE * CROP_SIZE * 3
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
"""A disk has no more room, or its user mayn't have more."""


class UnnamedCrops:
    """Crops one after another in a file without a name, in the home's cache: private, and never left behind.

    Written rather than mapped: a page of a mapped file for which a full disk has no room ends the process (SIGBUS).
    """

    def __init__(self, most: int) -> None:
        """Takes the room for so many at once. Raises OutputError where the disk has not so much."""
        folder = private_folder("cache")
        with _told(f"{most:,} faces need {most * BYTES / 1e6:,.0f} MB in {folder}"):
            self.file: IO[bytes] = TemporaryFile(dir=folder)  # noqa: SIM115
            _reserve(self.file, most * BYTES)
        self._where, self._count = folder, 0

    def add(self, crop: NDArray[np.uint8]) -> None:
        """168×168×3 BGR. Raises OutputError."""
        with _told(f"A face can't be kept in {self._where}"):
            self.file.write(np.ascontiguousarray(crop).tobytes())
        self._count += 1

    def mapped(self) -> NDArray[np.uint8]:
        """n×168×168×3: all that were added, read from disk when used. None can be added afterwards."""
        with _told(f"The faces can't be kept in {self._where}"):
            self.file.truncate(self._count * BYTES)
            self.file.flush()
        crops = _mapped(self.file, self._count)
        weakref.finalize(crops, self.file.close)
        return crops


@dataclass(frozen=True, slots=True)
class Address:
    """By which another process on this computer reads a file without a name, for as long as the first has it open."""

    process: int
    descriptor: int
    device: int
    inode: int

    @classmethod
    def of(cls, file: IO[bytes]) -> "Address":
        """Of an open file."""
        status = os.fstat(file.fileno())
        return cls(os.getpid(), file.fileno(), status.st_dev, status.st_ino)

    def crops(self, count: int) -> NDArray[np.uint8] | None:
        """count×168×168×3; None where that file is not to be had: on another computer, or another system than Linux."""
        try:
            with Path(f"/proc/{self.process}/fd/{self.descriptor}").open("rb") as file:
                status = os.fstat(file.fileno())
                same = (status.st_dev, status.st_ino, status.st_size) == (self.device, self.inode, count * BYTES)
                return _mapped(file, count) if same else None
        except OSError:
            return None


@dataclass(frozen=True, slots=True, eq=False)
class KeptCrops:
    """What was kept of a folder of people, as it was asked for: `cache/faces/KEY`."""

    files: tuple[str, ...]
    left_out: tuple[str, ...]
    crops: NDArray[np.uint8]


def kept_folder() -> Path:
    """Where faces are kept that were asked to be. Raises OutputError when there is no home."""
    return home() / "cache" / "faces"


def read_kept(key: str) -> KeptCrops | None:
    """None where nothing whole is kept under that key."""
    folder = kept_folder() / key
    try:
        index = json.loads((folder / "index.json").read_text(encoding="utf-8"))
        files, left_out = tuple(map(str, index["files"])), tuple(map(str, index["left_out"]))
        crops = np.load(folder / "crops.npy", mmap_mode="r")[: len(files)]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    whole = crops.shape == (len(files), *SHAPE) and crops.dtype == np.uint8
    return KeptCrops(files, left_out, crops) if whole else None


def keep(key: str, kept: KeptCrops) -> None:
    """Writes crops and names where `read_kept` finds them, whole or not at all. Raises OutputError."""
    folder = private_folder("cache", "faces")
    told, alone = _told(f"The faces can't be kept in {folder}"), _alone(folder, wait=True)
    with told, alone, TemporaryDirectory(prefix=".", dir=folder) as place:
        draft = Path(place) / "draft"
        draft.mkdir(mode=0o700)
        _write(draft / "crops.npy", kept.crops)
        _write(draft / "index.json", json.dumps({"files": kept.files, "left_out": kept.left_out}).encode())
        shutil.rmtree(folder / key, ignore_errors=True)
        draft.rename(folder / key)


def remove_drafts() -> None:
    """Removes what a process that was killed left half kept."""
    with contextlib.suppress(OSError, OutputError):
        folder = kept_folder()
        if folder.is_dir():
            with _alone(folder, wait=False):
                for path in folder.iterdir():
                    if path.is_dir() and not (path / "index.json").is_file():
                        shutil.rmtree(path, ignore_errors=True)


def kept_bytes() -> int:
    """How much is kept: also by older versions, and half. Raises OSError when that can't be seen."""
    folder = kept_folder()
    if not folder.exists():
        return 0
    return sum(
        Path(place, name).lstat().st_size for place, _, names in os.walk(folder, onerror=_raise) for name in names
    )


def remove_kept() -> None:
    """Deletes all faces that are kept. Raises OutputError when some can't be."""
    folder = kept_folder()
    try:
        shutil.rmtree(folder)
    except FileNotFoundError:
        return
    except OSError as error:
        raise OutputError(
            f"The faces kept in {folder} can't be deleted ({error.strerror}): delete that folder yourself."
        ) from error


def _reserve(file: IO[bytes], size: int) -> None:
    """So that a disk that is too full is known before the work, not after it. Where that can't be, writing tells."""
    if sys.platform == "linux":
        try:
            os.posix_fallocate(file.fileno(), 0, size)
        except OSError as error:
            if error.errno in FULL:
                raise


def _mapped(file: IO[bytes], count: int) -> NDArray[np.uint8]:
    if not count:
        return np.empty((0, *SHAPE), np.uint8)
    return np.memmap(file, np.uint8, "r", shape=(count, *SHAPE))


def _write(file: Path, content: NDArray[np.uint8] | bytes) -> None:
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as writer:
        if isinstance(content, bytes):
            writer.write(content)
        else:
            np.save(writer, content)
        writer.flush()
        os.fsync(writer.fileno())


@contextlib.contextmanager
def _alone(folder: Path, *, wait: bool) -> Iterator[None]:
    """While nobody else keeps anything there; raises OSError if somebody does and there is no waiting.

    On Windows there is no such lock; nor can an open file be deleted there.
    """
    if sys.platform == "win32":
        yield
        return
    import fcntl

    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        yield
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def _told(what: str) -> Iterator[None]:
    """Turns the system's errors into a sentence."""
    try:
        yield
    except OSError as error:
        why = error.strerror or error
        raise OutputError(f"{what} ({why}): free some room, or set FIRSTSIGHT_HOME to a folder elsewhere.") from error


def _raise(error: OSError) -> None:
    raise error
