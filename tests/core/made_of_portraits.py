"""Pictures and a clip made of the two portraits that ship, so that nobody needs other people's pictures to test."""

from pathlib import Path

import cv2
import numpy as np

from core.pictures.reading import read_picture
from core.types import Box, Image
from tests.core.capture.made import make_video

COLLINS, HOPPER = "Eileen Collins", "Grace Hopper"
SIDES = (64, 100, 160, 250, 400)
"""Pixels across a head in the group picture; its face is half as wide."""
MOMENTS = [number / 20 for number in range(40)]
"""Of the clip's frames, in seconds."""


def heads(portraits: Path) -> dict[str, Image]:
    """Each as a square."""
    collins, hopper = (read_picture(portraits / name) for name in ("eileen_collins.png", "grace_hopper.jpg"))
    return {COLLINS: collins[20:330, 86:396], HOPPER: hopper[30:430, 66:466]}


def scaled(head: Image, side: int) -> Image:
    return np.asarray(cv2.resize(head, (side, side), interpolation=cv2.INTER_AREA), np.uint8)


def group(heads: dict[str, Image]) -> tuple[Image, list[tuple[str, Box]]]:
    """Both at every size, side by side; and where each head is."""
    picture = np.full((2 * SIDES[-1] + 60, sum(SIDES) + 20 * len(SIDES) + 20, 3), (96, 110, 104), np.uint8)
    places: list[tuple[str, Box]] = []
    for row, (name, head) in enumerate(heads.items()):
        left, top = 20, 20 + row * (SIDES[-1] + 20)
        for side in SIDES if row == 0 else SIDES[::-1]:
            picture[top : top + side, left : left + side] = scaled(head, side)
            places.append((name, (left, top, side, side)))
            left += side + 20
    return picture, places


def webcam(head: Image, side: int = 90) -> Image:
    """As a poor webcam gives it: small, blurred, dark, noisy, and as a JPEG of low quality."""
    picture = np.full((240, 320, 3), (70, 80, 76), np.uint8)
    picture[60 : 60 + side, 110 : 110 + side] = scaled(head, side)
    dark = cv2.GaussianBlur(picture, (3, 3), 0.8) * 0.6
    noisy = np.clip(dark + np.random.default_rng(0).normal(0, 6, dark.shape), 0, 255).astype(np.uint8)
    written = cv2.imencode(".jpg", noisy, [cv2.IMWRITE_JPEG_QUALITY, 50])[1]
    return np.asarray(cv2.imdecode(written, cv2.IMREAD_COLOR), np.uint8)


def moving(heads: dict[str, Image], moment: float) -> Image:
    """Collins goes from left to right and comes nearer, Hopper from right to left below her and goes away."""
    picture = np.full((480, 640, 3), (90, 104, 98), np.uint8)
    share = moment / MOMENTS[-1]
    for head, left, top, side in (
        (heads[COLLINS], 10 + 380 * share, 10, 140 + 80 * share),
        (heads[HOPPER], 420 - 380 * share, 250, 210 - 70 * share),
    ):
        x, y, width = round(left), round(top), round(side)
        picture[y : y + width, x : x + width] = scaled(head, width)
    return picture


def clip(heads: dict[str, Image], file: Path) -> Path:
    """Two seconds, as MPEG-4."""
    return make_video(file, [moving(heads, moment) for moment in MOMENTS], MOMENTS)
