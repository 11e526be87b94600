"""A video file."""

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

USUAL_FPS = 25.0
"""For files that don't say."""
BUFFER = 1 << 18
"""Bytes read from the file at once."""


class VideoFile(Source):
    """Reads a file's frames in order, upright, with the file's own time stamps where they can be true."""

    kind = Kind.VIDEO

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path
        self.name = shown(path.name or path)
        self.fps = USUAL_FPS
        self._shown = shown(path)
        self._file: BinaryIO | None = None
        self._container: InputContainer | None = None
        self._frames: Iterator[DecodedFrame] = iter(())
        self._decoder: Decoder | None = None
        self._clock = Clock(1 / USUAL_FPS)
        self._count = 0

    def _open(self) -> None:
        """Raises SourceError when it is no video."""
        self._file = _opened(self.path)
        self._container = self._opened_container(self._file)
        stream = picture_stream(self._container)
        if stream is None:
            raise SourceError(f"{self._shown} holds no moving pictures: choose a video.")
        if stream.codec_context is None:
            raise SourceError(f"{self._shown} can't be played, its kind of video is unknown here: convert it to MP4.")
        self.fps = _rate(stream)
        self._clock = Clock(1 / self.fps, _longest_gap(self._container))
        self._decoder = Decoder(self._container, stream)
        self._frames = iter(self._decoder)

    def _opened_container(self, file: BinaryIO) -> "InputContainer":
        """From an open file, so that FFmpeg never sees its name, which it might read as a protocol; and nothing else
        is opened that the file refers to.
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
        """Raises SourceError when not even the first frame can be decoded."""
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
                f"{self._shown} holds no frame that can be decoded, or only frames of more than "
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
        """From the beginning."""
        return VideoFile(self.path)

    def files(self) -> list[Path]:
        """The file itself."""
        return [self.path]


class _Named:
    """An open file under another name."""

    def __init__(self, file: BinaryIO, name: str) -> None:
        self.name = name
        self._file = file
        self.read, self.tell = file.read, file.tell

    def seek(self, offset: int, whence: int) -> int:
        """Damaged files send FFmpeg to where no file reaches, which is no error of the disk."""
        try:
            return self._file.seek(offset, whence)
        except (OSError, ValueError, OverflowError):
            return -1


def _opened(path: Path) -> BinaryIO:
    """Raises SourceError, also for what would block for ever (a pipe) or is no file at all."""
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise SourceError(f"{shown(path)} is no file: choose a video.")
        if not status.st_size:
            raise SourceError(f"{shown(path)} can't be played: it is empty, so choose another video.")
        return path.open("rb")
    except (FileNotFoundError, NotADirectoryError, ValueError) as error:
        raise SourceError(f"There is no file {shown(path)}: choose a video.") from error
    except OSError as error:
        raise SourceError(_unreadable(shown(path), error)) from error


def _unreadable(name: str, error: Exception) -> str:
    why = getattr(error, "strerror", None) or "it is damaged"
    return f"{name} can't be read ({why}): check the file and its disk."


def _rate(stream: "VideoStream") -> float:
    """Frames a second as the file says, if that can be true."""
    for rate in (stream.guessed_rate, stream.average_rate, stream.base_rate):
        if rate and 0.01 <= rate <= 240:
            return float(rate)
    return USUAL_FPS


def _longest_gap(container: "InputContainer") -> float:
    from av.format import Flags

    begins_anew: Any = Flags.ts_discont
    return LONGEST_BROADCAST_GAP if container.format.flags & begins_anew.value else LONGEST_GAP
