"""Writes into pictures, in whatever script a name has."""

import importlib.util
import unicodedata
from functools import cache
from pathlib import Path

import cv2
import numpy as np
from PIL import Image as Pillow
from PIL import ImageDraw, ImageFont

from core.types import Image

WHITE = (255, 255, 255)
JOINED = {"ARABIC", "HEBREW", "SYRIAC", "THAANA", "GEORGIAN", "ARMENIAN"}
"""Scripts that OpenCV's font lacks, or writes from the wrong end; DejaVu Sans, which Matplotlib brings, has them."""
MARGIN = 4
"""Pixels around the letters."""


def plate(text: str, size: int, colour: tuple[int, int, int]) -> Image:
    """Text in white on a plate of that colour (BGR), as H×W×3 uint8; letters are `size` pixels high."""
    # OpenCV crashes on what is no text.
    text = text.encode("utf-8", "replace").decode("utf-8")
    joined = any(unicodedata.name(sign, "").partition(" ")[0] in JOINED for sign in text)
    font = _dejavu(size) if joined else None
    return _by_pillow(text, font, colour) if font else _by_opencv(text, size, colour)


def _by_opencv(text: str, size: int, colour: tuple[int, int, int]) -> Image:
    font = cv2.FontFace("uni")
    left, top, width, height = cv2.getTextSize((0, 0), text, (0, 0), font, size)
    picture = np.full((height + 2 * MARGIN, max(left + width, 1) + 2 * MARGIN, 3), colour, np.uint8)
    cv2.putText(picture, text, (MARGIN, MARGIN - top), WHITE, font, size)
    return picture


def _by_pillow(text: str, font: ImageFont.FreeTypeFont, colour: tuple[int, int, int]) -> Image:
    left, top, right, bottom = (round(side) for side in font.getbbox(text))
    picture = Pillow.new("RGB", (right - left + 2 * MARGIN, bottom - top + 2 * MARGIN), colour)
    ImageDraw.Draw(picture).text((MARGIN - left, MARGIN - top), text, fill=WHITE, font=font)
    return np.array(picture, dtype=np.uint8)


@cache
def _dejavu(size: int) -> ImageFont.FreeTypeFont | None:
    matplotlib = importlib.util.find_spec("matplotlib")
    folder = Path(matplotlib.origin).parent if matplotlib and matplotlib.origin else Path()
    try:
        return ImageFont.truetype(folder / "mpl-data" / "fonts" / "ttf" / "DejaVuSans.ttf", round(size * 0.9))
    except OSError:
        return None
