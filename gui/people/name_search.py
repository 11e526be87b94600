"""How names are searched and ordered: as people read them, whatever is typed of accents and case."""

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
"""What Unicode does not take apart into a plain letter and a mark, but people type as one."""


def search_key(text: str) -> str:
    """Equal for texts that differ only in case, accents, width or Unicode form: `Łukasz Müller` → `lukasz muller`."""
    # Folded twice: taking apart `İ` or a ligature may leave a capital, folding may leave a mark.
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    plain = "".join(letter for letter in apart if not unicodedata.combining(letter) and letter not in "\u200c\u200d")
    return " ".join(plain.translate(_ALIKE).split())


def search_words(text: str) -> tuple[str, ...]:
    """What a search looks for: each of these, in any order."""
    return tuple(search_key(text).split())


class NameOrder:
    """The order in which the user's language lists names. For one thread."""

    def __init__(self, locale: QLocale | None = None) -> None:
        """locale: by default the system's; where that has no order of its own, the one for English."""
        locale = locale or QLocale.system()
        collator = QCollator(QLocale("en_US") if locale.language() is QLocale.Language.C else locale)
        collator.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self._collator = collator
        self._keys: dict[str, object] = {}

    def sort(self, people: Sequence[Person]) -> list[Person]:
        """In order; people of equal names by their age in the gallery. Fast when they are nearly in order."""
        keys = {person.name: self._keys.get(person.name) or self._key(person.name) for person in people}
        self._keys = keys
        return sorted(people, key=lambda person: (keys[person.name], person.id))

    def place(self, person: Person, people: Sequence[Person]) -> int:
        """Where somebody belongs among people in order."""
        return bisect_left(people, (self._key(person.name), person.id), key=lambda one: (self._key(one.name), one.id))

    def _key(self, name: str) -> object:
        return _Key(self._collator.sortKey(name))


def _compare(one: QCollatorSortKey, other: QCollatorSortKey) -> int:
    return one.compare(other)


_Key = cmp_to_key(_compare)
