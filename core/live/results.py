"""A short queue of results for a reader. When it is full, the oldest is dropped or the producer waits."""

import threading
from collections import deque
from collections.abc import Iterator
from typing import Generic, TypeVar

T = TypeVar("T")

KEPT = 8
"""Most results in the queue."""


class Results(Generic[T]):
    """A queue for one reader, which may come late or never."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._waiting: deque[T] = deque()
        self._closed = False
        self.has_reader = False
        """Whether the reader has begun to iterate."""

    def put(self, result: T, *, wait: bool) -> None:
        """Adds a result; ignored once closed. wait: if full, wait for room instead of dropping the oldest."""
        with self._changed:
            if wait:
                self._changed.wait_for(lambda: len(self._waiting) < KEPT or self._closed)
            elif len(self._waiting) >= KEPT:
                self._waiting.popleft()
            if not self._closed:
                self._waiting.append(result)
            self._changed.notify_all()

    def __iter__(self) -> Iterator[T]:
        """Yields the results in order, waiting for each until closed."""
        self.has_reader = True
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting or self._closed)
                if not self._waiting:
                    return
                result = self._waiting.popleft()
                self._changed.notify_all()
            yield result

    def close(self) -> None:
        """Accepts no more results; those in the queue can still be read."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
