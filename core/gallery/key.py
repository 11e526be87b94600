"""One key of galleries."""

import hashlib
import secrets
from dataclasses import dataclass

DIGITS = 64
"""Hexadecimal, lower case: 32 bytes, AES-256."""


@dataclass(frozen=True, slots=True)
class Key:
    """A key, and where it is kept."""

    hex: str
    place: str
    """One sentence."""
    account: str = ""
    """In the system's keyring; empty for the key file."""

    @property
    def id(self) -> str:
        """Eight hexadecimal digits that tell keys apart and nothing of the key; a gallery's file holds its key's."""
        return hashlib.sha256(b"firstsight key " + bytes.fromhex(self.hex)).hexdigest()[:8]


def is_key(text: object) -> bool:
    """Whether a text is a key's digits."""
    return isinstance(text, str) and len(text) == DIGITS and all(digit in "0123456789abcdef" for digit in text)


def new_digits() -> str:
    """Of a new random key."""
    return secrets.token_hex(DIGITS // 2)
