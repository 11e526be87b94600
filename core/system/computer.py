"""Which computer this is, for data that belongs to one of several that share a gallery."""

import uuid

from core.errors import FirstsightError
from core.system.paths import home, private_file

FILE = "computer.id"


def computer_id() -> str:
    """A random identity, made when it is first needed, and kept in the user's data folder. Raises OutputError."""
    known = known_computer_id()
    if not known:
        known = uuid.uuid4().hex
        private_file(FILE).write_text(known, encoding="ascii")
    return known


def known_computer_id() -> str:
    """The identity, or an empty text if none has been needed yet."""
    try:
        return (home() / FILE).read_text(encoding="ascii", errors="replace").strip()
    except (OSError, FirstsightError):
        return ""
