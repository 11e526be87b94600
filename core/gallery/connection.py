"""One connection to an encrypted file."""

from enum import StrEnum
from pathlib import Path
from typing import Any

WAIT = 10.0
"""Seconds to wait for another program that is writing."""


class Access(StrEnum):
    """How a file is opened: as SQLite's URI says it."""

    WRITE = "mode=rw"
    MAKE = "mode=rwc"
    READ = "mode=ro"
    """Needs the write-ahead log's index beside the file, or permission and room to make it."""
    FROZEN = "mode=ro&immutable=1"
    """Needs nothing but the file, and passes over the log; nobody may be writing."""
    MEMORY = "mode=memory"
    """No file at all: empty, and of this connection only."""


def connect(file: Path, key: str, access: Access, wait: float = WAIT) -> Any:
    """Through SQLCipher (AES-256, HMAC-SHA512 on every page). May be used from several threads, one at a time.

    key: hexadecimal digits, of a new file with its salt's after them. Raises SQLite's errors.
    """
    import sqlcipher3.dbapi2 as sqlcipher

    connection = sqlcipher.connect(
        f"{file.absolute().as_uri()}?{access}",
        uri=True,
        timeout=wait,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=64,
    )
    try:
        # Else SQLCipher writes lines of its own to the error output, also where another key is tried next.
        connection.execute("PRAGMA cipher_log_level = NONE")
        connection.execute(f"PRAGMA key = \"x'{key}'\"")
        if access not in (Access.READ, Access.FROZEN):
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA secure_delete = ON")
        connection.execute("PRAGMA temp_store = MEMORY")
        # The first look at the file: with another key this is where it fails.
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except BaseException:
        connection.close()
        raise
    return connection
