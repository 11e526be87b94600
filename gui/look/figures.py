"""Numbers as text, the same everywhere in the window."""

from typing import NamedTuple

from PySide6.QtCore import QCoreApplication


class Apart(NamedTuple):
    """A similarity, the one needed, and the margin between them, rounded so that they add up."""

    similarity: str
    needed: str
    margin: str


def apart(similarity: float, needed: float) -> Apart:
    """Rounds to two decimals, or up to four where fewer would hide a difference."""
    digits = 2
    while digits < 4 and round(similarity, digits) == round(needed, digits) and similarity != needed:
        digits += 1
    one, other = round(similarity, digits), round(needed, digits)
    return Apart(f"{one:.{digits}f}", f"{other:.{digits}f}", f"{abs(one - other):.{digits}f}")


def among(photos: int, people: int) -> str:
    """How many a face is compared with: "5 people", or "7 photos of 5 people" if some have several."""
    if photos == people:
        return _tr("1 person") if people == 1 else _tr("{} people").format(f"{people:,}")
    if people == 1:
        return _tr("{} photos of 1 person").format(f"{photos:,}")
    return _tr("{} photos of {} people").format(f"{photos:,}", f"{people:,}")


def _tr(text: str) -> str:
    return QCoreApplication.translate("figures", text)
