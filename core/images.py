"""Untrusted picture bytes → one upright BGR array, or one clear sentence. Every picture enters here, and only here."""

import io
import logging
import stat
import struct
import threading
import warnings
from pathlib import Path

import numpy as np
from PIL import Image as Pillow
from PIL import ImageCms, ImageFile, ImageOps, UnidentifiedImageError

from core.errors import PhotoError
from core.text import printable
from core.types import Image

MOST_PIXELS = 100_000_000
"""Larger pictures are refused before a pixel is decoded: they would take more than 300 MB."""
MOST_BYTES = 200_000_000
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "PPM", "AVIF", "HEIF")
"""What is decoded at all; Pillow's rarer decoders would only widen the way in for an attacker."""

LONGEST_NAME = 300
"""Characters of a file's name and folders in a sentence."""

log = logging.getLogger(__name__)
_register_lock = threading.Lock()
_registered = False


def read_picture(path: Path) -> Image:
    """A picture file as H×W×3 uint8 BGR, upright.

    Raises PhotoError, whose one sentence names the file, when it can't be read.
    """
    name = _shown(path)
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise PhotoError(f"{name} is a folder, not a picture: choose a file in it.")
        if not stat.S_ISREG(status.st_mode):  # A pipe or a device may answer never, or without end.
            raise PhotoError(f"{name} is a device or a pipe, not a picture: choose a file.")
        if status.st_size > MOST_BYTES:
            raise PhotoError(f"{name} is larger than {MOST_BYTES // 1_000_000} MB: use a smaller copy of the picture.")
        data = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError, ValueError) as error:
        raise PhotoError(f"There is no file '{name}': check the name.") from error
    except PermissionError as error:
        raise PhotoError(f"{name} may not be read: check its permissions.") from error
    except OSError as error:
        raise PhotoError(f"{name} can't be read ({error.strerror}): check the file and its disk.") from error
    return decode_picture(data, name)


def decode_picture(data: bytes, name: str = "The picture") -> Image:
    """The bytes of a picture file as H×W×3 uint8 BGR, upright: EXIF's orientation applied, transparency over white,
    of an animation the first frame, 16 bits scaled to 8, colours in sRGB.

    Raises PhotoError, whose one sentence begins with `name`.
    """
    if not data:
        raise PhotoError(f"{name} is empty: choose another picture.")
    _register_formats()
    try:
        with _open(data) as picture:
            _check_size(picture, name)
            return _to_bgr(picture)
    except (Pillow.DecompressionBombError, Pillow.DecompressionBombWarning) as error:
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
            # Pillow warns of every oddity in a file, on standard error. Once for all, because filters belong to the
            # whole process: putting them back after each picture would go wrong with two threads.
            warnings.filterwarnings("ignore", module=r"PIL\.")
            _registered = True


def _shown(path: Path) -> str:
    """The path as it can be shown in one line."""
    text = printable(str(path))
    return text if len(text) <= LONGEST_NAME else "…" + text[-LONGEST_NAME:]


def _open(data: bytes) -> ImageFile.ImageFile:
    """The picture's header, by the first of FORMATS that knows it: what `PIL.Image.open` does, but it tells a damaged
    picture from none at all, and leaves the size to `_check_size`, which is stricter.

    Raises UnidentifiedImageError if the data begins like none of them, OSError if it begins like one and is not.
    """
    begins_like = ""
    for kind in FORMATS:
        opener, accepts = Pillow.OPEN[kind]
        if accepts is None or accepts(data[:16]) is not True:
            continue
        try:
            return opener(io.BytesIO(data), "")
        except (SyntaxError, IndexError, TypeError, struct.error):
            begins_like = kind
    if begins_like:
        raise OSError(f"begins like {begins_like} and is not")
    raise UnidentifiedImageError("begins like no known format")


def _check_size(picture: Pillow.Image, name: str) -> None:
    width, height = picture.size
    if width * height > MOST_PIXELS:
        raise PhotoError(
            f"{name} has {width}×{height} pixels, more than {MOST_PIXELS // 1_000_000} million: use a smaller copy."
        )


def _to_bgr(picture: ImageFile.ImageFile) -> Image:
    picture.load()
    ImageOps.exif_transpose(picture, in_place=True)
    return np.ascontiguousarray(np.asarray(_to_rgb(picture))[..., ::-1])


def _to_rgb(picture: Pillow.Image) -> Pillow.Image:
    if picture.mode.startswith("I") or picture.mode == "F":
        return _eight_bit(picture).convert("RGB")
    profile = picture.info.get("icc_profile")
    if picture.has_transparency_data:
        layer = picture.convert("RGBA")
        picture = Pillow.new("RGB", layer.size, "white")
        picture.paste(layer, mask=layer)
    return _in_srgb(picture, profile)


def _eight_bit(picture: Pillow.Image) -> Pillow.Image:
    """Grey of 16 or 32 bits, scaled rather than clipped, by the least of the usual ranges that holds all of it: files
    of 16 bits also come with 8 bits in them."""
    values = np.nan_to_num(np.asarray(picture, dtype=np.float32))
    brightest = float(values.max(initial=0))
    ranges = (1.0, 255.0, 65535.0) if picture.mode == "F" else (255.0, 65535.0)
    white = next((white for white in ranges if brightest <= white), brightest)
    return Pillow.fromarray(np.rint(np.clip(values, 0, white) * (255 / white)).astype(np.uint8))


def _in_srgb(picture: Pillow.Image, profile: bytes | None) -> Pillow.Image:
    """RGB, by the picture's own colour profile where it has a sound one (phones give Display P3)."""
    if picture.mode not in ("RGB", "CMYK"):
        picture = picture.convert("RGB")
    if profile:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(picture, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
            if converted is not None:
                return converted
        except Exception:  # Whatever is wrong with the profile: its colours are a nicety, the picture is not.
            log.debug("a colour profile can't be used", exc_info=True)
    return picture if picture.mode == "RGB" else picture.convert("RGB")
