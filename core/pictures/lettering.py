"""Draws text into pictures, in any script."""

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
DEJAVU_SCRIPTS = {"ARABIC", "HEBREW", "SYRIAC", "THAANA", "GEORGIAN", "ARMENIAN"}
"""Scripts that OpenCV's font lacks or draws in the wrong direction, drawn in Matplotlib's DejaVu Sans instead."""
MARGIN = 4
"""Pixels around the letters."""


def plate(text: str, size: int, colour: tuple[int, int, int]) -> Image:
    """White text on a plain background, as H×W×3 uint8. size: of the letters in pixels. colour: background, BGR."""
    # OpenCV crashes on lone surrogates.
    text = text.encode("utf-8", "replace").decode("utf-8")
    needs_dejavu = any(unicodedata.name(sign, "").partition(" ")[0] in DEJAVU_SCRIPTS for sign in text)
    font = _dejavu(size) if needs_dejavu else None
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
