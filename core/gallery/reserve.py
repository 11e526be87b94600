"""Room kept beside a gallery, so that people can be deleted even when the disk is full.

Deleting needs room before it gives any back: what is overwritten stands in the write-ahead log first.
"""

import contextlib
import os
from pathlib import Path

SIZE = 4 * 1024 * 1024
"""Bytes: a photo takes about a hundred thousand of the log."""


def keep(gallery: Path) -> None:
    """Makes the reserve, unless it is there or there is no room for it."""
    file = _file(gallery)
    if file.exists():
        return
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError:
        return
    try:
        with os.fdopen(descriptor, "wb") as writer:
            # Of random bytes: a file system that compresses would keep no room for zeros.
            writer.write(os.urandom(SIZE))
    except OSError:
        give_up(gallery)


def give_up(gallery: Path) -> bool:
    """Gives its room back to the disk; whether there was any."""
    with contextlib.suppress(OSError):
        _file(gallery).unlink()
        return True
    return False


def _file(gallery: Path) -> Path:
    return gallery.with_name(f"{gallery.name}-reserve")
