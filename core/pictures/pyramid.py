"""A picture at full size, half, a quarter and so on, for steps that need fewer pixels. Levels average all pixels."""

import cv2
import numpy as np

from core.types import Image


class Pyramid:
    """Computes each level on first use. Not thread-safe."""

    def __init__(self, image: Image) -> None:
        """image: H×W×3 uint8 BGR."""
        self._levels = [image]

    @property
    def image(self) -> Image:
        """The picture at full size."""
        return self._levels[0]

    def at_least(self, scale: float) -> tuple[Image, int]:
        """The smallest level that is at least `scale` times the picture's size, and the factor it is reduced by."""
        level = 0
        while scale <= 0.5 ** (level + 1) and min(self._level(level).shape[:2]) >= 2:
            level += 1
        return self._level(level), 2**level

    def _level(self, number: int) -> Image:
        while len(self._levels) <= number:
            above = self._levels[-1]
            rows, columns = above.shape[0] // 2, above.shape[1] // 2
            whole = above[: 2 * rows, : 2 * columns]
            half = cv2.resize(whole, (columns, rows), interpolation=cv2.INTER_AREA)
            self._levels.append(np.asarray(half, np.uint8))
        return self._levels[number]
