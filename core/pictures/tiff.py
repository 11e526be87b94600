"""TIFF details that Pillow doesn't handle: raw photos stored as TIFF, and thumbnails stored before the picture.

TIFF 6.0 (Adobe 1992), section 2; TIFF/EP (ISO 12234-2) and DNG for the tags of raw photos and of several pictures.
"""

import io

from PIL import ImageFile, TiffImagePlugin

from core.pictures.foreign import RAW, foreign

NEW_SUBFILE_TYPE, PHOTOMETRIC, SUB_IFDS, DNG_VERSION = 254, 262, 330, 50706
THUMBNAIL = 1
"""The bit of NewSubfileType that marks a reduced copy of another picture."""
SENSOR_DATA = (32803, 34892)
"""Photometric interpretations of raw sensor data: colour filter array, linear raw."""


def is_raw(data: bytes) -> bool:
    """Whether the file is a camera's raw photo, whose first picture is only a thumbnail."""
    if foreign(data) == RAW:
        return True
    is_big = data[2:4] in (b"\x2b\x00", b"\x00\x2b")
    directory = TiffImagePlugin.ImageFileDirectory_v2(data[: 16 if is_big else 8])
    file = io.BytesIO(data)
    file.seek(directory.next)
    directory.load(file)
    return (
        DNG_VERSION in directory
        or directory.get(PHOTOMETRIC) in SENSOR_DATA
        or (_is_thumbnail(directory) and SUB_IFDS in directory)
    )


def skip_small_copies(picture: ImageFile.ImageFile) -> None:
    """Seeks to the first picture of a TIFF that is not a thumbnail of another."""
    assert isinstance(picture, TiffImagePlugin.TiffImageFile)
    while _is_thumbnail(picture.tag_v2) and picture.tell() + 1 < picture.n_frames:
        picture.seek(picture.tell() + 1)


def _is_thumbnail(directory: TiffImagePlugin.ImageFileDirectory_v2) -> bool:
    kind = directory.get(NEW_SUBFILE_TYPE, 0)
    return isinstance(kind, int) and bool(kind & THUMBNAIL)
