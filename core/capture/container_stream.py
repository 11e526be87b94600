"""A stream that FFmpeg reads: RTSP, or a video over HTTP."""

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
"""More would hold back more frames."""


class ContainerStream:
    """Opened and read by one thread. What FFmpeg waits for can't be ended from outside, only by its time-outs."""

    def __init__(self, address: Address, name: str, open_seconds: float, read_seconds: float) -> None:
        self._address = address
        self._name = name
        self._limits = (open_seconds, read_seconds)
        self._container: InputContainer | None = None
        self._frames: Iterator[DecodedFrame] = iter(())
        self.fps = 0.0
        """As the stream says; 0 where it doesn't."""

    def open(self) -> None:
        """Raises SourceError."""
        import av

        # No error is chained, since FFmpeg's hold the address.
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
            # Over HTTP the server has just answered, so it is not silent. RTSP's errors don't tell one from the other.
            if self._address.scheme.startswith("http") and not isinstance(error, lost):
                raise RefusedError(f"{self._name} sends nothing that can be played: check the address.") from None
            raise SourceError(f"{self._name} does not answer: check the address, and that its camera is on.") from None
        stream = picture_stream(self._container)
        if stream is None or stream.codec_context is None:
            raise RefusedError(f"{self._name} sends no pictures that can be played: check the address.")
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
        """The next frame, H×W×3 uint8 BGR. Raises SourceError when none comes in time, or no more."""
        try:
            frame = next(self._frames, None)
        except Exception:
            frame = None
        if frame is None:
            raise SourceError(f"{self._name} has stopped sending: check its camera and the network.")
        return frame.image

    def close(self) -> None:
        """Ends the connection."""
        self._frames = iter(())
        if self._container is not None:
            self._container.close()
            self._container = None
