"""Everything that can go wrong and that somebody can mend, split by who can act.

Each message is one sentence for the user: what happened and what to do. `core` raises these; only the
outermost layer (`core/cli.py`, `gui/look/errors.py`) shows them, by way of `as_mendable`. Any other exception is a bug.
"""

import errno
import os


class FirstsightError(Exception):
    """Root of every error whose message is meant for the user."""


class PhotoError(FirstsightError):
    """A picture can't be used as it is: choose or take another."""


class SourceError(FirstsightError):
    """A camera, stream, video or folder gives no frames: check the device, address or file."""


class GalleryError(FirstsightError):
    """The enrolled people can't be read or changed as asked: another name, another file, the right key."""


class ModelError(FirstsightError):
    """A model, its weights or its impostor curve is missing, damaged or does not fit: reinstall or recalibrate."""


class OutputError(FirstsightError):
    """A file can't be written where it was asked for: name another file or folder."""


class HomeError(OutputError):
    """There is no folder for the user's data: set FIRSTSIGHT_HOME."""


class PlatformError(FirstsightError):
    """The operating system refused something: a file's permissions, a full disk, too little memory."""


_OF_THE_SYSTEM = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO, errno.ENOMEM, errno.EMFILE, errno.ENFILE)
"""What a user can mend even where no file is named."""


def as_mendable(error: Exception) -> FirstsightError | None:
    """The error, or what can be said of it to a user who can do something about it; None when it is a bug."""
    if isinstance(error, FirstsightError):
        return error
    if isinstance(error, MemoryError):
        return PlatformError("There is not enough memory: close other programs, or use smaller files.")
    if not isinstance(error, OSError):
        return None
    if error.filename is not None:
        file = os.fsdecode(error.filename) if isinstance(error.filename, str | bytes) else error.filename
        return PlatformError(f"{file} can't be used ({error.strerror}): check its name, its permissions and its disk.")
    if error.errno in _OF_THE_SYSTEM:
        return PlatformError(f"The system refuses to go on ({error.strerror}): make room, or close other programs.")
    return None
