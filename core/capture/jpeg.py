"""Decodes single JPEGs of a stream: fast, refusing damaged and oversized ones."""

from typing import TYPE_CHECKING

from core.capture.decoding import LIMITS, Conversion
from core.types import Image

if TYPE_CHECKING:
    from av import VideoCodecContext


class JpegDecoder:
    """FFmpeg's JPEG decoder, which accepts the dialects of cameras and prints nothing to standard error."""

    def __init__(self) -> None:
        self._codec = _codec()
        self._conversion = Conversion()

    def decode(self, data: bytes) -> Image | None:
        """The picture as H×W×3 uint8 BGR; None if the data is no JPEG, damaged, or exceeds `MOST_PIXELS`."""
        import av

        if data.lstrip()[:2] != b"\xff\xd8":
            return None
        try:
            frames = self._codec.decode(av.Packet(data))
            return self._conversion.picture(frames[0]) if frames else None
        except (av.FFmpegError, ValueError, MemoryError):
            self._codec = _codec()
            return None


def _codec() -> "VideoCodecContext":
    import av

    codec = av.CodecContext.create("mjpeg", "r")
    codec.options = {"err_detect": "explode", **LIMITS}
    codec.thread_count = 1
    return codec
