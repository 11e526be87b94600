"""Checks files before they are read, and says in one sentence why one can't be."""

import os
import stat
from pathlib import Path

from core.errors import FirstsightError
from core.system.text import printable

LONGEST_NAME = 300
"""Characters of a path shown in a message."""


def shown(path: Path) -> str:
    """The path on one printable line, shortened from the left if it is long."""
    text = printable(str(path))
    return text if len(text) <= LONGEST_NAME else "…" + text[-LONGEST_NAME:]


def check_input(path: Path, what: str, error: type[FirstsightError], missing: str = "") -> os.stat_result:
    """Checks that a path is a readable file, without reading it. Returns its size and times.

    what: what the file should be, such as "a picture". missing: the message if there is no such file.
    Raises `error`, whose message names the file.
    """
    name = shown(path)
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise error(f"{name} is a folder, not {what}: choose a file in it.")
        if not stat.S_ISREG(status.st_mode):  # Reading a pipe or a device may never end.
            raise error(f"{name} is a device or a pipe, not {what}: choose a file.")
        path.open("rb").close()
    except (FileNotFoundError, NotADirectoryError, ValueError) as trouble:
        raise error(missing or f"There is no file '{name}': check the name.") from trouble
    except PermissionError as trouble:
        raise error(f"{name} can't be read: check its permissions.") from trouble
    except OSError as trouble:
        raise error(unreadable(name, trouble)) from trouble
    return status


def unreadable(name: str, trouble: OSError) -> str:
    """Message about a file that exists but can't be read."""
    return f"{name} can't be read ({trouble.strerror}): check the file and its disk."
