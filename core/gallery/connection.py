"""Connections to an encrypted SQLite file."""

from enum import StrEnum
from pathlib import Path
from typing import Any

WAIT = 10.0
"""Seconds to wait while another program is writing."""


class Access(StrEnum):
    """How a file is opened, as parameters of SQLite's URI."""

    WRITE = "mode=rw"
    MAKE = "mode=rwc"
    READ = "mode=ro"
    """Needs the write-ahead log's index beside the file, or permission and space to create it."""
    FROZEN = "mode=ro&immutable=1"
    """Needs only the file and ignores the write-ahead log; nobody may be writing."""
    MEMORY = "mode=memory"
    """No file: an empty database that only this connection sees."""


def connect(file: Path, key: str, access: Access, wait: float = WAIT) -> Any:
    """Connects through SQLCipher (AES-256, HMAC-SHA512 on every page). Threads may share the connection by turns.

    key: hexadecimal digits; for a new file, followed by those of its salt. Raises SQLite's errors.
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
        # Otherwise SQLCipher writes to stderr, even if another key is tried next.
        connection.execute("PRAGMA cipher_log_level = NONE")
        connection.execute(f"PRAGMA key = \"x'{key}'\"")
        if access not in (Access.READ, Access.FROZEN):
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA secure_delete = ON")
        connection.execute("PRAGMA temp_store = MEMORY")
        # The first read of the file: this is where a wrong key fails.
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except BaseException:
        connection.close()
        raise
    return connection
