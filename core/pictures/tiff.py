"""TIFF beside Pillow: raw photos that pass for pictures, small copies that stand first.

TIFF 6.0 (Adobe 1992), section 2; for tags of several pictures in a file and of raw photos TIFF/EP (ISO 12234-2), DNG.
"""

import io

from PIL import ImageFile, TiffImagePlugin

from core.pictures.foreign import RAW, foreign

NEW_SUBFILE_TYPE, PHOTOMETRIC, SUB_IFDS, DNG_VERSION = 254, 262, 330, 50706
SMALL_COPY = 1
"""The bit of NewSubfileType that says so of a picture."""
SENSORS = (32803, 34892)
"""Photometric interpretations of what a sensor gave."""


def is_raw(data: bytes) -> bool:
    """Whether it is a camera's raw photo, whose first picture is a small copy for looking through them."""
    if foreign(data) == RAW:
        return True
    is_big = data[2:4] in (b"\x2b\x00", b"\x00\x2b")
    directory = TiffImagePlugin.ImageFileDirectory_v2(data[: 16 if is_big else 8])
    file = io.BytesIO(data)
    file.seek(directory.next)
    directory.load(file)
    return (
        DNG_VERSION in directory
        or directory.get(PHOTOMETRIC) in SENSORS
        or (_is_small_copy(directory) and SUB_IFDS in directory)
    )


def skip_small_copies(picture: ImageFile.ImageFile) -> None:
    """Goes on to the first picture of a TIFF that is not a small copy of another."""
    assert isinstance(picture, TiffImagePlugin.TiffImageFile)
    while _is_small_copy(picture.tag_v2) and picture.tell() + 1 < picture.n_frames:
        picture.seek(picture.tell() + 1)


def _is_small_copy(directory: TiffImagePlugin.ImageFileDirectory_v2) -> bool:
    kind = directory.get(NEW_SUBFILE_TYPE, 0)
    return isinstance(kind, int) and bool(kind & SMALL_COPY)
