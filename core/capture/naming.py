"""How files, folders and addresses appear in messages."""

from pathlib import Path

LONGEST = 200
"""Characters."""


def shown(name: str | Path) -> str:
    """A name on one printable line: file names may contain line breaks and undecodable bytes."""
    text = "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in str(name))
    return text if len(text) <= LONGEST else "…" + text[1 - LONGEST :]
