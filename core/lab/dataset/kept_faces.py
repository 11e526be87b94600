"""Faces kept from one command to the next, in the home's `cache/faces/KEY`: unencrypted, and only on request."""

import contextlib
import hashlib
import json
import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray

from core.errors import OutputError
from core.lab.dataset.disk_errors import as_output_error
from core.system.paths import kept_folder, private_folder
from core.types import CROP_SIZE

VERSION = 2
"""Version of what is kept; part of the key, so that other versions are never read."""


@dataclass(frozen=True, slots=True, eq=False)
class KeptFaces:
    """The faces found in a folder of people."""

    files: tuple[str, ...]
    """Path of each picture inside the folder, `NAME/FILE` (n)."""
    left_out: tuple[str, ...]
    """One sentence for each picture that could not be used."""
    crops: NDArray[np.uint8]
    """Aligned faces, n×168×168×3 BGR."""


def cache_key(files: Sequence[Path], detector: str, degraded: str) -> str:
    """Key for the faces found in these pictures. It changes with every picture, the detector and the degradation.

    detector: name of its model. degraded: the degradation's id, empty for none.
    """
    digest = hashlib.sha256(f"{VERSION} {detector} {degraded}".encode())
    for path in files:
        try:
            status = path.stat()
            seen = f"{path.resolve()} {status.st_size} {status.st_mtime_ns}\n"
        except OSError:
            # It has disappeared or can't be read; loading leaves it out.
            seen = f"{path} is not there\n"
        digest.update(seen.encode(errors="surrogateescape"))
    return digest.hexdigest()[:24]


def read_kept(key: str) -> KeptFaces | None:
    """What is kept under that key; None if nothing is, or it is damaged."""
    folder = kept_folder() / key
    try:
        index = json.loads((folder / "index.json").read_text(encoding="utf-8"))
        files, left_out = tuple(map(str, index["files"])), tuple(map(str, index["left_out"]))
        crops = np.load(folder / "crops.npy", mmap_mode="r")[: len(files)]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    whole = crops.shape == (len(files), CROP_SIZE, CROP_SIZE, 3) and crops.dtype == np.uint8
    return KeptFaces(files, left_out, crops) if whole else None


def keep(key: str, kept: KeptFaces) -> None:
    """Writes faces and names to where `read_kept` finds them, completely or not at all. Raises OutputError."""
    folder = private_folder("cache", "faces")
    errors, lock = as_output_error(f"The faces can't be kept in {folder}"), _locked(folder, wait=True)
    with errors, lock, TemporaryDirectory(prefix=".", dir=folder) as place:
        draft = Path(place) / "draft"
        draft.mkdir(mode=0o700)
        _write(draft / "crops.npy", kept.crops)
        _write(draft / "index.json", json.dumps({"files": kept.files, "left_out": kept.left_out}).encode())
        shutil.rmtree(folder / key, ignore_errors=True)
        draft.rename(folder / key)


def remove_drafts() -> None:
    """Removes what killed processes have left incomplete."""
    with contextlib.suppress(OSError, OutputError):
        folder = kept_folder()
        if folder.is_dir():
            with _locked(folder, wait=False):
                for path in folder.iterdir():
                    if path.is_dir() and not (path / "index.json").is_file():
                        shutil.rmtree(path, ignore_errors=True)


def kept_bytes() -> int:
    """Size of all kept faces in bytes, including incomplete ones and those of older versions.

    Raises OSError when a folder can't be read.
    """
    folder = kept_folder()
    if not folder.exists():
        return 0
    return sum(
        Path(place, name).lstat().st_size for place, _, names in os.walk(folder, onerror=_raise) for name in names
    )


def remove_kept() -> None:
    """Deletes all kept faces. Raises OutputError when some can't be deleted."""
    folder = kept_folder()
    try:
        shutil.rmtree(folder)
    except FileNotFoundError:
        return
    except OSError as error:
        raise OutputError(
            f"The faces kept in {folder} can't be deleted ({error.strerror}): delete that folder yourself."
        ) from error


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
def _locked(folder: Path, *, wait: bool) -> Iterator[None]:
    """Locks the folder against other processes. Raises OSError if it is locked already and `wait` is false.

    Windows has no such lock; nor can an open file be deleted there.
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


def _raise(error: OSError) -> None:
    raise error
