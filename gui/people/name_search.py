"""Searches and orders names as people read them, ignoring accents and case in a search."""

import unicodedata
from bisect import bisect_left
from collections.abc import Sequence
from functools import cmp_to_key

from PySide6.QtCore import QCollator, QCollatorSortKey, QLocale, Qt

from core.types import Person

_ALIKE = str.maketrans(
    {
        "ł": "l",
        "ø": "o",
        "đ": "d",
        "ð": "d",
        "ħ": "h",
        "ŧ": "t",
        "ŋ": "n",
        "ı": "i",
        "ȷ": "j",
        "ƒ": "f",
        "æ": "ae",
        "œ": "oe",
        "þ": "th",
        "ə": "e",
        "ĸ": "k",
        "ƙ": "k",
        "ɓ": "b",
        "ɗ": "d",
        "ƴ": "y",
        "ŀ": "l",
        "ʼ": "'",
        "’": "'",
        "‘": "'",
        "ʻ": "'",
        "`": "'",
        "‐": "-",
        "‑": "-",
        "‒": "-",
        "–": "-",
        "−": "-",
        "ـ": "",
    }
)
"""Letters and signs that Unicode doesn't decompose, and what people type for them."""


def search_key(text: str) -> str:
    """Folds case, accents, width and Unicode form, for comparing: `Łukasz Müller` → `lukasz muller`."""
    # Normalised twice: decomposing `İ` or a ligature may leave a capital, and case folding may leave a mark.
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    plain = "".join(letter for letter in apart if not unicodedata.combining(letter) and letter not in "\u200c\u200d")
    return " ".join(plain.translate(_ALIKE).split())


def search_words(text: str) -> tuple[str, ...]:
    """The words that a search looks for, in any order."""
    return tuple(search_key(text).split())


class NameOrder:
    """Sorts names as the user's language does. Not thread-safe."""

    def __init__(self, locale: QLocale | None = None) -> None:
        """locale: the system's by default; English if that is the C locale."""
        locale = locale or QLocale.system()
        collator = QCollator(QLocale("en_US") if locale.language() is QLocale.Language.C else locale)
        collator.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self._collator = collator
        self._keys: dict[str, object] = {}

    def sort(self, people: Sequence[Person]) -> list[Person]:
        """Sorts by name, equal names by id. Fast if they are nearly in order."""
        keys = {person.name: self._keys.get(person.name) or self._key(person.name) for person in people}
        self._keys = keys
        return sorted(people, key=lambda person: (keys[person.name], person.id))

    def place(self, person: Person, people: Sequence[Person]) -> int:
        """The row at which a person belongs among sorted people."""
        return bisect_left(people, (self._key(person.name), person.id), key=lambda one: (self._key(one.name), one.id))

    def _key(self, name: str) -> object:
        return _Key(self._collator.sortKey(name))


def _compare(one: QCollatorSortKey, other: QCollatorSortKey) -> int:
    return one.compare(other)


_Key = cmp_to_key(_compare)
