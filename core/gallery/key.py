"""A key that encrypts galleries."""

import hashlib
import secrets
from dataclasses import dataclass

DIGITS = 64
"""Lower-case hexadecimal digits of a key: 32 bytes, for AES-256."""


@dataclass(frozen=True, slots=True)
class Key:
    """A key, and where it is kept."""

    hex: str
    place: str
    """Where it is kept, one sentence for the user."""
    account: str = ""
    """Account in the system's keyring; empty for the key file."""

    @property
    def id(self) -> str:
        """Eight hexadecimal digits that identify the key and reveal nothing of it; stored in each gallery's file."""
        return hashlib.sha256(b"firstsight key " + bytes.fromhex(self.hex)).hexdigest()[:8]


def is_key(text: object) -> bool:
    """Whether `text` is the digits of a key."""
    return isinstance(text, str) and len(text) == DIGITS and all(digit in "0123456789abcdef" for digit in text)


def new_digits() -> str:
    """The digits of a new random key."""
    return secrets.token_hex(DIGITS // 2)
