"""Errors the user can do something about, one class for each kind of remedy.

Each message is one sentence for the user: what happened and what to do. `core` raises these errors; only the outermost
layer (`core/cli/app.py`, `gui/look/errors.py`) shows them, after `as_mendable`. Any other exception is a bug.
"""

import errno
import os


class FirstsightError(Exception):
    """Base class of all errors whose message is meant for the user."""


class PhotoError(FirstsightError):
    """A picture can't be used: choose or take another."""


class SourceError(FirstsightError):
    """A camera, stream, video or folder delivers no frames: check the device, address or file."""


class GalleryError(FirstsightError):
    """The gallery can't be read or changed: use another name, another file or the right key."""


class ModelError(FirstsightError):
    """A model or its impostor curve is missing, damaged or doesn't match: reinstall or recalibrate."""


class OutputError(FirstsightError):
    """A file can't be written to the given place: choose another file or folder."""


class AlertError(FirstsightError):
    """A rule about what to tell makes no sense, or can't be carried out: change the rule."""


class HomeError(OutputError):
    """There is no folder for the user's data: set FIRSTSIGHT_HOME."""


class PlatformError(FirstsightError):
    """The operating system refused: missing permissions, a full disk, too little memory."""


_SYSTEM_FAILURES = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO, errno.ENOMEM, errno.EMFILE, errno.ENFILE)
"""Error numbers the user can do something about even if no file is named."""


def as_mendable(error: Exception) -> FirstsightError | None:
    """Any exception as an error with a message for the user; None if it is a bug."""
    if isinstance(error, FirstsightError):
        return error
    if isinstance(error, MemoryError):
        return PlatformError("There is not enough memory: close other programs, or use smaller files.")
    if not isinstance(error, OSError):
        return None
    if error.filename is not None:
        file = os.fsdecode(error.filename) if isinstance(error.filename, str | bytes) else error.filename
        return PlatformError(f"{file} can't be used ({error.strerror}): check its name, its permissions and its disk.")
    if error.errno in _SYSTEM_FAILURES:
        return PlatformError(f"The system can't go on ({error.strerror}): free some space, or close other programs.")
    return None
