"""Files that are read: what may stand in the way of it, in one sentence."""

import os
import stat
from pathlib import Path

from core.errors import FirstsightError
from core.system.text import printable

LONGEST_NAME = 300
"""Characters of a file's name and folders in a sentence."""


def shown(path: Path) -> str:
    """The path as it can be shown in one line."""
    text = printable(str(path))
    return text if len(text) <= LONGEST_NAME else "…" + text[-LONGEST_NAME:]


def check_input(path: Path, what: str, error: type[FirstsightError], missing: str = "") -> os.stat_result:
    """Makes sure that it is a file that can be read, without reading it; gives its size and times.

    what: it should be, as in "a picture". missing: what to say where there is no such file.
    Raises `error`, whose one sentence names the file.
    """
    name = shown(path)
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise error(f"{name} is a folder, not {what}: choose a file in it.")
        if not stat.S_ISREG(status.st_mode):  # A pipe or a device may answer never, or without end.
            raise error(f"{name} is a device or a pipe, not {what}: choose a file.")
        path.open("rb").close()
    except (FileNotFoundError, NotADirectoryError, ValueError) as trouble:
        raise error(missing or f"There is no file '{name}': check the name.") from trouble
    except PermissionError as trouble:
        raise error(f"{name} may not be read: check its permissions.") from trouble
    except OSError as trouble:
        raise error(unreadable(name, trouble)) from trouble
    return status


def unreadable(name: str, trouble: OSError) -> str:
    """What to say of a file that is there but can't be read."""
    return f"{name} can't be read ({trouble.strerror}): check the file and its disk."
