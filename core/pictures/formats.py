"""Which of the formats that are read a picture's bytes are, and the picture opened: its header, no pixel yet."""

import io
import logging
import struct
import threading
import warnings

from PIL import Image as Pillow
from PIL import ImageFile, UnidentifiedImageError

from core.pictures import jpeg, png, tiff
from core.pictures.foreign import EXPORT, RAW, foreign

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "PPM", "AVIF", "HEIF")
"""What is decoded at all; Pillow's rarer decoders would only widen the way in for an attacker."""

_register_lock = threading.Lock()
_registered = False


class DamagedError(Exception):
    """A file that begins like a format and is not, or is an unusual kind of it."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


class ForeignError(Exception):
    """A file that is whole, but of a kind that is not read."""

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(what, remedy)
        self.what, self.remedy = what, remedy


def open_picture(data: bytes) -> ImageFile.ImageFile:
    """The picture's header, by the first of FORMATS that knows it: what `PIL.Image.open` does, but it tells a damaged
    picture from none at all, and leaves the size to who decodes it.

    Raises ForeignError for what is of another kind, DamagedError if it begins like a format and is not,
    UnidentifiedImageError if it begins like nothing known.
    """
    _register_formats()
    begins_like = ""
    for kind in FORMATS:
        accepts = Pillow.OPEN[kind][1]
        if accepts is None or accepts(data[:16]) is not True:
            continue
        try:
            return _OPENERS.get(kind, _open)(kind, data)
        except (SyntaxError, IndexError, TypeError, ValueError, EOFError, OSError, struct.error):
            begins_like = kind
    if begins_like:
        raise DamagedError(begins_like)
    if told := foreign(data):
        raise ForeignError(*told)
    raise UnidentifiedImageError("begins like no known format")


def _register_formats() -> None:
    global _registered
    with _register_lock:
        if not _registered:
            import pillow_heif

            Pillow.init()
            pillow_heif.register_heif_opener()
            # Pillow warns of every oddity in a file, and logs it, on standard error. Once for all, because filters
            # belong to the whole process: putting them back after each picture would go wrong with two threads.
            warnings.filterwarnings("ignore", module=r"PIL\.")
            logging.getLogger("PIL").setLevel(logging.CRITICAL)
            _registered = True


def _open(kind: str, data: bytes) -> ImageFile.ImageFile:
    return Pillow.OPEN[kind][0](io.BytesIO(data), "")


def _open_jpeg(kind: str, data: bytes) -> ImageFile.ImageFile:
    coding = jpeg.coding_of(data)
    if coding and (coding.lossless or coding.bits != 8):
        how = "lossless JPEG" if coding.lossless else f"JPEG of {coding.bits} bits"
        raise ForeignError(f"a {how}", f"{EXPORT} of 8 bits")
    return _open(kind, jpeg.with_end(data))


def _open_png(kind: str, data: bytes) -> ImageFile.ImageFile:
    if data[12:16] == b"CgBI":
        raise ForeignError("a PNG made for programs of iPhones", EXPORT)
    needed, profile = png.essential(data)
    picture = _open(kind, needed)
    if profile:
        picture.info["icc_profile"] = profile
    return picture


def _open_tiff(kind: str, data: bytes) -> ImageFile.ImageFile:
    if tiff.is_raw(data):
        raise ForeignError(*RAW)
    picture = _open(kind, data)
    tiff.skip_small_copies(picture)
    return picture


_OPENERS = {"JPEG": _open_jpeg, "PNG": _open_png, "TIFF": _open_tiff}
