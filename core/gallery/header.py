"""A gallery's first 16 bytes, SQLCipher's salt: the only ones in the clear, they name the key that it needs."""

import secrets
from pathlib import Path

from core.gallery.key import Key

MAGIC = b"FSK1"
"""Then four bytes of the key's id and eight random ones. Galleries of older versions begin with 16 random bytes."""
SALT = 16


def salt_for(key: Key) -> str:
    """A new gallery's salt, 32 hexadecimal digits."""
    named = MAGIC + bytes.fromhex(key.id)
    return (named + secrets.token_bytes(SALT - len(named))).hex()


def key_needed(file: Path) -> str | None:
    """The id of the key that locks a gallery; None when the file doesn't say. Raises OSError."""
    with file.open("rb") as reader:
        start = reader.read(SALT)
    return start[len(MAGIC) : len(MAGIC) + 4].hex() if len(start) == SALT and start.startswith(MAGIC) else None
