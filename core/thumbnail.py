"""Does a face still look as it did a frame ago? Tiny pictures tell, for a hundredth of what an embedding takes.

Cut out by the detector's box: it is steadier from frame to frame than the landmarks, by which faces are aligned.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from core.types import Box, Image

SIDE = 20
REACH = 1.5
"""Side of what is shown, in sides of the box: hair and outline too."""
SHIFT = 2
"""Pixels by which two thumbnails are shifted against each other to find where they agree best: boxes jitter."""


def thumbnail(image: Image, box: Box) -> NDArray[np.float32]:
    """image: H×W×3 uint8 BGR. Returns 20×20 grey values, 0 to 255; beyond the picture's border its edge is repeated."""
    x, y, width, height = box
    half = max(width, height, 1.0) * REACH / 2
    left, right = round(x + width / 2 - half), round(x + width / 2 + half)
    top, bottom = round(y + height / 2 - half), round(y + height / 2 + half)
    rows, columns = image.shape[:2]
    x0, y0 = min(max(left, 0), columns - 1), min(max(top, 0), rows - 1)
    x1, y1 = min(max(right, x0 + 1), columns), min(max(bottom, y0 + 1), rows)
    grey = cv2.cvtColor(image[y0:y1, x0:x1], cv2.COLOR_BGR2GRAY)
    if (x0, y0, x1, y1) != (left, top, right, bottom):
        missing = (max(y0 - top, 0), max(bottom - y1, 0), max(x0 - left, 0), max(right - x1, 0))
        grey = cv2.copyMakeBorder(grey, *missing, cv2.BORDER_REPLICATE)
    return cv2.resize(grey, (SIDE, SIDE), interpolation=cv2.INTER_AREA).astype(np.float32)


def likeness(now: NDArray[np.float32], before: NDArray[np.float32]) -> float:
    """Correlation of two thumbnails, -1 to 1, where they agree best."""
    middle = np.ascontiguousarray(before[SHIFT:-SHIFT, SHIFT:-SHIFT])
    return float(cv2.matchTemplate(now, middle, cv2.TM_CCOEFF_NORMED).max())
