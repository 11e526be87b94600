"""Hands the newest of something from one thread to another. What is not fetched in time is replaced, never queued."""

import threading
from typing import Generic, TypeVar

T = TypeVar("T")


class Mailbox(Generic[T]):
    """One slot. 300 queued 640×480 frames would take 279 MB; a slot takes one."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._item: T | None = None
        self._closed = False

    def put(self, item: T) -> T | None:
        """Leaves the newest; returns what it replaced unfetched, or the item itself when the mailbox is closed."""
        with self._changed:
            if self._closed:
                return item
            replaced, self._item = self._item, item
            self._changed.notify_all()
            return replaced

    def wait_until_empty(self) -> None:
        """Waits until what was put has been fetched, or the mailbox is closed."""
        with self._changed:
            self._changed.wait_for(lambda: self._item is None or self._closed)

    def take(self) -> T | None:
        """Waits for the newest and empties the slot; None once the mailbox is closed and empty."""
        with self._changed:
            self._changed.wait_for(lambda: self._item is not None or self._closed)
            item, self._item = self._item, None
            self._changed.notify_all()
            return item

    def close(self, *, discard: bool = False) -> T | None:
        """Nothing more comes: wakes whoever waits. discard: returns what is left instead of leaving it."""
        with self._changed:
            self._closed = True
            left = self._item if discard else None
            if discard:
                self._item = None
            self._changed.notify_all()
            return left
