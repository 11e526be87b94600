"""Writes video files with a duration for each frame, playable even if writing is cut short."""

from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

from core.capture.naming import shown
from core.errors import OutputError
from core.types import Image

if TYPE_CHECKING:
    from av.container import OutputContainer
    from av.video.stream import VideoStream

KEY_SECONDS = 1.0
"""Seconds between key frames: the most that is lost if the process is killed."""
QUALITY = 4
"""MPEG-4 quantiser, 1 (best) to 31."""
BITS = 0.15
"""VP9's bit rate, in bits per pixel of each frame."""
FRAGMENTS = {"movflags": "hybrid_fragmented+frag_keyframe+empty_moov+default_base_moof"}
"""FFmpeg options for MP4 and MOV: playable fragments while writing, one ordinary file on closing."""

FORMATS: dict[str, tuple[str, str, int]] = {
    ".mp4": ("mp4", "mpeg4", 60_000),
    ".m4v": ("mp4", "mpeg4", 60_000),
    ".mov": ("mov", "mpeg4", 60_000),
    ".mkv": ("matroska", "mpeg4", 1_000),
    ".webm": ("webm", "libvpx-vp9", 1_000),
}
"""By file extension: container, codec, and time units per second."""


def check_ending(file: Path) -> None:
    """Raises OutputError if the file extension is none of `FORMATS`."""
    if file.suffix.lower() not in FORMATS:
        known = ", ".join(FORMATS)
        raise OutputError(f"{shown(file)} can't be written as a video: name a file that ends in one of {known}.")


class VideoWriter:
    """Writes frames of one size, in order."""

    def __init__(self, file: Path, width: int, height: int, fps: float) -> None:
        """fps: nominal, shown by players and used for the bit rate. Raises OutputError if `file` can't be written."""
        check_ending(file)
        self._name = shown(file)
        container, codec, self._ticks = FORMATS[file.suffix.lower()]
        self._sink = _Sink(file, self._name)
        self._container, self._stream = self._opened(container, codec, width, height, fps)
        self._next = 0
        self._key = -1.0

    def _opened(
        self, container: str, codec: str, width: int, height: int, fps: float
    ) -> "tuple[OutputContainer, VideoStream]":
        import av

        options = FRAGMENTS if container in ("mp4", "mov") else {}
        output = av.open(self._sink, "w", format=container, options=options)
        stream = cast("VideoStream", output.add_stream(codec))
        context = stream.codec_context
        context.width, context.height, context.pix_fmt = width, height, "yuv420p"
        stream.time_base = context.time_base = Fraction(1, self._ticks)
        context.framerate = Fraction(fps).limit_denominator(1001)
        context.gop_size = 10_000
        if codec == "mpeg4":
            context.qscale, context.global_quality = True, 118 * QUALITY
        else:
            context.bit_rate = round(width * height * min(max(fps, 1), 60) * BITS)
            context.thread_count = 2
            context.options = {"deadline": "realtime", "cpu-used": "8", "lag-in-frames": "0", "row-mt": "1"}
        return output, stream

    def write(self, image: Image, moment: float, lasts: float) -> None:
        """Writes one frame (H×W×3 uint8 BGR). moment, lasts: when and how long it is shown, in seconds.

        Raises OutputError if the disk is full or gone.
        """
        import av

        frame = av.VideoFrame.from_ndarray(image, format="bgr24")
        frame.time_base = Fraction(1, self._ticks)
        frame.pts = max(round(moment * self._ticks), self._next)
        if moment - self._key >= KEY_SECONDS or self._key < 0:
            frame.pict_type, self._key = av.video.frame.PictureType.I, moment
        duration = max(round((moment + lasts) * self._ticks) - frame.pts, 1)
        self._next = frame.pts + duration
        for packet in self._stream.encode(frame):
            packet.duration = duration
            self._container.mux(packet)
        self._sink.check()

    def close(self) -> None:
        """Finishes the file; calling it again is harmless. Raises OutputError as `write` does."""
        if self._sink.closed:
            return
        try:
            for packet in self._stream.encode(None):
                self._container.mux(packet)
            self._container.close()
        finally:
            self._sink.close()
        self._sink.check()


class _Sink:
    """The open file. After the first failed write nothing more is written, so that what is there stays playable."""

    def __init__(self, file: Path, name: str) -> None:
        self._name = name
        self._error: OSError | None = None
        try:
            self._file: BinaryIO = file.open("wb", buffering=0)
        except OSError as error:
            raise OutputError(f"{name} can't be written ({error.strerror}): choose another file.") from error
        self.tell = self._file.tell

    def write(self, data: bytes) -> int:
        """Always reports success to FFmpeg; a failure is kept for `check`."""
        rest = memoryview(data)
        try:
            while rest and self._error is None:
                rest = rest[self._file.write(rest) :]
        except OSError as error:
            self._error = error
        return len(data)

    def seek(self, offset: int, whence: int = 0) -> int:
        """Like `seek` of any file."""
        return self._file.seek(offset, whence)

    def check(self) -> None:
        """Raises OutputError if a write has failed."""
        if self._error is not None:
            raise OutputError(
                f"{self._name} can't be written any further ({self._error.strerror}): free some room or choose another "
                "file; what was saved so far can be played."
            ) from self._error

    @property
    def closed(self) -> bool:
        """Whether the file is closed."""
        return self._file.closed

    def close(self) -> None:
        """Closes the file; PyAV calls it too."""
        try:
            self._file.close()
        except OSError as error:
            self._error = self._error or error
