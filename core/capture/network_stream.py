"""Network cameras: RTSP, motion JPEG or single pictures over HTTP, or any other video that FFmpeg reads."""

import time
from typing import TYPE_CHECKING

from core.capture.address import Address
from core.capture.refusal import RefusedError
from core.capture.source import Kind, Source
from core.errors import SourceError
from core.types import Image

if TYPE_CHECKING:
    from core.capture.container_stream import ContainerStream
    from core.capture.http_stream import HttpStream
    from core.capture.jpeg_stream import JpegStream

OPEN_SECONDS = 5.0
READ_SECONDS = 5.0
"""Time-outs: FFmpeg's own would wait for a silent server for half a minute, or for ever."""
DEFAULT_FPS = 25.0
"""Frames per second of streams that don't say."""


class NetworkStream(Source):
    """The stream at an address. A frame's time is its arrival, since the stream's own time stamps jump."""

    kind = Kind.NETWORK
    live = True
    can_resume = True

    def __init__(self, address: str | Address) -> None:
        """Raises SourceError if the address is invalid."""
        super().__init__()
        self.address = address if isinstance(address, Address) else Address(address)
        self.name = str(self.address)
        self.fps = DEFAULT_FPS
        self._stream: JpegStream | ContainerStream | None = None
        self._request: HttpStream | None = None
        self._has_worked = False
        self._began = 0.0

    def _open(self) -> None:
        """Raises SourceError if the server doesn't answer within `OPEN_SECONDS` or sends no video."""
        try:
            self._stream = self._jpegs() or self._container()
        except RefusedError:
            # An address that has worked before may again: a camera's web server may start before its video does.
            self.can_resume = self._has_worked
            raise

    def _jpegs(self) -> "JpegStream | None":
        if not self.address.scheme.startswith("http"):
            return None
        from core.capture.jpeg_stream import JpegStream

        self._stream = stream = JpegStream(self._ask, self.name, self._closed, READ_SECONDS)
        if stream.open():
            return stream
        stream.close()
        return None

    def _container(self) -> "ContainerStream":
        from core.capture.container_stream import ContainerStream

        self._stream = stream = ContainerStream(self.address, self.name, OPEN_SECONDS, READ_SECONDS)
        stream.open()
        self.fps = stream.fps if 1 <= stream.fps <= 240 else DEFAULT_FPS
        return stream

    def _ask(self) -> "HttpStream":
        from core.capture.http_stream import HttpStream

        self._request = request = HttpStream(self.address, self.name, OPEN_SECONDS)
        if self._closed.is_set():
            raise SourceError(f"{self.name} has been closed.")
        request.open()
        return request

    def _read(self) -> tuple[Image, float] | None:
        """Raises SourceError if the stream breaks off or sends nothing for `READ_SECONDS`."""
        if self._stream is None:
            return None
        image = self._stream.read()
        now = time.monotonic()
        self._began = self._began or now
        self._has_worked = True
        return image, now - self._began

    def _interrupt(self) -> None:
        request = self._request
        if request is not None:
            request.interrupt()

    def _let_go(self) -> None:
        if self._stream is not None:
            self._stream.close()
            self._stream = None

    def fresh(self) -> "NetworkStream":
        """The same address, unopened."""
        stream = NetworkStream(self.address)
        stream._has_worked = self._has_worked
        return stream
