"""Writes a file completely or not at all: as a draft in the same folder, which replaces it once it is on disk."""

import contextlib
import os
import secrets
from pathlib import Path

from core.errors import OutputError


def write_whole(file: Path, content: bytes, *, private: bool = False) -> None:
    """Writes a file atomically, replacing an existing one. The folder is created if necessary.

    Whether an existing file may be replaced is checked beforehand, by `check_output`.
    private: only the owner can read the file (0600); otherwise the umask applies. Raises OutputError, in which case the
    old file is unchanged and no draft is left.
    """
    try:
        # A link stays a link: its target is replaced.
        target = file.resolve()
        target.parent.mkdir(parents=True, exist_ok=True)
        draft = target.with_name(f".{secrets.token_hex(8)}.draft")
        try:
            descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600 if private else 0o666)
            with os.fdopen(descriptor, "wb") as writer:
                writer.write(content)
                writer.flush()
                os.fsync(writer.fileno())
            draft.replace(target)
        except BaseException:
            with contextlib.suppress(OSError):
                draft.unlink(missing_ok=True)
            raise
    except (OSError, RuntimeError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise OutputError(f"{file} can't be written ({why}): free some space there or choose another place.") from error
