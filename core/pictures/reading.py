"""Untrusted picture bytes → one upright BGR array, or one clear sentence. Every picture enters here, and only here."""

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
"""Pictures that have more are given back at half their size, a third, and so on: faces in them are large anyway."""
MOST_MEMORY = 1_600_000_000
"""Bytes that decoding a picture may take at its height; what would take more is refused before it takes any."""
MOST_BYTES = 400_000_000
MOST_MISSING = 0.1
"""Share of a JPEG's rows that may be missing from its end. Files that lack a few bytes are common, and others read
them; where more is missing, so may be part of the face."""

JPEGS = ("JPEG", "MPO")
DECODING = {"HEIF": 9, "AVIF": 12, "WEBP": 17, "TIFF": 8}
"""Bytes a pixel that Pillow takes at its height to decode a format, as measured (RGB alone takes 4, the usual)."""
LARGE = 100_000_000
"""Pixels that hardly any photo has."""
FLATTEST = 1000
"""Pixels to a byte of a file beyond which a large picture is no photo, but made to fill up memory."""


def read_picture(path: Path) -> Image:
    """A picture file as H×W×3 uint8 BGR, upright.

    Raises PhotoError, whose one sentence names the file, when it can't be read.
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
    """The bytes of a picture file as H×W×3 uint8 BGR, upright: orientation applied, transparency over white, of an
    animation the first frame, of several pictures the one the file puts first, 16 bits scaled to 8, colours in sRGB.
    Of more than `MOST_PIXELS` a smaller picture, so that they are at most as many.

    Raises PhotoError, whose one sentence begins with `name`.
    """
    if not data:
        raise PhotoError(f"{name} is empty: choose another picture.")
    kind = "picture"
    try:
        with open_picture(data) as picture:
            kind = picture.format or kind
            smaller = _reduction(picture, data, name)
            with silence() if kind == "TIFF" else nullcontext():  # libtiff tells of damage itself.
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
        raise PhotoError(f"{name} does not fit into memory: use a smaller copy of the picture.") from error
    except DamagedError as error:
        raise _damaged(name, error.kind) from error
    except Exception as error:  # Decoders of broken files raise nearly anything: OSError, SyntaxError, struct.error, …
        raise _damaged(name, kind) from error


def encode_png(image: Image) -> bytes:
    """H×W×3 uint8 BGR → PNG, without loss."""
    buffer = io.BytesIO()
    Pillow.fromarray(np.ascontiguousarray(image[..., ::-1])).save(buffer, "PNG")
    return buffer.getvalue()


def _foreign(name: str, what: str, remedy: str) -> PhotoError:
    return PhotoError(f"{name} is {what}, not a picture that can be read: {remedy}.")


def _damaged(name: str, kind: str) -> PhotoError:
    return PhotoError(
        f"{name} is damaged, cut short or an unusual {kind}: use another copy of the picture, or {EXPORT}."
    )


def _reduction(picture: ImageFile.ImageFile, data: bytes, name: str) -> int:
    """How many times smaller the picture is to be given back, once decoded; most of that a JPEG's decoder does itself.

    Raises PhotoError when decoding it would take too much memory.
    """
    size, pixels = f"{name} has {picture.width}×{picture.height} pixels", picture.width * picture.height
    if pixels > LARGE and pixels > FLATTEST * len(data):
        raise PhotoError(f"{size} in a file far too small for so large a photo: use another copy of the picture.")
    kept = 0.0
    if picture.format in JPEGS:
        coding = jpeg.coding_of(data)
        kept = coding.kept * pixels if coding else 0.0
        half = 2 ** (_times(pixels) - 1).bit_length()  # Decoders halve, up to three times.
        picture.draft(None, (picture.width // half, picture.height // half))
        pixels = picture.width * picture.height
    times = _times(pixels)
    decoding = kept + pixels * DECODING.get(picture.format or "", 4)
    turning = pixels * 4 + 2 * 3 * pixels / times**2
    needed = len(data) * (2 if picture.format == "PNG" else 1) + max(decoding, turning)
    if needed > MOST_MEMORY:
        raise PhotoError(f"{size}, which would take {needed / 1e9:.1f} GB of memory: use a smaller copy.")
    return times


def _times(pixels: int) -> int:
    return max(math.ceil(math.sqrt(pixels / MOST_PIXELS)), 1)


def _check_missing(picture: Pillow.Image, data: bytes, name: str) -> None:
    missing = jpeg.missing_share(picture, data)
    if missing > MOST_MISSING:
        raise PhotoError(f"{name} is cut short, {missing:.0%} of the picture is missing: use another copy of it.")
    if not jpeg.has_all_detail(data):
        raise PhotoError(f"{name} is cut short, its finer detail is missing: use another copy of the picture.")
