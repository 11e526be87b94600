"""What a gallery's file reveals without its key: the first 16 bytes, SQLCipher's salt, identify the key it needs."""

import secrets
import stat
from pathlib import Path

from core.errors import GalleryError
from core.gallery.key import Key

MAGIC = b"FSK1"
"""First bytes; the key's id (four bytes) and eight random bytes follow. Older galleries begin with 16 random bytes."""
SALT = 16
"""Bytes."""


def salt_for(key: Key) -> str:
    """The salt of a new gallery, 32 hexadecimal digits."""
    named = MAGIC + bytes.fromhex(key.id)
    return (named + secrets.token_bytes(SALT - len(named))).hex()


def key_needed(file: Path) -> str | None:
    """The id of the key that locks a gallery; None when the file doesn't say. Raises GalleryError."""
    try:
        with file.open("rb") as reader:
            start = reader.read(SALT)
    except OSError as error:
        raise GalleryError(f"The gallery {file} can't be read ({error.strerror}): check its permissions.") from error
    return start[len(MAGIC) : len(MAGIC) + 4].hex() if len(start) == SALT and start.startswith(MAGIC) else None


def has_content(path: Path) -> bool:
    """Whether a file exists and isn't empty. Raises GalleryError when it is not a file or can't be opened."""
    try:
        found = path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise GalleryError(f"The gallery {path} can't be opened ({why}): choose another file.") from error
    if stat.S_ISDIR(found.st_mode):
        raise GalleryError(f"{path} is a folder: choose a file for the gallery.")
    if not stat.S_ISREG(found.st_mode):
        raise GalleryError(f"{path} is not a regular file: choose a file for the gallery.")
    return found.st_size > 0
