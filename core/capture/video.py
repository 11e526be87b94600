"""Video files."""

import stat
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from core.capture.clock import LONGEST_BROADCAST_GAP, LONGEST_GAP, Clock
from core.capture.decoding import LIMITS, DecodedFrame, Decoder, picture_stream
from core.capture.naming import shown
from core.capture.source import MOST_PIXELS, Kind, Source
from core.errors import SourceError
from core.types import Image

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.stream import VideoStream

DEFAULT_FPS = 25.0
"""Frames per second of files that don't say."""
BUFFER = 1 << 18
"""Bytes read from the file at once."""


class VideoFile(Source):
    """The frames of a file in order, upright, with the file's time stamps where these are plausible."""

    kind = Kind.VIDEO

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path
        self.name = shown(path.name or path)
        self.fps = DEFAULT_FPS
        self._shown = shown(path)
        self._file: BinaryIO | None = None
        self._container: InputContainer | None = None
        self._frames: Iterator[DecodedFrame] = iter(())
        self._decoder: Decoder | None = None
        self._clock = Clock(1 / DEFAULT_FPS)
        self._count = 0

    def _open(self) -> None:
        """Raises SourceError if the file is no video."""
        self._file = _opened(self.path)
        self._container = self._opened_container(self._file)
        stream = picture_stream(self._container)
        if stream is None:
            raise SourceError(f"{self._shown} contains no video: choose another file.")
        if stream.codec_context is None:
            raise SourceError(f"{self._shown} can't be played, because its format is unknown: convert it to MP4.")
        self.fps = _rate(stream)
        self._clock = Clock(1 / self.fps, _longest_gap(self._container))
        self._decoder = Decoder(self._container, stream)
        self._frames = iter(self._decoder)

    def _opened_container(self, file: BinaryIO) -> "InputContainer":
        """Opens the container from an open file, so that FFmpeg can't take the file's name for a protocol.

        Other files or addresses that the container refers to are not opened.
        """
        import av

        suffix = self.path.suffix if self.path.suffix[1:].isalnum() and self.path.suffix.isascii() else ""
        try:
            return av.open(
                _Named(file, f"video{suffix}"),
                "r",
                options={"protocol_whitelist": "none", **LIMITS},
                metadata_errors="replace",
                buffer_size=BUFFER,
            )
        except (av.FFmpegError, ValueError, MemoryError) as error:
            raise SourceError(f"{self._shown} can't be played: choose a video such as MP4, MOV, MKV or AVI.") from error
        except OSError as error:
            raise SourceError(_unreadable(self._shown, error)) from error

    def _read(self) -> tuple[Image, float] | None:
        """Raises SourceError if not even the first frame can be decoded."""
        import av

        try:
            frame = next(self._frames, None)
        except (OSError, av.FFmpegError) as error:
            raise SourceError(_unreadable(self._shown, error)) from error
        if frame is None:
            self._finish()
            return None
        moment = self._clock.time(frame.stamp)
        self._count += 1
        self.end = moment + (frame.lasts or 1 / self.fps)
        return frame.image, moment

    def _finish(self) -> None:
        if self._container is None:
            return
        if not self._count:
            raise SourceError(
                f"{self._shown} contains no frame that can be decoded, or only frames of more than "
                f"{MOST_PIXELS // 1_000_000} million pixels: choose another video."
            )
        if self._decoder and self._decoder.damaged and not self.troubles:
            self.troubles.append(f"{self.name} is damaged: parts of it could not be played.")

    def _let_go(self) -> None:
        self._frames, self._decoder = iter(()), None
        if self._container is not None:
            self._container.close()
            self._container = None
        if self._file is not None:
            self._file.close()
            self._file = None

    def fresh(self) -> "VideoFile":
        """The same file, from the beginning."""
        return VideoFile(self.path)

    def files(self) -> list[Path]:
        """The file itself."""
        return [self.path]


class _Named:
    """An open file that reports another name."""

    def __init__(self, file: BinaryIO, name: str) -> None:
        self.name = name
        self._file = file
        self.read, self.tell = file.read, file.tell

    def seek(self, offset: int, whence: int) -> int:
        """Moves to an offset; -1 if it is invalid, since damaged files make FFmpeg seek to impossible places."""
        try:
            return self._file.seek(offset, whence)
        except (OSError, ValueError, OverflowError):
            return -1


def _opened(path: Path) -> BinaryIO:
    """Opens a file. Raises SourceError also for pipes, which would block for ever, and for devices and folders."""
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise SourceError(f"{shown(path)} is not a file: choose a video.")
        if not status.st_size:
            raise SourceError(f"{shown(path)} is empty: choose another video.")
        return path.open("rb")
    except (FileNotFoundError, NotADirectoryError, ValueError) as error:
        raise SourceError(f"There is no file {shown(path)}: choose a video.") from error
    except OSError as error:
        raise SourceError(_unreadable(shown(path), error)) from error


def _unreadable(name: str, error: Exception) -> str:
    why = getattr(error, "strerror", None) or "it is damaged"
    return f"{name} can't be read ({why}): check the file and its disk."


def _rate(stream: "VideoStream") -> float:
    """Frames per second as the file says, if plausible."""
    for rate in (stream.guessed_rate, stream.average_rate, stream.base_rate):
        if rate and 0.01 <= rate <= 240:
            return float(rate)
    return DEFAULT_FPS


def _longest_gap(container: "InputContainer") -> float:
    from av.format import Flags

    discontinuous: Any = Flags.ts_discont
    return LONGEST_BROADCAST_GAP if container.format.flags & discontinuous.value else LONGEST_GAP
