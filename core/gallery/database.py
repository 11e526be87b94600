"""One encrypted SQLite file with any number of readers; a failed transaction leaves it unchanged."""

import contextlib
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

from core.errors import GalleryError
from core.gallery import reserve
from core.gallery.connection import WAIT
from core.gallery.failures import GalleryMissingError, GalleryUnwritableError, as_sentences
from core.gallery.opening import Opened, open_gallery

T = TypeVar("T")
ERASING = 1.0
"""Seconds to wait for readers before deleted data is left in the log for now."""


class Database:
    """Reads never wait for writes or for other reads: each reader has a connection of its own."""

    def __init__(self, path: Path, *, create: bool = True, at_once: bool = True, absent_is_empty: bool = False) -> None:
        """Opens a gallery's file and migrates it to the newest version. Raises GalleryError.

        create: create the file if there is none; at_once: now, not with the first write. absent_is_empty: while there
        is no file, read an empty gallery in its place.
        """
        self.path, self._create, self._absent_is_empty = path, create, absent_is_empty or (create and not at_once)
        self._opened: Opened = open_gallery(path, create=create and at_once, absent_is_empty=self._absent_is_empty)
        self._idle: list[Any] = [self._opened.first]
        self._taking, self._writing = threading.Lock(), threading.Lock()
        self._writer: Any = None
        self._closed = False
        self.erased = not self._opened.has_log()
        """Whether no file contains deleted data any more."""
        if not self.erased:
            # A killed program left a log: its changes go into the file, its deleted data goes away.
            self.erase(wait=0)

    @property
    def key_place(self) -> str:
        """One sentence on where the key is kept."""
        return self._opened.key_place

    @contextlib.contextmanager
    def reading(self) -> Iterator[Any]:
        """One consistent view of the file. Yields the connection. Raises GalleryError."""
        with as_sentences(self.path):
            opened, connection = self._take()
            try:
                connection.execute("BEGIN")
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                connection.close()
                raise
            self._give_back(opened, connection)

    @contextlib.contextmanager
    def writing(self, wait: float = WAIT) -> Iterator[Any]:
        """One transaction: durable when it ends, rolled back if anything fails. Yields the connection.

        wait: seconds to wait while another program is writing. Raises GalleryError.
        """
        with self._writing, as_sentences(self.path):
            connection = self._ready_to_write()
            connection.execute(f"PRAGMA busy_timeout = {round(wait * 1000)}")
            try:
                connection.execute("BEGIN IMMEDIATE")
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                self._undo(connection)
                raise
            reserve.keep(self.path)

    def deleting(self, work: Callable[[Any], T]) -> T:
        """Runs a transaction that deletes; on a full disk, in the space reserved for that. Call `erase` afterwards.

        work: deletes through the connection it is given; called a second time if there was no space. Raises
        GalleryError.
        """
        try:
            with self.writing() as connection:
                result = work(connection)
        except GalleryUnwritableError:
            if not reserve.give_up(self.path):
                raise
            with self.writing() as connection:
                result = work(connection)
        self.erased = False
        return result

    def erase(self, wait: float = ERASING) -> bool:
        """Empties the write-ahead log, so that no file contains deleted pages. Returns whether that worked.

        wait: seconds to wait for readers. If they take longer, the next call or the next opening does it.
        """
        with contextlib.suppress(Exception), self._writing, as_sentences(self.path):
            connection = self._ready_to_write()
            connection.execute(f"PRAGMA busy_timeout = {round(wait * 1000)}")
            busy, *_ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            self.erased = not busy
            reserve.keep(self.path)
        return self.erased

    def keep_up(self) -> None:
        """Reopens a file that was opened read-only and has changed since. Raises GalleryError."""
        self._check_place()
        if self._opened.outdated():
            self._use(open_gallery(self.path, create=False, absent_is_empty=True, key=self._opened.key))

    def close(self) -> None:
        """Closes the file as soon as no write is running. May be called again."""
        with self._writing, self._taking:
            self._closed = True
            for connection in [*self._idle, *([self._writer] if self._writer else [])]:
                connection.close()
            self._idle, self._writer = [], None
            self._opened.close()

    def _take(self) -> tuple[Opened, Any]:
        with self._taking:
            self._check_open()
            opened = self._opened
            if self._idle:
                return opened, self._idle.pop()
        return opened, opened.connect()

    def _give_back(self, opened: Opened, connection: Any) -> None:
        with self._taking:
            if opened is self._opened and not self._closed:
                self._idle.append(connection)
                return
        connection.close()

    def _use(self, opened: Opened) -> None:
        with self._taking:
            before, idle = self._opened, self._idle
            self._opened, self._idle = opened, [opened.first]
        for connection in idle:
            connection.close()
        before.close()

    def _ready_to_write(self) -> Any:
        self._check_open()
        self._check_place()
        if self._writer is None:
            if not self._opened.writable:
                self._use(self._open_to_write())
            self._writer = self._opened.connect()
        return self._writer

    def _open_to_write(self) -> Opened:
        key = self._opened.key
        try:
            return open_gallery(self.path, create=self._create and key is None, must_write=True, key=key)
        except GalleryMissingError as error:
            if not self._absent_is_empty:
                raise
            raise GalleryMissingError("Nobody is enrolled yet: enroll somebody first.") from error

    def _undo(self, connection: Any) -> None:
        # A full or failing disk ends the transaction by itself; the next write then uses a new connection.
        with contextlib.suppress(Exception):
            if connection.in_transaction:
                connection.execute("ROLLBACK")
                return
        connection.close()
        self._writer = None

    def _check_place(self) -> None:
        if self._opened.moved():
            raise GalleryError(
                f"The gallery {self.path} has been moved, deleted or replaced while it was open: put it back, or "
                "close this program and start it again."
            )

    def _check_open(self) -> None:
        if self._closed:
            raise GalleryError(f"The gallery {self.path} has been closed: open it again.")
