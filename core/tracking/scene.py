"""Tells a cut in a video from movement."""

import cv2
import numpy as np
from numpy.typing import NDArray

from core.pictures.pyramid import Pyramid

SIZE = (32, 18)
CHANGE = 19.0
"""Mean absolute difference in luma (0 to 255) between successive frames above which there is a cut. Each frame is
shrunk to 32×18 and its mean luma subtracted."""


class CutDetector:
    """Compares each frame with the one before."""

    def __init__(self) -> None:
        self._before: NDArray[np.float32] | None = None

    def is_cut(self, picture: Pyramid) -> bool:
        """Whether this frame shows another scene than the frame before; False for the first frame."""
        image, _ = picture.at_least(4 * SIZE[0] / picture.image.shape[1])
        small = cv2.cvtColor(cv2.resize(image, SIZE, interpolation=cv2.INTER_AREA), cv2.COLOR_BGR2GRAY)
        now = small.astype(np.float32) - float(small.mean())
        before, self._before = self._before, now
        return before is not None and float(np.abs(now - before).mean()) > CHANGE
