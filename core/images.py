"""Untrusted picture bytes → one upright BGR array, or one clear sentence. Every picture enters here, and only here."""

import io
import threading
import warnings
from pathlib import Path

import numpy as np
from PIL import Image as Pillow
from PIL import ImageCms, ImageOps, UnidentifiedImageError

from core.errors import PhotoError
from core.types import Image

MOST_PIXELS = 100_000_000
"""Larger pictures are refused before a pixel is decoded: they would take more than 300 MB."""
MOST_BYTES = 200_000_000
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "PPM", "AVIF", "HEIF")
"""What is decoded at all; Pillow's rarer decoders would only widen the way in for an attacker."""

_register_lock = threading.Lock()
_registered = False


def read_picture(path: Path) -> Image:
    """A picture file as H×W×3 uint8 BGR, upright.

    Raises PhotoError, whose one sentence names the file, when it can't be read.
    """
    try:
        if path.is_dir():
            raise PhotoError(f"{path} is a folder, not a picture: choose a file in it.")
        if path.stat().st_size > MOST_BYTES:
            raise PhotoError(f"{path} is larger than {MOST_BYTES // 1_000_000} MB: use a smaller copy of the picture.")
        data = path.read_bytes()
    except (FileNotFoundError, ValueError) as error:
        raise PhotoError(f"There is no file {str(path)!r}: check the name.") from error
    except OSError as error:
        raise PhotoError(f"{path} can't be read ({error.strerror}): check its permissions.") from error
    return decode_picture(data, str(path))


def decode_picture(data: bytes, name: str = "The picture") -> Image:
    """The bytes of a picture file as H×W×3 uint8 BGR, upright: EXIF's orientation applied, transparency over white,
    of an animation the first frame, 16 bits scaled to 8, colours in sRGB.

    Raises PhotoError, whose one sentence begins with `name`.
    """
    if not data:
        raise PhotoError(f"{name} is empty: choose another picture.")
    _register_formats()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Pillow.open(io.BytesIO(data), formats=FORMATS) as picture:
                _check_size(picture, name)
                return _to_bgr(picture)
    except Pillow.DecompressionBombError as error:
        raise PhotoError(f"{name} has more pixels than a photo: use a smaller copy of the picture.") from error
    except UnidentifiedImageError as error:
        raise PhotoError(f"{name} is not a picture that can be read: use a JPEG, PNG, WebP, HEIC or AVIF.") from error
    except MemoryError as error:
        raise PhotoError(f"{name} does not fit into memory: use a smaller copy of the picture.") from error
    except PhotoError:
        raise
    except Exception as error:  # Decoders of broken files raise nearly anything: OSError, SyntaxError, struct.error, …
        raise PhotoError(f"{name} is damaged or cut short: use another copy of the picture.") from error


def encode_png(image: Image) -> bytes:
    """H×W×3 uint8 BGR → PNG, without loss."""
    buffer = io.BytesIO()
    Pillow.fromarray(np.ascontiguousarray(image[..., ::-1])).save(buffer, "PNG")
    return buffer.getvalue()


def _register_formats() -> None:
    global _registered
    with _register_lock:
        if not _registered:
            import pillow_heif

            Pillow.init()
            pillow_heif.register_heif_opener()
            _registered = True


def _check_size(picture: Pillow.Image, name: str) -> None:
    width, height = picture.size
    if width * height > MOST_PIXELS:
        raise PhotoError(
            f"{name} has {width}×{height} pixels, more than {MOST_PIXELS // 1_000_000} million: use a smaller copy."
        )


def _to_bgr(picture: Pillow.Image) -> Image:
    picture.seek(0)
    picture.load()
    upright = ImageOps.exif_transpose(picture)
    rgb = np.asarray(_to_rgb(upright), dtype=np.uint8)
    return np.ascontiguousarray(rgb[..., ::-1])


def _to_rgb(picture: Pillow.Image) -> Pillow.Image:
    if picture.mode.startswith("I") or picture.mode == "F":
        return _eight_bit(picture).convert("RGB")
    if picture.has_transparency_data:
        layers = picture.convert("RGBA")
        return Pillow.alpha_composite(Pillow.new("RGBA", layers.size, "white"), layers).convert("RGB")
    return _in_srgb(picture)


def _eight_bit(picture: Pillow.Image) -> Pillow.Image:
    """Grey of 16 or 32 bits, scaled rather than clipped."""
    values = np.asarray(picture, dtype=np.float64)
    if picture.mode == "F" and values.max(initial=0) <= 1:
        values = values * 255
    elif values.max(initial=0) > 255:
        values = values / 257
    return Pillow.fromarray(np.clip(np.nan_to_num(values), 0, 255).astype(np.uint8))


def _in_srgb(picture: Pillow.Image) -> Pillow.Image:
    """RGB, by the picture's own colour profile where it has a sound one (phones give Display P3)."""
    profile = picture.info.get("icc_profile")
    if profile and picture.mode in ("RGB", "CMYK"):
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(picture, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
            if converted is not None:
                return converted
        except (ImageCms.PyCMSError, OSError, ValueError):
            pass
    return picture.convert("RGB")
