"""Paints over aligned crops what hides a face or spoils its light, to learn what that does to the embedding.

Each function takes a crop from `align` (168×168×3 uint8 BGR, landmarks at the reference positions) and a random
generator, and returns a new crop. The results needn't look real: masks of all colours affect the encoder much alike.
"""

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from core.faces.alignment import MARGIN, REFERENCE_LANDMARKS
from core.types import CROP_SIZE, Image

Hiding = Callable[[Image, np.random.Generator], Image]

RIGHT_EYE, LEFT_EYE, NOSE, RIGHT_MOUTH, LEFT_MOUTH = REFERENCE_LANDMARKS + MARGIN
MOUTH = (RIGHT_MOUTH + LEFT_MOUTH) / 2
MASKS = ((235, 235, 235), (220, 190, 150), (40, 40, 40), (200, 160, 90), (180, 200, 180), (120, 90, 160))
"""Common colours of masks, BGR."""


def masked(crop: Image, rng: np.random.Generator) -> Image:
    """A mask over nose, mouth and chin."""
    wide, high = rng.uniform(-4, 6), rng.uniform(-6, 6)
    places = (RIGHT_EYE, NOSE, NOSE, NOSE, LEFT_EYE, LEFT_MOUTH, LEFT_MOUTH, MOUTH, RIGHT_MOUTH, RIGHT_MOUTH)
    offsets = (
        *((-16 - wide, 18 + rng.uniform(-3, 6)), (-10, -12 + high / 2), (0, -10 + high), (10, -12 + high / 2)),
        *((16 + wide, 18 + rng.uniform(-3, 6)), (18 + wide, 6), (4, 30), (0, 36), (-4, 30), (-18 - wide, 6)),
    )
    colour = np.array(MASKS[rng.integers(len(MASKS))]) + rng.normal(0, 15, 3)
    return _painted(crop, np.array(places) + offsets, colour, rng)


def in_dark_glasses(crop: Image, rng: np.random.Generator) -> Image:
    """Two dark lenses and the bridge between them."""
    colour = np.array([25, 25, 30]) + rng.normal(0, 12, 3)
    across, down = rng.uniform(12, 18), rng.uniform(9, 15)
    angles = np.linspace(0, 2 * np.pi, 24)[:-1]
    round_square = np.stack([np.cos(angles), np.sin(angles)], 1)
    round_square = np.sign(round_square) * np.abs(round_square) ** 0.7 * (across, down)
    for eye in (RIGHT_EYE, LEFT_EYE):
        crop = _painted(crop, round_square + eye + np.array((0, 3)), colour, rng)
    bridge = np.array((RIGHT_EYE, LEFT_EYE, LEFT_EYE, RIGHT_EYE)) - np.array(((0, 4), (0, 4), (0, 0), (0, 0)))
    return _painted(crop, bridge, colour, rng)


def half_hidden(crop: Image, rng: np.random.Generator) -> Image:
    """One half covered: by a door, another person, the picture's edge."""
    middle, side = CROP_SIZE / 2 + rng.uniform(-8, 8), CROP_SIZE
    first, last = (0, middle) if rng.random() < 0.5 else (middle, side)
    outline = np.array([(first, 0), (last, 0), (last, side), (first, side)])
    return _painted(crop, outline, rng.uniform(20, 200, 3), rng)


def brow_hidden(crop: Image, rng: np.random.Generator) -> Image:
    """A hat, a hood or hair, down to the eyes."""
    left, right = (float(RIGHT_EYE[1]) - rng.uniform(-3, 10) for _ in range(2))
    outline = np.array([(0, 0), (CROP_SIZE, 0), (CROP_SIZE, right), (0, left)])
    return _painted(crop, outline, rng.uniform(20, 200, 3), rng)


def lit_from_the_side(crop: Image, rng: np.random.Generator) -> Image:
    """One side in the light, the other in shadow."""
    across = np.linspace(-1, 1, CROP_SIZE) * (1 if rng.random() < 0.5 else -1)
    dark = rng.uniform(0.02, 0.2)
    light = dark + (1 - dark) / (1 + np.exp(-rng.uniform(2.5, 8) * (across + rng.uniform(-0.1, 0.1))))
    return _bytes(crop * light[None, :, None] * rng.uniform(1.0, 1.3))


def noisy(crop: Image, rng: np.random.Generator) -> Image:
    """Noise of a sensor that gets hardly any light."""
    return _bytes(crop + rng.normal(0, rng.uniform(20, 45), crop.shape))


def noisy_sepia(crop: Image, rng: np.random.Generator) -> Image:
    """A noisy sepia tone, as in an old photograph or from an infrared camera."""
    grey = cv2.cvtColor(crop, cv2.COLOR_BGR2GRAY) + rng.normal(0, rng.uniform(15, 35), crop.shape[:2])
    return _bytes(grey[..., None] * np.array([rng.uniform(0.5, 1), rng.uniform(0.75, 1), 1.0]))


def nearly_dark(crop: Image, rng: np.random.Generator) -> Image:
    """A twelfth to a fifth of the light, with the noise that comes with it."""
    return _bytes(crop * rng.uniform(0.08, 0.2) + rng.normal(0, 4, crop.shape))


HIDINGS: dict[str, Hiding] = {
    "mask": masked,
    "dark glasses": in_dark_glasses,
    "half": half_hidden,
    "brow": brow_hidden,
    "side light": lit_from_the_side,
    "noise": noisy,
    "sepia": noisy_sepia,
    "darkness": nearly_dark,
}


def _painted(crop: Image, outline: NDArray[np.float64], colour: NDArray[np.float64], rng: np.random.Generator) -> Image:
    """Fills a polygon with one colour, lit like the face, uneven like cloth and with a soft edge."""
    inside = np.zeros(crop.shape[:2], np.float32)
    cv2.fillPoly(inside, [np.rint(outline * 8).astype(np.int32)], 1.0, cv2.LINE_AA, 3)
    inside = np.asarray(cv2.GaussianBlur(inside, (0, 0), 1.0))
    luma = cv2.GaussianBlur(cv2.cvtColor(crop, cv2.COLOR_BGR2GRAY), (0, 0), 6).astype(np.float32)
    light = np.clip(0.6 + 0.4 * luma / max(float(luma.mean()), 1.0), 0.4, 1.4)
    folds = cv2.GaussianBlur(rng.normal(0, 1, crop.shape[:2]).astype(np.float32), (0, 0), 8)
    folds = folds * (10 / max(float(np.abs(folds).max()), 1e-6))
    cloth = colour * light[..., None] + folds[..., None] + rng.normal(0, 3, crop.shape)
    return _bytes(crop * (1 - inside[..., None]) + cloth * inside[..., None])


def _bytes(values: NDArray[np.floating]) -> Image:
    return np.asarray(np.rint(np.clip(values, 0, 255)), np.uint8)
