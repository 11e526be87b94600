"""How files, folders and addresses are named in a sentence."""

from pathlib import Path

LONGEST = 200
"""Characters."""


def shown(name: str | Path) -> str:
    """A name as it can be shown in one line: file names may hold line breaks, and bytes that are no text."""
    text = "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in str(name))
    return text if len(text) <= LONGEST else "…" + text[1 - LONGEST :]
