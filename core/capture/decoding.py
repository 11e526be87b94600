"""Decodes the frames of a video or stream opened by PyAV: upright, in order, skipping damaged ones."""

import math
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from core.capture.orientation import Matrix, upright
from core.capture.source import MOST_PIXELS
from core.types import Image

if TYPE_CHECKING:
    from av import Packet, VideoFrame
    from av.container import InputContainer
    from av.video.stream import VideoStream

MOST_FAILURES = 200
"""Failures in a row to read a packet after which the file counts as ended."""
LIMITS = {"max_pixels": str(MOST_PIXELS)}
"""FFmpeg options that limit the size of frames."""


@dataclass(frozen=True, slots=True, eq=False)
class DecodedFrame:
    """A decoded frame with its container's timing."""

    image: Image
    """H×W×3 uint8 BGR, upright."""
    stamp: float | None
    """Time stamp in seconds, with any origin; None if there is none."""
    lasts: float | None
    """Seconds for which the frame is shown; None if the container doesn't say."""


def picture_stream(container: "InputContainer") -> "VideoStream | None":
    """The container's largest video stream; None if there is none. A cover picture of a sound file doesn't count."""
    from av.stream import Disposition

    moving = [stream for stream in container.streams.video if not stream.disposition & Disposition.attached_pic]
    return max(moving, key=lambda stream: (stream.width or 0) * (stream.height or 0), default=None)


class Decoder:
    """Iterates over the frames of one stream."""

    def __init__(
        self, container: "InputContainer", stream: "VideoStream", *, threads: int = 0, patience: float = math.inf
    ) -> None:
        """threads: decoding threads, each of which delays the stream by a frame; 0 for one per processor.
        patience: seconds without a frame after which a stream counts as silent, even if it goes on sending.
        """
        stream.codec_context.options = dict(LIMITS)
        stream.thread_type = "AUTO"
        stream.codec_context.thread_count = threads
        self._container = container
        self._stream = stream
        self._patience = patience
        self.damaged = 0
        """Packets skipped so far."""

    def __iter__(self) -> Iterator[DecodedFrame]:
        """The frames until the end of the container.

        Raises OSError if its file does, PyAV's ExitError if a single read times out, TimeoutError after `patience`.
        """
        newest, conversion = time.monotonic(), Conversion()
        for packet in self._packets():
            for frame in self._decoded(packet):
                yield conversion.frame(frame)
                newest = time.monotonic()
            if time.monotonic() - newest > self._patience:
                raise TimeoutError

    def _packets(self) -> "Iterator[Packet[Any] | None]":
        """Each packet, then None to flush the decoder."""
        from av.error import EOFError as EndOfFile
        from av.error import ExitError, FFmpegError

        # With a limited patience, sound packets are read too: a stream may have stopped sending anything else.
        wanted = (self._stream,) if self._patience == math.inf else ()
        failures = 0
        while failures < MOST_FAILURES:
            try:
                for packet in self._container.demux(*wanted):
                    failures = 0
                    yield packet
                return
            except EndOfFile:
                break
            except ExitError:
                raise
            except FFmpegError as error:
                if isinstance(error, OSError):
                    raise
                failures += 1
                self.damaged += 1
        yield None

    def _decoded(self, packet: "Packet[Any] | None") -> "list[VideoFrame]":
        from av.error import EOFError as EndOfFile
        from av.error import FFmpegError

        if packet is not None and packet.stream is not self._stream:
            return []
        try:
            frames = packet.decode() if packet is not None else self._stream.codec_context.decode(None)
        except EndOfFile:
            return []
        except (FFmpegError, ValueError, MemoryError):
            self.damaged += 1
            return []
        return [frame for frame in frames if 0 < frame.width * frame.height <= MOST_PIXELS]


class Conversion:
    """Converts the decoded frames of one stream to upright pictures."""

    def __init__(self) -> None:
        self._rotation: int | None = None
        self._matrix: Matrix | None = None

    def picture(self, frame: "VideoFrame") -> Image:
        """H×W×3 uint8 BGR, upright."""
        if frame.rotation != self._rotation:
            # Read only if it may have changed: a frame whose side data were read is freed by the garbage collector.
            self._rotation = frame.rotation
            matrix: Any = frame.side_data.get("DISPLAYMATRIX")
            self._matrix = np.frombuffer(matrix, np.int32).copy() if matrix is not None else None
        return upright(np.ascontiguousarray(frame.to_ndarray(format="bgr24"), dtype=np.uint8), self._matrix)

    def frame(self, frame: "VideoFrame") -> DecodedFrame:
        """The picture with its timing."""
        lasts = float(frame.duration * frame.time_base) if frame.duration and frame.time_base else None
        return DecodedFrame(self.picture(frame), frame.time, lasts)
