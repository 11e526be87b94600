"""What the program prints, and what becomes of it: any terminal's encoding, a reader that has gone, a full disk.

After `prepare`, whatever is written to standard output or standard error passes through here, whoever writes it.
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
from core.system.text import ACTING, printable

INTERRUPTED = 130
"""Exit code after Ctrl-C."""
ENCODING_ERRORS = "firstsight"
"""Python's name for how characters are written that the terminal's encoding lacks."""
PLAINER = {"×": "x", "±": "+/-", "…": "...", "–": "-", "—": "-", "‘": "'", "’": "'", "“": '"', "”": '"'}
"""What the program's own sentences hold that old encodings lack."""


_one_silence_at_a_time = threading.Lock()


class ReaderGoneError(Exception):
    """Whoever read the output has gone, as in `firstsight people | head`: there is nothing left to do, and no error."""


def prepare() -> None:
    """Makes standard output and standard error safe to write to. Called once, before anything opens a file."""
    codecs.register_error(ENCODING_ERRORS, _plainer)
    _fill_standard_descriptors()
    if not isinstance(sys.stdout, _Output):
        sys.stdout = _SafeOutput(sys.stdout, needed=True)
    if not isinstance(sys.stderr, _Output):
        sys.stderr = _SafeOutput(sys.stderr, needed=False)


def leave(code: int) -> NoReturn:
    """Ends the process at once, whatever its threads are at; what has been printed is written before."""
    with contextlib.suppress(ReaderGoneError, OutputError):
        sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


@contextlib.contextmanager
def silence() -> Iterator[None]:
    """Meanwhile nothing reaches standard error: for libraries that write there in their own words, past Python."""
    with _one_silence_at_a_time, contextlib.ExitStack() as undo:
        with contextlib.suppress(OSError):
            kept = os.dup(2)
            undo.callback(os.close, kept)
            undo.callback(os.dup2, kept, 2)
            nowhere = os.open(os.devnull, os.O_WRONLY)
            undo.callback(os.close, nowhere)
            os.dup2(nowhere, 2)
        yield


def print_json(result: Any) -> None:
    """Prints one value as one line of JSON: UTF-8 whatever the terminal's encoding, every number in full."""
    line = json.dumps(_jsonable(result), ensure_ascii=False, allow_nan=False)
    # Valid JSON already, but some of it would act on a terminal.
    line = ACTING.sub(lambda found: f"\\u{ord(found[0]):04x}", line)
    if isinstance(sys.stdout, _Output):
        sys.stdout.write_bytes(f"{line}\n".encode())
    else:
        print(line, flush=True)


class _Output:
    """A text stream whose failures say what they mean.

    needed: whether failing to write matters. Then it raises ReaderGoneError or OutputError; else what can't be written
    is dropped. After a failure all that follows is dropped, so that Python has nothing to complain of at exit.
    """

    def __init__(self, stream: IO[str], *, needed: bool) -> None:
        self._stream, self._needed = stream, needed
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=ENCODING_ERRORS, line_buffering=True)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        """Characters taken."""
        with self._failures():
            self._stream.write(text)
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        """One after the other."""
        for line in lines:
            self.write(line)

    def write_bytes(self, data: bytes) -> None:
        """Bytes as they are, at once."""
        with self._failures():
            self._stream.flush()
            self._stream.buffer.write(data)  # type: ignore[attr-defined]
            self._stream.flush()

    def flush(self) -> None:
        """What has been written leaves the program."""
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
            # Windows says EINVAL of a pipe without a reader.
            if error.errno == errno.EPIPE or (sys.platform == "win32" and error.errno == errno.EINVAL):
                raise ReaderGoneError from error
            told = f"The output can't be written ({error.strerror}): make room, or send it elsewhere."
            raise OutputError(told) from error

    def _drop_the_rest(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self._stream.fileno())
            os.close(nowhere)


class _SafeOutput(_Output):
    """The same for text that may hold anything: what would act on a terminal is written as an escape."""

    def __init__(self, stream: IO[str], *, needed: bool) -> None:
        super().__init__(stream, needed=needed)
        self.rich_proxied_file = _Output(stream, needed=needed)
        """Where Rich writes instead, whose colours are meant: it has to be given text that is `printable`."""

    def write(self, text: str) -> int:
        """Characters taken."""
        super().write(printable(text, keep="\n\t"))
        return len(text)


def _fill_standard_descriptors() -> None:
    """Where the program was started without standard streams, files that it opens would take their numbers, and what
    is printed would end in them."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
    # Python has None for a stream that was closed, and `print(file=None)` prints to standard output.
    sys.stdout = sys.stdout or open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115
    sys.stderr = sys.stderr or open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115


def _plainer(error: UnicodeError) -> tuple[str, int]:
    """Python's `backslashreplace`, but for what has a usual stand-in."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lacking = error.object[error.start : error.end]
    return "".join(PLAINER.get(one) or one.encode("ascii", "backslashreplace").decode() for one in lacking), error.end


def _jsonable(value: Any) -> Any:
    """JSON has neither infinity nor bytes that are no text."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, str):
        return re.sub("[\ud800-\udfff]", lambda found: printable(found[0]), value)
    if isinstance(value, dict):
        return {_jsonable(key): _jsonable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_jsonable(item) for item in value]
    return value
