"""Disk space reserved beside a gallery, so that people can be deleted even when the disk is full.

Deleting needs space before it frees any: overwritten pages go to the write-ahead log first.
"""

import contextlib
import os
from pathlib import Path

SIZE = 4 * 1024 * 1024
"""Bytes; a photo takes about a hundred thousand in the log."""


def keep(gallery: Path) -> None:
    """Creates the reserve, unless it exists or there is no space for it."""
    file = _file(gallery)
    if file.exists():
        return
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError:
        return
    try:
        with os.fdopen(descriptor, "wb") as writer:
            # Random bytes, because a compressing file system would reserve no space for zeros.
            writer.write(os.urandom(SIZE))
    except OSError:
        give_up(gallery)


def give_up(gallery: Path) -> bool:
    """Frees the reserve. Returns whether there was one."""
    with contextlib.suppress(OSError):
        _file(gallery).unlink()
        return True
    return False


def _file(gallery: Path) -> Path:
    return gallery.with_name(f"{gallery.name}-reserve")
