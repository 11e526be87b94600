"""Converts an opened picture to pixels: upright, sRGB, BGR. It goes strip by strip, since pictures may be huge."""

import io
import logging
from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, ImageCms, ImageFile
from PIL import Image as Pillow

from core.types import Image

STRIP = 8_000_000
"""Pixels converted at once."""

log = logging.getLogger(__name__)


def upright_bgr(picture: ImageFile.ImageFile, smaller: int = 1) -> Image:
    """H×W×3 uint8 BGR, turned upright as the picture's metadata says. Closes the picture to free its memory.

    smaller: factor to reduce width and height by, averaging pixels.
    """
    orientation = _orientation(picture)
    to_rgb = _conversion(picture)
    width, height = (-(-side // smaller) for side in picture.size)
    image = np.empty((height, width, 3), np.uint8)
    row = 0
    for strip in _strips(picture, smaller):
        rgb = to_rgb(strip)
        pixels = np.asarray(rgb.reduce(smaller) if smaller > 1 else rgb)
        image[row : row + len(pixels)] = pixels[..., ::-1]
        row += len(pixels)
    picture.close()
    return np.ascontiguousarray(_turned(image, orientation))


def _strips(picture: Pillow.Image, multiple: int) -> Iterator[Pillow.Image]:
    """The picture in strips from the top. Their height is a multiple of `multiple`, except for the last."""
    rows = max(STRIP // picture.width // multiple, 1) * multiple
    if rows >= picture.height:
        yield picture
        return
    for top in range(0, picture.height, rows):
        yield picture.crop((0, top, picture.width, min(top + rows, picture.height)))


def _orientation(picture: ImageFile.ImageFile) -> int:
    """The orientation by EXIF, or else XMP, 1 to 8. HEIF pictures are turned already when they are decoded."""
    if picture.format == "HEIF":
        return 1
    try:
        return int(picture.getexif().get(ExifTags.Base.Orientation, 1))
    except Exception:  # Damaged metadata doesn't make the picture unusable.
        log.debug("the orientation can't be read", exc_info=True)
        return 1


def _turned(image: Image, orientation: int) -> NDArray[np.uint8]:
    """Applies an EXIF orientation: transposes first (5 to 8), then flips horizontally, then vertically."""
    if orientation in (5, 6, 7, 8):
        image = image.transpose(1, 0, 2)
    if orientation in (2, 3, 6, 7):
        image = image[:, ::-1]
    if orientation in (3, 4, 7, 8):
        image = image[::-1]
    return image


def _conversion(picture: Pillow.Image) -> Callable[[Pillow.Image], Pillow.Image]:
    """The function that converts a strip of this picture to RGB."""
    if picture.mode.startswith("I") or picture.mode == "F":
        white = _white(picture)
        return lambda part: _eight_bit(part, white).convert("RGB")
    if picture.mode == "LAB":
        transform = ImageCms.buildTransform(ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB"), "LAB", "RGB")
        return lambda part: _applied(transform, part)
    opaque = _over_white if picture.has_transparency_data else _rgb_or_cmyk
    to_srgb = _to_srgb(picture.info.get("icc_profile"), opaque(picture.crop((0, 0, 1, 1))).mode)
    return lambda part: to_srgb(opaque(part))


def _over_white(part: Pillow.Image) -> Pillow.Image:
    layer = part.convert("RGBA")
    flat = Pillow.new("RGB", layer.size, "white")
    flat.paste(layer, mask=layer)
    return flat


def _rgb_or_cmyk(part: Pillow.Image) -> Pillow.Image:
    return part if part.mode in ("RGB", "CMYK") else part.convert("RGB")


def _to_srgb(profile: bytes | None, mode: str) -> Callable[[Pillow.Image], Pillow.Image]:
    """The conversion to sRGB by the picture's colour profile, if it has a valid one (phones embed Display P3)."""
    if profile:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            transform = ImageCms.buildTransform(source, ImageCms.createProfile("sRGB"), mode, "RGB")
            return lambda part: _applied(transform, part)
        except Exception:  # A damaged profile costs exact colours, not the picture.
            log.debug("a colour profile can't be used", exc_info=True)
    return lambda part: part.convert("RGB")


def _applied(transform: ImageCms.ImageCmsTransform, part: Pillow.Image) -> Pillow.Image:
    converted = ImageCms.applyTransform(part, transform)
    assert converted is not None  # It is None only for conversions in place.
    return converted


def _white(picture: Pillow.Image) -> float:
    """The value of white in a grey picture of 16 or 32 bits: the smallest usual range that holds all its values.

    Some files of 16 bits hold values of 8.
    """
    brightest = max(float(_numbers(strip).max(initial=0)) for strip in _strips(picture, 1))
    ranges = (1.0, 255.0, 65535.0) if picture.mode == "F" else (255.0, 65535.0)
    return next((white for white in ranges if brightest <= white), brightest)


def _eight_bit(part: Pillow.Image, white: float) -> Pillow.Image:
    return Pillow.fromarray(np.rint(np.clip(_numbers(part), 0, white) * (255 / white)).astype(np.uint8))


def _numbers(part: Pillow.Image) -> NDArray[np.float32]:
    return np.nan_to_num(np.asarray(part, dtype=np.float32))
