"""Tells a cut in a video from movement."""

import cv2
import numpy as np
from numpy.typing import NDArray

from core.pictures.pyramid import Pyramid

SIZE = (32, 18)
CHANGE = 19.0
"""Mean change of luma (0 to 255) of a 32×18 picture, its overall brightness taken away, from which it is a cut."""


class CutDetector:
    """Compares each frame with the one before."""

    def __init__(self) -> None:
        self._before: NDArray[np.float32] | None = None

    def is_cut(self, picture: Pyramid) -> bool:
        """Whether this frame belongs to another scene than the one before."""
        image, _ = picture.at_least(4 * SIZE[0] / picture.image.shape[1])
        small = cv2.cvtColor(cv2.resize(image, SIZE, interpolation=cv2.INTER_AREA), cv2.COLOR_BGR2GRAY)
        now = small.astype(np.float32) - float(small.mean())
        before, self._before = self._before, now
        return before is not None and float(np.abs(now - before).mean()) > CHANGE
