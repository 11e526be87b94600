"""Everything that can go wrong and that somebody can mend, split by who can act.

Each message is one sentence for the user: what happened and what to do. `core` raises these; only the
outermost layer (`core/cli.py`, `gui/errors.py`) shows them. Any other exception is a bug.
"""


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
