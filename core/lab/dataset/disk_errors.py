"""The system's errors about a full or closed disk, as one sentence for the user."""

import contextlib
from collections.abc import Iterator

from core.errors import OutputError


@contextlib.contextmanager
def as_output_error(what: str) -> Iterator[None]:
    """Turns OSError into OutputError. what: what failed, the beginning of the sentence."""
    try:
        yield
    except OSError as error:
        why = error.strerror or error
        raise OutputError(f"{what} ({why}): free some room, or set FIRSTSIGHT_HOME to a folder elsewhere.") from error
