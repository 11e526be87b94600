"""Hands the newest item from one thread to another. An item not fetched in time is replaced, never queued."""

import threading
from typing import Generic, TypeVar

T = TypeVar("T")


class Mailbox(Generic[T]):
    """A slot for one item. 300 queued 640×480 frames would take 279 MB; a slot takes one frame."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._item: T | None = None
        self._closed = False

    def put(self, item: T) -> T | None:
        """Stores an item; returns the unfetched item it replaced, or the item itself if the mailbox is closed."""
        with self._changed:
            if self._closed:
                return item
            replaced, self._item = self._item, item
            self._changed.notify_all()
            return replaced

    def wait_until_empty(self) -> None:
        """Waits until the item has been fetched or the mailbox is closed."""
        with self._changed:
            self._changed.wait_for(lambda: self._item is None or self._closed)

    def take(self) -> T | None:
        """Waits for an item and empties the slot; None once the mailbox is closed and empty."""
        with self._changed:
            self._changed.wait_for(lambda: self._item is not None or self._closed)
            item, self._item = self._item, None
            self._changed.notify_all()
            return item

    def close(self, *, discard: bool = False) -> T | None:
        """Accepts no more items and wakes all waiting threads. discard: remove and return the unfetched item."""
        with self._changed:
            self._closed = True
            left = self._item if discard else None
            if discard:
                self._item = None
            self._changed.notify_all()
            return left
