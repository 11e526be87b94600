"""Untrusted picture bytes → an upright BGR array, or an error in one clear sentence. All pictures are read here."""

import io
import math
from contextlib import nullcontext
from pathlib import Path

import numpy as np
from PIL import Image as Pillow
from PIL import ImageFile, UnidentifiedImageError

from core.errors import PhotoError
from core.pictures import jpeg
from core.pictures.endings import PICTURES, RAW_PHOTOS
from core.pictures.foreign import EXPORT, RAW
from core.pictures.formats import DamagedError, ForeignError, open_picture
from core.pictures.pixels import upright_bgr
from core.system.input import check_input, shown, unreadable
from core.system.terminal import silence
from core.types import Image

__all__ = ["PICTURES", "decode_picture", "encode_png", "read_picture"]

MOST_PIXELS = 64_000_000
"""Larger pictures are returned at a half, a third, … of their size: faces in them are large anyway."""
MOST_MEMORY = 1_600_000_000
"""Peak memory in bytes for decoding a picture; pictures that need more are refused beforehand."""
MOST_BYTES = 400_000_000
"""Largest file."""
MOST_MISSING = 0.1
"""Share of a JPEG's rows that may be missing at its end. Files that lack a few bytes are common, and other programs
read them; if more is missing, part of the face may be."""

JPEGS = ("JPEG", "MPO")
BYTES_PER_PIXEL = {"HEIF": 9, "AVIF": 12, "WEBP": 17, "TIFF": 8}
"""Measured peak memory of Pillow while it decodes a format; 4 for all others, which is RGB alone."""
HUGE = 100_000_000
"""Pixels that hardly any photo has."""
MOST_PIXELS_PER_BYTE = 1000
"""A huge picture with more pixels per byte of its file is no photo, but made to fill up memory."""


def read_picture(path: Path) -> Image:
    """Reads a picture file as H×W×3 uint8 BGR, upright.

    Raises PhotoError, whose message names the file.
    """
    name = shown(path)
    if check_input(path, "a picture", PhotoError).st_size > MOST_BYTES:
        raise PhotoError(f"{name} is larger than {MOST_BYTES // 1_000_000} MB: use a smaller copy of the picture.")
    try:
        data = path.read_bytes()
    except OSError as error:
        raise PhotoError(unreadable(name, error)) from error
    if path.suffix.lower() in RAW_PHOTOS:
        raise _foreign(name, *RAW)
    return decode_picture(data, name)


def decode_picture(data: bytes, name: str = "The picture") -> Image:
    """Decodes a picture file as H×W×3 uint8 BGR in sRGB, upright.

    Transparency is laid over white, and 16 bits are scaled to 8. An animation gives its first frame, a file of several
    pictures its primary one. A picture with more than `MOST_PIXELS` is reduced until it has fewer.
    Raises PhotoError, whose message begins with `name`.
    """
    if not data:
        raise PhotoError(f"{name} is empty: choose another picture.")
    kind = "picture"
    try:
        with open_picture(data) as picture:
            kind = picture.format or kind
            smaller = _reduction(picture, data, name)
            with silence() if kind == "TIFF" else nullcontext():  # libtiff reports damage on standard error.
                picture.load()
            if kind in JPEGS:
                _check_missing(picture, data, name)
            return upright_bgr(picture, smaller)
    except PhotoError:
        raise
    except ForeignError as error:
        raise _foreign(name, error.what, error.remedy) from error
    except UnidentifiedImageError as error:
        raise PhotoError(f"{name} is not a picture that can be read: use a JPEG, PNG, WebP, HEIC or AVIF.") from error
    except MemoryError as error:
        raise PhotoError(f"{name} doesn't fit into memory: use a smaller copy of the picture.") from error
    except DamagedError as error:
        raise _damaged(name, error.kind) from error
    except Exception as error:  # Decoders raise almost anything for broken files: OSError, SyntaxError, struct.error, …
        raise _damaged(name, kind) from error


def encode_png(image: Image) -> bytes:
    """Encodes H×W×3 uint8 BGR as PNG, lossless."""
    buffer = io.BytesIO()
    Pillow.fromarray(np.ascontiguousarray(image[..., ::-1])).save(buffer, "PNG")
    return buffer.getvalue()


def _foreign(name: str, what: str, remedy: str) -> PhotoError:
    return PhotoError(f"{name} is {what}, not a picture that can be read: {remedy}.")


def _damaged(name: str, kind: str) -> PhotoError:
    return PhotoError(
        f"{name} is damaged, cut short or an unusual kind of {kind}: use another copy of the picture, or {EXPORT}."
    )


def _reduction(picture: ImageFile.ImageFile, data: bytes, name: str) -> int:
    """Factor to reduce the decoded picture by. A JPEG's decoder is told to do most of the reduction itself.

    Raises PhotoError if decoding would take too much memory.
    """
    size, pixels = f"{name} has {picture.width}×{picture.height} pixels", picture.width * picture.height
    if pixels > HUGE and pixels > MOST_PIXELS_PER_BYTE * len(data):
        raise PhotoError(f"{size} in a file far too small for a photo of that size: use another copy of the picture.")
    kept = 0.0
    if picture.format in JPEGS:
        coding = jpeg.coding_of(data)
        kept = coding.kept * pixels if coding else 0.0
        half = 2 ** (_factor(pixels) - 1).bit_length()  # The decoder can halve the size up to three times.
        picture.draft(None, (picture.width // half, picture.height // half))
        pixels = picture.width * picture.height
    factor = _factor(pixels)
    decoding = kept + pixels * BYTES_PER_PIXEL.get(picture.format or "", 4)
    turning = pixels * 4 + 2 * 3 * pixels / factor**2
    needed = len(data) * (2 if picture.format == "PNG" else 1) + max(decoding, turning)
    if needed > MOST_MEMORY:
        raise PhotoError(f"{size}, which would take {needed / 1e9:.1f} GB of memory: use a smaller copy.")
    return factor


def _factor(pixels: int) -> int:
    return max(math.ceil(math.sqrt(pixels / MOST_PIXELS)), 1)


def _check_missing(picture: Pillow.Image, data: bytes, name: str) -> None:
    missing = jpeg.missing_share(picture, data)
    if missing > MOST_MISSING:
        raise PhotoError(f"{name} is cut short and {missing:.0%} of the picture is missing: use another copy of it.")
    if not jpeg.has_all_detail(data):
        raise PhotoError(f"{name} is cut short and its finer detail is missing: use another copy of the picture.")
