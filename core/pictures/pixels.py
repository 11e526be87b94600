"""An opened picture → its pixels: upright, sRGB, in OpenCV's channel order. Part by part, as pictures may be huge."""

import io
import logging
from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, ImageCms, ImageFile
from PIL import Image as Pillow

from core.types import Image

PART = 8_000_000
"""Pixels that are converted at once."""

log = logging.getLogger(__name__)


def upright_bgr(picture: ImageFile.ImageFile, smaller: int = 1) -> Image:
    """H×W×3 uint8 BGR, turned as the picture's metadata says. The picture is closed: its memory is needed.

    smaller: only every so many pixels, each the mean of those around it.
    """
    orientation = _orientation(picture)
    to_rgb = _conversion(picture)
    width, height = (-(-side // smaller) for side in picture.size)
    image = np.empty((height, width, 3), np.uint8)
    row = 0
    for part in _parts(picture, smaller):
        rgb = to_rgb(part)
        pixels = np.asarray(rgb.reduce(smaller) if smaller > 1 else rgb)
        image[row : row + len(pixels)] = pixels[..., ::-1]
        row += len(pixels)
    picture.close()
    return np.ascontiguousarray(_turned(image, orientation))


def _parts(picture: Pillow.Image, multiple: int) -> Iterator[Pillow.Image]:
    """The picture in strips from the top, each of a multiple of rows, as far as there are."""
    rows = max(PART // picture.width // multiple, 1) * multiple
    if rows >= picture.height:
        yield picture
        return
    for top in range(0, picture.height, rows):
        yield picture.crop((0, top, picture.width, min(top + rows, picture.height)))


def _orientation(picture: ImageFile.ImageFile) -> int:
    """EXIF's, 1 to 8; without, XMP's. What is in HEIF's metadata has been followed already."""
    if picture.format == "HEIF":
        return 1
    try:
        return int(picture.getexif().get(ExifTags.Base.Orientation, 1))
    except Exception:  # Whatever is wrong with the metadata: the picture is not.
        log.debug("the orientation can't be read", exc_info=True)
        return 1


def _turned(image: Image, orientation: int) -> NDArray[np.uint8]:
    """By EXIF's orientation: first mirrored along the diagonal (5 to 8), then from right to left, then upside down."""
    if orientation in (5, 6, 7, 8):
        image = image.transpose(1, 0, 2)
    if orientation in (2, 3, 6, 7):
        image = image[:, ::-1]
    if orientation in (3, 4, 7, 8):
        image = image[::-1]
    return image


def _conversion(picture: Pillow.Image) -> Callable[[Pillow.Image], Pillow.Image]:
    """How each part of the picture becomes RGB."""
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
    """By the picture's own colour profile where it has a sound one (phones give Display P3)."""
    if profile:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            transform = ImageCms.buildTransform(source, ImageCms.createProfile("sRGB"), mode, "RGB")
            return lambda part: _applied(transform, part)
        except Exception:  # Whatever is wrong with the profile: its colours are a nicety, the picture is not.
            log.debug("a colour profile can't be used", exc_info=True)
    return lambda part: part.convert("RGB")


def _applied(transform: ImageCms.ImageCmsTransform, part: Pillow.Image) -> Pillow.Image:
    converted = ImageCms.applyTransform(part, transform)
    assert converted is not None  # Only in place there is none.
    return converted


def _white(picture: Pillow.Image) -> float:
    """Of grey of 16 or 32 bits the least of the usual ranges that holds all of it: files of 16 bits also come with 8
    bits in them."""
    brightest = max(float(_numbers(part).max(initial=0)) for part in _parts(picture, 1))
    ranges = (1.0, 255.0, 65535.0) if picture.mode == "F" else (255.0, 65535.0)
    return next((white for white in ranges if brightest <= white), brightest)


def _eight_bit(part: Pillow.Image, white: float) -> Pillow.Image:
    return Pillow.fromarray(np.rint(np.clip(_numbers(part), 0, white) * (255 / white)).astype(np.uint8))


def _numbers(part: Pillow.Image) -> NDArray[np.float32]:
    return np.nan_to_num(np.asarray(part, dtype=np.float32))
