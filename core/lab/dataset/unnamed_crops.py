"""Crops of faces in a file without a name: not encrypted, but gone with the last process that has it open.

The operating system frees such a file however that process ends, even if it is killed.
"""

import errno
import os
import sys
import weakref
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

import numpy as np
from numpy.typing import NDArray

from core.lab.dataset.disk_errors import as_output_error
from core.system.paths import private_folder
from core.types import CROP_SIZE

SHAPE = (CROP_SIZE, CROP_SIZE, 3)
BYTES = CROP_SIZE * CROP_SIZE * 3
DISK_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
"""Errors that mean the disk is full, or the user's quota is used up."""


class UnnamedCrops:
    """Appends crops to an unnamed file in the home's cache, then maps them into memory.

    They are written rather than stored through a mapping: when the disk is full, touching a new page of a mapped file
    kills the process (SIGBUS).
    """

    def __init__(self, most: int) -> None:
        """Reserves room for `most` crops. Raises OutputError when the disk has too little."""
        folder = private_folder("cache")
        with as_output_error(f"{most:,} faces need {most * BYTES / 1e6:,.0f} MB in {folder}"):
            self.file: IO[bytes] = TemporaryFile(dir=folder)  # noqa: SIM115
            _reserve(self.file, most * BYTES)
        self._folder, self._count = folder, 0

    def add(self, crop: NDArray[np.uint8]) -> None:
        """Appends one crop, 168×168×3 BGR. Raises OutputError."""
        with as_output_error(f"A face can't be stored in {self._folder}"):
            self.file.write(np.ascontiguousarray(crop).tobytes())
        self._count += 1

    def mapped(self) -> NDArray[np.uint8]:
        """All added crops, n×168×168×3, memory-mapped read-only. None can be added afterwards. Raises OutputError."""
        with as_output_error(f"The faces can't be stored in {self._folder}"):
            self.file.truncate(self._count * BYTES)
            self.file.flush()
        crops = _mapped(self.file, self._count)
        weakref.finalize(crops, self.file.close)
        return crops


@dataclass(frozen=True, slots=True)
class Address:
    """Where another process on this computer finds an unnamed file, while the first process keeps it open."""

    process: int
    descriptor: int
    device: int
    inode: int

    @classmethod
    def of(cls, file: IO[bytes]) -> "Address":
        """The address of a file that this process has open."""
        status = os.fstat(file.fileno())
        return cls(os.getpid(), file.fileno(), status.st_dev, status.st_ino)

    def crops(self, count: int) -> NDArray[np.uint8] | None:
        """The file's crops, count×168×168×3; None if it can't be opened: on another computer, or not under Linux."""
        try:
            with Path(f"/proc/{self.process}/fd/{self.descriptor}").open("rb") as file:
                status = os.fstat(file.fileno())
                same = (status.st_dev, status.st_ino, status.st_size) == (self.device, self.inode, count * BYTES)
                return _mapped(file, count) if same else None
        except OSError:
            return None


def _reserve(file: IO[bytes], size: int) -> None:
    """Finds out that the disk is too full before the work begins; where it can't be asked, writing will tell."""
    if sys.platform == "linux":
        try:
            os.posix_fallocate(file.fileno(), 0, size)
        except OSError as error:
            if error.errno in DISK_FULL:
                raise


def _mapped(file: IO[bytes], count: int) -> NDArray[np.uint8]:
    if not count:
        return np.empty((0, *SHAPE), np.uint8)
    return np.memmap(file, np.uint8, "r", shape=(count, *SHAPE))
