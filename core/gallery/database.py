"""One encrypted SQLite file: opening it safely, and transactions in which a failure leaves it as it was."""

import contextlib
import os
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from core.errors import GalleryError
from core.gallery.keys import Key, find_keys
from core.gallery.schema import migrate

WAIT = 10.0
"""Seconds to wait for another program that is writing."""


class Database:
    """A connection through SQLCipher (AES-256, HMAC-SHA512 on every page). May be used from several threads."""

    def __init__(self, path: Path) -> None:
        """Opens or makes a gallery file, and brings it to the newest version. Raises GalleryError."""
        import sqlcipher3.dbapi2 as sqlcipher

        self._error = sqlcipher.Error
        self._lock = threading.RLock()
        self.path = path
        if path.is_dir():
            raise GalleryError(f"{path} is a folder: name a file for the gallery.")
        exists = path.exists() and path.stat().st_size > 0
        with self.errors():
            self._make_private(path)
            self._connection, self.key_place = self._unlocked(find_keys(create=not exists))
            try:
                self._prepare()
            except BaseException:
                self._connection.close()
                raise

    def _make_private(self, path: Path) -> None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        except OSError as error:
            raise GalleryError(
                f"The gallery {path} can't be written ({error.strerror}): name another place."
            ) from error

    def _connect(self) -> Any:
        import sqlcipher3.dbapi2 as sqlcipher

        return sqlcipher.connect(
            str(self.path), timeout=WAIT, isolation_level=None, check_same_thread=False, cached_statements=64
        )

    def _unlocked(self, keys: Iterable[Key]) -> tuple[Any, str]:
        """A connection by the first of the keys that fits, and where that is kept."""
        refused: Exception | None = None
        for key in keys:
            connection = self._connect()
            try:
                # Else SQLCipher writes to standard error what a wrong key or file is to it.
                connection.execute("PRAGMA cipher_log_level = NONE")
                connection.execute(f"PRAGMA key = \"x'{key.hex}'\"")
                connection.execute("SELECT count(*) FROM sqlite_master")
            except self._error as error:
                connection.close()
                if "not a database" not in str(error):
                    raise
                refused = error
            else:
                return connection, key.place
        assert refused, "there is a key, or find_keys has raised"
        raise refused

    def _prepare(self) -> None:
        execute = self._connection.execute
        execute("PRAGMA journal_mode = WAL")
        execute("PRAGMA synchronous = FULL")
        execute("PRAGMA foreign_keys = ON")
        execute("PRAGMA secure_delete = ON")
        execute("PRAGMA temp_store = MEMORY")
        if migrate(self._connection, str(self.path)):
            # What the old form took goes back to the disk; it may stay where there is no room for doing so.
            with contextlib.suppress(self._error):
                execute("VACUUM")
        # What a program that was killed left in the log goes into the file, or out of it.
        execute("PRAGMA wal_checkpoint(TRUNCATE)")

    @contextlib.contextmanager
    def errors(self) -> Iterator[None]:
        """Turns the database's errors into sentences."""
        try:
            yield
        except self._error as error:
            text = str(error)
            if "locked" in text or "busy" in text:
                raise GalleryError(f"The gallery {self.path} is in use by another program: try again.") from error
            if "not a database" in text or "malformed" in text or "hmac" in text.lower():
                raise GalleryError(
                    f"{self.path} is damaged, no gallery, or locked with another key: name another file, or restore it "
                    "from a backup together with its key."
                ) from error
            raise GalleryError(f"The gallery {self.path} can't be used ({text}): check the disk.") from error

    @contextlib.contextmanager
    def writing(self) -> Iterator[Any]:
        """One transaction; durable when it ends, undone when anything goes wrong. Gives the connection."""
        with self._lock, self.errors():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise

    @contextlib.contextmanager
    def reading(self) -> Iterator[Any]:
        """One consistent view. Gives the connection."""
        with self._lock, self.errors():
            self._connection.execute("BEGIN")
            try:
                yield self._connection
            finally:
                self._connection.execute("COMMIT")

    def forget_log(self) -> None:
        """Empties the write-ahead log, so that deleted pages are in no file; readers elsewhere may put it off."""
        with self._lock, self.errors():
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def data_version(self) -> int:
        """Changes when another connection has written."""
        with self._lock, self.errors():
            return int(self._connection.execute("PRAGMA data_version").fetchone()[0])

    def close(self) -> None:
        """Closes the file; again is harmless."""
        with self._lock:
            self._connection.close()
