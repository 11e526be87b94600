"""The demo scene: two portraits that move and turn, near and far, in changing light. It needs no camera.

Each frame depends on its number alone, so that every run is the same.
"""

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from core.capture.source import Kind, Source
from core.pictures.reading import read_picture
from core.system.paths import ASSETS
from core.types import Image

WIDTH, HEIGHT, FPS = 1280, 720, 30.0
CARD_HEIGHT = 400
"""Height of a portrait in pixels, before it is scaled for its distance."""
LOOP = 600
"""Frames until the scene repeats: 20 seconds."""


@dataclass(frozen=True, slots=True, eq=False)
class _Portrait:
    file: str
    crop: tuple[int, int, int, int]
    """Head and shoulders in the picture file: x, y, width, height in pixels."""
    home: tuple[float, float]
    """Centre of its movement, as fractions of the scene's width and height."""
    phase: float
    """Phase of its movement, as a fraction of a turn."""


PORTRAITS = (
    _Portrait("eileen_collins.png", (96, 0, 270, 330), (0.29, 0.52), 0.0),
    _Portrait("grace_hopper.jpg", (96, 20, 330, 404), (0.71, 0.52), 0.43),
)


class DemoScene(Source):
    """An endless scene of 1280×720 pixels at 30 frames per second."""

    kind = Kind.DEMO
    name = "Demo scene"
    fps = FPS

    def __init__(self) -> None:
        super().__init__()
        self._number = 0
        self._cards: list[tuple[_Portrait, NDArray[np.float32]]] = []
        self._background: Image = np.zeros((HEIGHT, WIDTH, 3), np.uint8)

    def _open(self) -> None:
        """Reads the two portraits."""
        self._cards = [(portrait, _card(portrait)) for portrait in PORTRAITS]
        self._background = _background()

    def _read(self) -> tuple[Image, float] | None:
        number = self._number
        self._number += 1
        self.end = self._number / FPS
        return self.frame(number), number / FPS

    def frame(self, number: int) -> Image:
        """One frame of the scene, 720×1280×3 uint8 BGR."""
        turn = 2 * math.pi * (number % LOOP) / LOOP
        scene = self._background.copy()
        for portrait, card in self._cards:
            _paint(scene, card, portrait, turn)
        light = 0.86 + 0.22 * math.sin(3 * turn)
        warmth = 0.06 * math.sin(2 * turn + 1)
        gains = light * np.array([1 - warmth, 1, 1 + warmth])
        table = np.clip(np.arange(256)[:, None] * gains, 0, 255).astype(np.uint8)
        return np.asarray(cv2.LUT(scene, table[None]), dtype=np.uint8)

    def _let_go(self) -> None:
        self._cards = []

    def fresh(self) -> "DemoScene":
        """A new scene, from the beginning."""
        return DemoScene()


def _card(portrait: _Portrait) -> NDArray[np.float32]:
    """H×W×4 float32: the portrait in BGR, and its opacity, 0 to 1: an oval with a soft edge."""
    x, y, width, height = portrait.crop
    part = read_picture(ASSETS / "portraits" / portrait.file)[y : y + height, x : x + width]
    columns, rows = round(width * CARD_HEIGHT / height), CARD_HEIGHT
    picture = cv2.resize(part, (columns, rows), interpolation=cv2.INTER_CUBIC)
    oval = np.zeros((rows, columns), np.float32)
    cv2.ellipse(oval, (columns // 2, rows // 2), (columns // 2 - 12, rows // 2 - 12), 0, 0, 360, 1.0, -1)
    return np.dstack([picture, cv2.GaussianBlur(oval, (0, 0), 6)]).astype(np.float32)


def _background() -> Image:
    """A plain wall, lit from above, darker towards the floor and the corners."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    glow = np.exp(-(((x - WIDTH / 2) / 700) ** 2 + ((y - HEIGHT * 0.35) / 420) ** 2))
    wall = np.array([118, 108, 96], np.float32) * (0.55 + 0.55 * glow[..., None])
    return np.asarray(wall, dtype=np.uint8)


def _paint(scene: Image, card: NDArray[np.float32], portrait: _Portrait, turn: float) -> None:
    """Draws one portrait into the scene in perspective, turned about its vertical axis."""
    angle = turn + 2 * math.pi * portrait.phase
    size = 0.95 + 0.6 * math.sin(angle)
    yaw = math.radians(24) * math.sin(2 * angle)
    roll = math.radians(6) * math.sin(3 * angle)
    rows, columns = card.shape[:2]
    x = WIDTH * portrait.home[0] + 70 * math.sin(2 * angle + 1)
    y = HEIGHT * portrait.home[1] + 40 * math.sin(3 * angle)
    corners = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)], float) * (columns / 2, rows / 2) * size
    depth = 1 + corners[:, 0] * math.sin(yaw) / 1400
    flat = np.column_stack([corners[:, 0] * math.cos(yaw), corners[:, 1]]) / depth[:, None]
    rotation = np.array([[math.cos(roll), math.sin(roll)], [-math.sin(roll), math.cos(roll)]])
    target = (flat @ rotation + (x, y)).astype(np.float32)
    left, top = np.clip(np.floor(target.min(axis=0)).astype(int), 0, (WIDTH, HEIGHT))
    right, bottom = np.clip(np.ceil(target.max(axis=0)).astype(int) + 1, 0, (WIDTH, HEIGHT))
    if right <= left or bottom <= top:
        return
    source = np.array([(0, 0), (columns, 0), (columns, rows), (0, rows)], np.float32)
    transform = cv2.getPerspectiveTransform(source, target - np.array([left, top], np.float32))
    warped = cv2.warpPerspective(card, transform, (int(right - left), int(bottom - top)), flags=cv2.INTER_LINEAR)
    part = scene[top:bottom, left:right]
    part[:] = part + (warped[..., :3] - part) * warped[..., 3:]
