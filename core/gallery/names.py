"""Which names are valid, and which count as the same."""

import unicodedata

from core.errors import GalleryError

LONGEST = 100
_OVERRIDES = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Characters that change the writing direction of text around them, by which one name could pose as another."""


def clean_name(text: str) -> str:
    """A name of 1 to 100 characters in any script, with extra spaces removed, in Unicode's composed form (NFC).

    Raises GalleryError when nothing is left, it is too long, or it contains characters that can't be shown.
    """
    name = " ".join(unicodedata.normalize("NFC", text).split())
    if not name:
        raise GalleryError("The name is empty: type at least one character.")
    if len(name) > LONGEST:
        raise GalleryError(f"The name has {len(name)} characters, more than {LONGEST}: shorten it.")
    if any(unicodedata.category(c) in ("Cc", "Cs", "Cn", "Co") or c in _OVERRIDES for c in name):
        raise GalleryError("The name contains characters that can't be shown: type it again.")
    if all(unicodedata.category(c) in ("Cf", "Mn", "Zs") for c in name):
        raise GalleryError("The name contains no visible character: type at least one.")
    return name


def same_name_key(name: str) -> str:
    """A key that is equal for names which differ only in case or in Unicode form."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", name).casefold())
