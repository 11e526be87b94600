"""Frames of a video or stream that PyAV has opened: upright, in order, what is damaged passed over."""

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
"""Failures in a row to find the next packet, after which nothing more is expected."""
LIMITS = {"max_pixels": str(MOST_PIXELS)}
"""FFmpeg's options that bound what is decoded."""


@dataclass(frozen=True, slots=True, eq=False)
class DecodedFrame:
    """A frame as its container gives it."""

    image: Image
    """H×W×3 uint8 BGR, upright."""
    stamp: float | None
    """Seconds, from any beginning."""
    lasts: float | None
    """Seconds it is to be shown; None where the container doesn't say."""


def picture_stream(container: "InputContainer") -> "VideoStream | None":
    """The stream of moving pictures; None where there is none (a cover picture beside sound is none)."""
    from av.stream import Disposition

    moving = [stream for stream in container.streams.video if not stream.disposition & Disposition.attached_pic]
    return max(moving, key=lambda stream: (stream.width or 0) * (stream.height or 0), default=None)


class Decoder:
    """Iterates over the frames of one stream."""

    def __init__(
        self, container: "InputContainer", stream: "VideoStream", *, threads: int = 0, patience: float = math.inf
    ) -> None:
        """threads: how many decode; 0 for as many as there are processors. Each holds a frame back.
        patience: seconds without a frame after which a stream that goes on sending counts as silent.
        """
        stream.codec_context.options = dict(LIMITS)
        stream.thread_type = "AUTO"
        stream.codec_context.thread_count = threads
        self._container = container
        self._stream = stream
        self._patience = patience
        self.damaged = 0
        """Packets passed over so far."""

    def __iter__(self) -> Iterator[DecodedFrame]:
        """Ends where the container does. Raises OSError as the container's file does, PyAV's ExitError when the time
        allowed for one read is over, TimeoutError when `patience` is.
        """
        newest, conversion = time.monotonic(), Conversion()
        for packet in self._packets():
            for frame in self._decoded(packet):
                yield conversion.frame(frame)
                newest = time.monotonic()
            if time.monotonic() - newest > self._patience:
                raise TimeoutError

    def _packets(self) -> "Iterator[Packet[Any] | None]":
        """Each packet, then None to fetch what the decoder still has."""
        from av.error import EOFError as EndOfFile
        from av.error import ExitError, FFmpegError

        # Where patience has an end, packets of sound are seen too: a stream may send nothing else any more.
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
    """Turns the decoded frames of one stream into pictures as they are to be shown."""

    def __init__(self) -> None:
        self._rotation: int | None = None
        self._matrix: Matrix | None = None

    def picture(self, frame: "VideoFrame") -> Image:
        """H×W×3 uint8 BGR, upright."""
        if frame.rotation != self._rotation:
            # Only where it may be another: a frame whose side data were looked at is freed by the garbage collector.
            self._rotation = frame.rotation
            matrix: Any = frame.side_data.get("DISPLAYMATRIX")
            self._matrix = np.frombuffer(matrix, np.int32).copy() if matrix is not None else None
        return upright(np.ascontiguousarray(frame.to_ndarray(format="bgr24"), dtype=np.uint8), self._matrix)

    def frame(self, frame: "VideoFrame") -> DecodedFrame:
        """The same with its time."""
        lasts = float(frame.duration * frame.time_base) if frame.duration and frame.time_base else None
        return DecodedFrame(self.picture(frame), frame.time, lasts)
