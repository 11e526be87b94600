"""One JPEG of a stream: quickly, and nothing that is damaged or too large."""

from typing import TYPE_CHECKING

from core.capture.decoding import LIMITS, Conversion
from core.types import Image

if TYPE_CHECKING:
    from av import VideoCodecContext


class JpegDecoder:
    """FFmpeg's, which cameras' own ways of writing JPEG don't trouble, and which says nothing on standard error."""

    def __init__(self) -> None:
        self._codec = _codec()
        self._conversion = Conversion()

    def decode(self, data: bytes) -> Image | None:
        """H×W×3 uint8 BGR; None for what is no JPEG, damaged, or larger than a frame may be."""
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
