"""Cameras that send JPEGs over HTTP: a stream of them (motion JPEG), or one for each request."""

import threading
import time
from collections.abc import Callable, Iterator

from core.capture.body import Body
from core.capture.http_stream import HttpStream
from core.capture.jpeg import JpegDecoder
from core.capture.multipart import BEGINS, parts, pictures
from core.capture.refusal import RefusedError
from core.errors import SourceError
from core.types import Image

SHORTEST_PAUSE = 0.1
"""Least seconds between two requests to a camera that ends its response after each picture."""


class JpegStream:
    """The pictures in an HTTP response. When it ends, the request is repeated."""

    def __init__(self, ask: Callable[[], HttpStream], name: str, closed: threading.Event, read_seconds: float) -> None:
        """ask: sends the request; raises SourceError. closed: set once the source is closed. read_seconds: time-out."""
        self._ask = ask
        self._name = name
        self._closed = closed
        self._read_seconds = read_seconds
        self._decoder = JpegDecoder()
        self._answer: HttpStream | None = None
        self._contents: Iterator[bytes] = iter(())
        self._got_any = False
        self._asked = self._deadline = 0.0

    def open(self) -> bool:
        """Sends the request. Returns whether the response consists of JPEGs. Raises SourceError."""
        self._asked = time.monotonic()
        self._deadline = self._asked + self._read_seconds
        self._got_any = False
        self.close()
        self._answer = answer = self._ask()
        body = Body(lambda: answer.more(self._left()))
        try:
            contents = _contents(answer, body)
            if contents is None and _is_page(answer.content_type, body.peek(64)):
                raise RefusedError(f"{self._name} is a web page, not a video stream: give the address of the stream.")
        except OSError:
            raise SourceError(self._silent()) from None
        self._contents = contents or iter(())
        return contents is not None

    def read(self) -> Image:
        """The next readable picture, H×W×3 uint8 BGR. Raises SourceError if none comes in time."""
        self._deadline = time.monotonic() + self._read_seconds
        problem = self._silent()
        try:
            while self._left() > 0 and not self._closed.is_set():
                content = next(self._contents, None)
                if content is None:
                    self._ask_again()
                elif (image := self._decoder.decode(content)) is not None:
                    self._got_any = True
                    return image
                else:
                    problem = f"{self._name} sends pictures that can't be read or are too large: check the camera."
        except OSError:
            pass
        raise SourceError(problem)

    def _ask_again(self) -> None:
        if not self._got_any:
            raise SourceError(self._silent())
        self._closed.wait(self._asked + SHORTEST_PAUSE - time.monotonic())
        deadline = self._deadline
        if not self.open():
            raise SourceError(self._silent())
        self._deadline = deadline

    def _left(self) -> float:
        """Seconds left until the time-out. Raises TimeoutError if there are none."""
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left

    def _silent(self) -> str:
        return f"{self._name} has stopped sending: check the camera and the network."

    def close(self) -> None:
        """Closes the connection."""
        if self._answer is not None:
            self._answer.close()
            self._answer = None


def _contents(answer: HttpStream, body: Body) -> Iterator[bytes] | None:
    """The JPEGs in a response, recognised by its content type or its first bytes; None if it holds something else."""
    if answer.content_type.startswith("multipart/"):
        return parts(body, answer.boundary)
    beginning = body.peek(2)
    if beginning == BEGINS:
        return pictures(body)
    return parts(body, None) if beginning == b"--" else None


def _is_page(content_type: str, beginning: bytes) -> bool:
    if beginning.startswith(b"#EXTM3U"):
        return False
    text = beginning.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    page = text.startswith((b"<!doctype", b"<html", b"<head", b"{", b"<?xml"))
    return page or content_type in ("text/html", "text/plain", "application/json", "application/xhtml+xml", "text/xml")
