"""A file written whole or not at all: as a draft beside it, which takes its place once it is on disk."""

import contextlib
import os
import secrets
from pathlib import Path

from core.errors import OutputError


def write_whole(file: Path, content: bytes, *, private: bool = False) -> None:
    """Replaces what is there; whether it may is asked before the work, by `check_output`. The folder is made if there
    is none.

    private: nobody but its owner can read it (0600); otherwise as the umask says. Raises OutputError; what was there
    then stays as it was, and no draft is left.
    """
    try:
        # Through a link, so that it stays one.
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
        raise OutputError(f"{file} can't be written ({why}): free some room there, or name another place.") from error
