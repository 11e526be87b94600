"""What counts as a name."""

import unicodedata

from core.errors import GalleryError

LONGEST = 100
_OVERRIDES = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Characters that turn the writing direction of what stands around them: a name could pose as another."""


def clean_name(text: str) -> str:
    """A name of 1 to 100 characters in any script, stripped, in Unicode's composed form (NFC).

    Raises GalleryError when nothing is left, it is too long, or it holds characters that don't show.
    """
    name = " ".join(unicodedata.normalize("NFC", text).split())
    if not name:
        raise GalleryError("A name is empty: type at least one character.")
    if len(name) > LONGEST:
        raise GalleryError(f"A name has at most {LONGEST} characters, not {len(name)}: shorten it.")
    if any(unicodedata.category(c) in ("Cc", "Cs", "Cn", "Co") or c in _OVERRIDES for c in name):
        raise GalleryError("A name holds characters that can't be shown: type it anew.")
    if all(unicodedata.category(c) in ("Cf", "Mn", "Zs") for c in name):
        raise GalleryError("A name holds no visible character: type at least one.")
    return name


def same_name_key(name: str) -> str:
    """Equal for names that differ only in case or in Unicode form."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", name).casefold())
