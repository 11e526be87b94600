"""Which computer this is, for data that belongs to one of several that share a gallery."""

import uuid

from core.system.paths import home, private_file

FILE = "computer.id"


def computer_id() -> str:
    """A random identity, made once and kept in the user's data folder. Raises OutputError when it can't be kept."""
    private_file(FILE)
    file = home() / FILE
    known = file.read_text(encoding="ascii", errors="replace").strip()
    if not known:
        known = uuid.uuid4().hex
        file.write_text(known, encoding="ascii")
    return known
