"""Printing that works with any terminal encoding and fails cleanly on a closed pipe or a full disk.

After `prepare`, everything written to standard output or standard error passes through here.
"""

import codecs
import contextlib
import errno
import io
import json
import math
import os
import re
import sys
import threading
from collections.abc import Iterable, Iterator
from typing import IO, Any, NoReturn

from core.errors import OutputError
from core.system.text import UNSAFE, printable

INTERRUPTED = 130
"""Exit code after Ctrl-C."""
ENCODING_ERRORS = "firstsight"
"""Name of the codec error handler for characters that the terminal's encoding lacks."""
SUBSTITUTES = {"×": "x", "±": "+/-", "…": "...", "–": "-", "—": "-", "‘": "'", "’": "'", "“": '"', "”": '"'}
"""ASCII for characters that the program's messages use and old encodings lack."""


_one_silence_at_a_time = threading.Lock()


class ReaderGoneError(Exception):
    """The reader of the output has closed it, as in `firstsight people | head`: the program ends without an error."""


def prepare() -> None:
    """Makes standard output and standard error safe to write to. Call it once, before any file is opened."""
    codecs.register_error(ENCODING_ERRORS, _substituted)
    _fill_standard_descriptors()
    if not isinstance(sys.stdout, _Output):
        sys.stdout = _SafeOutput(sys.stdout, needed=True)
    if not isinstance(sys.stderr, _Output):
        sys.stderr = _SafeOutput(sys.stderr, needed=False)


def leave(code: int) -> NoReturn:
    """Ends the process at once, whatever its threads are doing, after flushing the output."""
    with contextlib.suppress(ReaderGoneError, OutputError):
        sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


@contextlib.contextmanager
def silence() -> Iterator[None]:
    """Discards standard error meanwhile, for libraries that write to it without going through Python."""
    with _one_silence_at_a_time, contextlib.ExitStack() as undo:
        with contextlib.suppress(OSError):
            kept = os.dup(2)
            undo.callback(os.close, kept)
            undo.callback(os.dup2, kept, 2)
            nowhere = os.open(os.devnull, os.O_WRONLY)
            undo.callback(os.close, nowhere)
            os.dup2(nowhere, 2)
        yield


def can_ask() -> bool:
    """Whether somebody is there to read a question on stderr and answer it on stdin; either may be closed."""
    return all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stderr))


def print_json(result: Any) -> None:
    """Prints a value as one line of JSON: always UTF-8, numbers in full precision, null for NaN and infinity."""
    line = json.dumps(_jsonable(result), ensure_ascii=False, allow_nan=False)
    # The line is valid JSON already, but may hold characters that a terminal would interpret.
    line = UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", line)
    if isinstance(sys.stdout, _Output):
        sys.stdout.write_bytes(f"{line}\n".encode())
    else:
        print(line, flush=True)


class _Output:
    """A text stream with defined behaviour when writing fails.

    needed: if true, a failure raises ReaderGoneError or OutputError; otherwise the text is dropped. After a failure
    all further text is dropped, so that Python reports nothing at exit.
    """

    def __init__(self, stream: IO[str], *, needed: bool) -> None:
        self._stream, self._needed = stream, needed
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=ENCODING_ERRORS, line_buffering=True)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        """Writes text. Returns the number of characters."""
        with self._failures():
            self._stream.write(text)
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        """Writes the lines one after the other."""
        for line in lines:
            self.write(line)

    def write_bytes(self, data: bytes) -> None:
        """Writes bytes unchanged, and flushes them."""
        with self._failures():
            self._stream.flush()
            self._stream.buffer.write(data)  # type: ignore[attr-defined]
            self._stream.flush()

    def flush(self) -> None:
        """Flushes the stream."""
        with self._failures():
            self._stream.flush()

    @contextlib.contextmanager
    def _failures(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            self._drop_the_rest()
            if not self._needed:
                return
            # Windows reports EINVAL for a pipe without a reader.
            if error.errno == errno.EPIPE or (sys.platform == "win32" and error.errno == errno.EINVAL):
                raise ReaderGoneError from error
            message = f"The output can't be written ({error.strerror}): free some space, or send it elsewhere."
            raise OutputError(message) from error

    def _drop_the_rest(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self._stream.fileno())
            os.close(nowhere)


class _SafeOutput(_Output):
    """An `_Output` for arbitrary text: characters that a terminal would interpret are escaped."""

    def __init__(self, stream: IO[str], *, needed: bool) -> None:
        super().__init__(stream, needed=needed)
        self.rich_proxied_file = _Output(stream, needed=needed)
        """Stream for Rich, whose colour codes must not be escaped. Text given to Rich must be `printable`."""

    def write(self, text: str) -> int:
        """Writes text, escaped. Returns the number of characters."""
        super().write(printable(text, keep="\n\t"))
        return len(text)


def _fill_standard_descriptors() -> None:
    """Opens missing standard streams on the null device.

    Otherwise files opened later would get their descriptors, and printed text would end up in them.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
    # A closed stream is None in Python, and `print(file=None)` prints to standard output.
    sys.stdout = sys.stdout or open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115
    sys.stderr = sys.stderr or open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115


def _substituted(error: UnicodeError) -> tuple[str, int]:
    """Python's `backslashreplace`, except for characters in `SUBSTITUTES`."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lacking = error.object[error.start : error.end]
    text = "".join(SUBSTITUTES.get(one) or one.encode("ascii", "backslashreplace").decode() for one in lacking)
    return text, error.end


def _jsonable(value: Any) -> Any:
    """The value without what JSON lacks: infinity and NaN become None, lone surrogates are escaped."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, str):
        return re.sub("[\ud800-\udfff]", lambda found: printable(found[0]), value)
    if isinstance(value, dict):
        return {_jsonable(key): _jsonable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_jsonable(item) for item in value]
    return value
