"""Results on their way to whoever iterates over them: a few wait, then the oldest makes room or the giver waits."""

import threading
from collections import deque
from collections.abc import Iterator
from typing import Generic, TypeVar

T = TypeVar("T")

KEPT = 8
"""Results that wait."""


class Results(Generic[T]):
    """For one reader, which may come late or never."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._waiting: deque[T] = deque()
        self._closed = False
        self.has_reader = False
        """Whether somebody has begun to iterate."""

    def put(self, result: T, *, wait: bool) -> None:
        """wait: until there is room, rather than that the oldest is lost. Nothing is kept once closed."""
        with self._changed:
            if wait:
                self._changed.wait_for(lambda: len(self._waiting) < KEPT or self._closed)
            elif len(self._waiting) >= KEPT:
                self._waiting.popleft()
            if not self._closed:
                self._waiting.append(result)
            self._changed.notify_all()

    def __iter__(self) -> Iterator[T]:
        """Each in order; waits for the next until closed."""
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
        """Nothing more comes; what waits can still be read."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
