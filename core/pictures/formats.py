"""Recognises a picture's format and opens it: reads the header, but no pixels yet."""

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
"""Formats that are decoded, tried in this order. Pillow's rarer decoders would only give attackers more to exploit."""

_register_lock = threading.Lock()
_registered = False


class DamagedError(Exception):
    """A file that starts like one of `FORMATS` but can't be opened: damaged, or an unusual variant."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


class ForeignError(Exception):
    """An intact file of a kind that is not read. `what` is "a PDF", `remedy` "export it as a JPEG"."""

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(what, remedy)
        self.what, self.remedy = what, remedy


def open_picture(data: bytes) -> ImageFile.ImageFile:
    """Opens a picture with the first of `FORMATS` that accepts it.

    Unlike `PIL.Image.open`, it distinguishes a damaged picture from a file that is no picture, and sets no limit on
    the size. Raises ForeignError for another kind of file, DamagedError if the file starts like one of `FORMATS` but
    can't be opened, UnidentifiedImageError if its beginning is unknown.
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
            # Pillow warns about every oddity in a file, and logs it, on standard error. The warning filter is never
            # restored: it belongs to the whole process, so restoring it after each picture would fail with two threads.
            warnings.filterwarnings("ignore", module=r"PIL\.")
            logging.getLogger("PIL").setLevel(logging.CRITICAL)
            _registered = True


def _open(kind: str, data: bytes) -> ImageFile.ImageFile:
    return Pillow.OPEN[kind][0](io.BytesIO(data), "")


def _open_jpeg(kind: str, data: bytes) -> ImageFile.ImageFile:
    coding = jpeg.coding_of(data)
    if coding and (coding.lossless or coding.bits != 8):
        what = "a lossless JPEG" if coding.lossless else f"a JPEG with {coding.bits} bits per channel"
        raise ForeignError(what, "export it as an ordinary JPEG")
    return _open(kind, jpeg.with_end(data))


def _open_png(kind: str, data: bytes) -> ImageFile.ImageFile:
    if data[12:16] == b"CgBI":
        raise ForeignError("a PNG for iPhone apps", EXPORT)
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
