"""How an exported crop says that it is one: a text chunk in its PNG.

A crop is enrolled again as it is. Searching it for a face would align it a second time, and lose a little each time.
"""

from pathlib import Path

from core.pictures.png import text_of, with_text

KEYWORD = "Firstsight crop"
LONGEST_HEAD = 200
"""Bytes of a file that hold the text."""


def marked(png: bytes, quality: float) -> bytes:
    """The PNG of a crop, marked as one. quality: 0 to 1."""
    return with_text(png, KEYWORD, f"quality {quality:.4f}")


def quality_of(file: Path) -> float | None:
    """The quality of an exported crop, 0 to 1; None if the file isn't one."""
    with file.open("rb") as content:
        text = text_of(content.read(LONGEST_HEAD), KEYWORD) or ""
    try:
        quality = float(text.removeprefix("quality "))
    except ValueError:
        return None
    return quality if 0 <= quality <= 1 else None
