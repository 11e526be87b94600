"""Reads the body of an HTTP response piece by piece, holding no more in memory than was asked for."""

from collections.abc import Callable

LONGEST_LINE = 8_192
"""Bytes."""


class Body:
    """A stream of bytes that arrive in pieces of any size."""

    def __init__(self, more: Callable[[], bytes]) -> None:
        """more: waits for the next bytes and returns them, empty at the end."""
        self._more = more
        self._bytes = bytearray()
        self._ended = False

    def peek(self, count: int) -> bytes:
        """The next `count` bytes, fewer at the end, without consuming them."""
        while len(self._bytes) < count and self._fill():
            pass
        return bytes(self._bytes[:count])

    def line(self) -> bytes | None:
        """The next line without its line end, empty if it is too long; None at the end."""
        return self.until(b"\n", LONGEST_LINE)

    def exactly(self, count: int) -> bytes | None:
        """The next `count` bytes; None if the body ends before."""
        if len(self.peek(count)) < count:
            return None
        return self._take(count, count)

    def until(self, mark: bytes, most: int) -> bytes | None:
        """The bytes before the next `mark`, or before the end; consumes the mark too.

        Empty if there are more than `most` bytes, which are dropped. None at the end.
        """
        searched, too_much = 0, False
        while (found := self._bytes.find(mark, max(searched - len(mark) + 1, 0))) < 0:
            if len(self._bytes) > most:
                too_much = True
                del self._bytes[: len(self._bytes) - len(mark) + 1]
            searched = len(self._bytes)
            if not self._fill():
                rest = self._take(searched, searched)
                return b"" if too_much else rest or None
        before = self._take(found, found + len(mark))
        return b"" if too_much or found > most else before

    def _take(self, count: int, passed: int) -> bytes:
        taken = bytes(self._bytes[:count])
        del self._bytes[:passed]
        return taken

    def _fill(self) -> bool:
        if not self._ended:
            more = self._more()
            self._bytes += more
            self._ended = not more
        return not self._ended
