"""Makes small videos for tests."""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np

from core.types import Image

TICKS = 1000


def plain(count: int, width: int = 64, height: int = 48) -> list[Image]:
    """Pictures, each brighter than the one before."""
    return [np.full((height, width, 3), 20 + 200 * number // count, np.uint8) for number in range(count)]


def quarters(width: int = 64, height: int = 48) -> Image:
    """Black, but for red at the top left, green at the top right and blue at the bottom left."""
    image = np.zeros((height, width, 3), np.uint8)
    image[: height // 2, : width // 2] = (0, 0, 255)
    image[: height // 2, width // 2 :] = (0, 255, 0)
    image[height // 2 :, : width // 2] = (255, 0, 0)
    return image


def corners(image: Image) -> str:
    """The colours of the four quarters, row by row: R, G, B or K (black)."""
    height, width = image.shape[:2]
    middles = [(y * height // 4, x * width // 4) for y in (1, 3) for x in (1, 3)]
    return "".join("K" if image[at].max() < 90 else "BGR"[int(image[at].argmax())] for at in middles)


def make_video(
    file: Path,
    pictures: Sequence[Image],
    seconds: Iterable[float],
    *,
    matrix: Sequence[int] | None = None,
    codec: str = "mpeg4",
    format_: str | None = None,
) -> Path:
    """Pictures of one size, each with its time stamp."""
    with av.open(str(file), "w", format=format_) as output:
        stream = output.add_stream(codec)
        assert isinstance(stream, av.VideoStream)
        stream.height, stream.width = pictures[0].shape[:2]
        stream.pix_fmt = "yuvj420p" if codec == "mjpeg" else "yuv420p"
        # MPEG-2 allows few frame rates, which its time stamps need not follow.
        base = Fraction(1, 25) if codec == "mpeg2video" else Fraction(1, TICKS)
        stream.time_base = stream.codec_context.time_base = base
        if matrix is not None:
            stream.set_display_matrix(matrix)
        for picture, moment in zip(pictures, seconds, strict=True):
            frame = av.VideoFrame.from_ndarray(picture, format="bgr24")
            frame.time_base, frame.pts = base, round(moment / base)
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    return file


def make_sound(file: Path) -> Path:
    """Half a second of silence, without pictures."""
    with av.open(str(file), "w") as output:
        stream = output.add_stream("aac", rate=44100, layout="mono")
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 22050), np.float32), format="fltp", layout="mono")
        frame.sample_rate = 44100
        output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    return file


def jpeg(image: Image) -> bytes:
    """A picture as JPEG."""
    return bytes(cv2.imencode(".jpg", image)[1])
