"""Streams read by FFmpeg: RTSP, or a video over HTTP."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from core.capture.address import Address
from core.capture.decoding import LIMITS, DecodedFrame, Decoder, picture_stream
from core.capture.refusal import RefusedError, answered
from core.errors import SourceError
from core.types import Image

if TYPE_CHECKING:
    from av.container import InputContainer

THREADS = 2
"""Decoding threads; each one more delays the stream by a frame."""


class ContainerStream:
    """A stream, opened and read by one thread. FFmpeg's waiting can't be interrupted; it ends only by time-out."""

    def __init__(self, address: Address, name: str, open_seconds: float, read_seconds: float) -> None:
        self._address = address
        self._name = name
        self._limits = (open_seconds, read_seconds)
        self._container: InputContainer | None = None
        self._frames: Iterator[DecodedFrame] = iter(())
        self.fps = 0.0
        """Frames per second as the stream reports, 0 if it doesn't."""

    def open(self) -> None:
        """Raises SourceError."""
        import av

        # FFmpeg's errors contain the address, so they aren't chained.
        try:
            self._container = av.open(
                self._address.written(),
                "r",
                options={"rtsp_flags": "prefer_tcp", **LIMITS},
                metadata_errors="replace",
                timeout=self._limits,
            )
        except (av.error.HTTPError, av.error.HTTPClientError) as error:
            raise self._status(error) from None
        except Exception as error:
            lost = (av.error.ExitError, ConnectionError, TimeoutError)
            # Over HTTP the server answered a moment ago, so it is not silent. RTSP errors don't distinguish the two.
            if self._address.scheme.startswith("http") and not isinstance(error, lost):
                raise RefusedError(f"{self._name} sends nothing that can be played: check the address.") from None
            raise SourceError(f"{self._name} does not answer: check the address and that the camera is on.") from None
        stream = picture_stream(self._container)
        if stream is None or stream.codec_context is None:
            raise RefusedError(f"{self._name} sends no video that can be played: check the address.")
        self.fps = float(stream.guessed_rate or stream.average_rate or 0)
        self._frames = iter(Decoder(self._container, stream, threads=THREADS, patience=self._limits[1]))

    def _status(self, error: Exception) -> SourceError:
        import av

        statuses: dict[type[Exception], int] = {
            av.error.HTTPUnauthorizedError: 401,
            av.error.HTTPForbiddenError: 403,
            av.error.HTTPNotFoundError: 404,
            av.error.HTTPServerError: 500,
        }
        return answered(statuses.get(type(error), 400), self._name, self._address.scheme)

    def read(self) -> Image:
        """The next frame, H×W×3 uint8 BGR. Raises SourceError if none comes in time or the stream ends."""
        try:
            frame = next(self._frames, None)
        except Exception:
            frame = None
        if frame is None:
            raise SourceError(f"{self._name} has stopped sending: check the camera and the network.")
        return frame.image

    def close(self) -> None:
        """Closes the connection."""
        self._frames = iter(())
        if self._container is not None:
            self._container.close()
            self._container = None
