"""Does a face still look as it did a frame ago? Tiny pictures tell, for a hundredth of what an embedding takes.

Cut out by the detector's box: it is steadier from frame to frame than the landmarks, by which faces are aligned.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from core.pictures.pyramid import Pyramid
from core.types import Box

SIDE = 20
REACH = 1.5
"""Side of what is shown, in sides of the box: hair and outline too."""
SHIFT = 2
"""Pixels by which two thumbnails are shifted against each other to find where they agree best: boxes jitter."""


def thumbnail(picture: Pyramid, box: Box) -> NDArray[np.float32]:
    """20×20 grey values, 0 to 255, around a box in the picture's pixels; beyond its border its edge is repeated."""
    side = max(*box[2:], 1.0) * REACH
    image, smaller = picture.at_least(SIDE / side)
    scale = SIDE / side * smaller
    left, top = ((start + (size - side) / 2) / smaller for start, size in zip(box[:2], box[2:], strict=True))
    # A pixel's centre is at half a pixel.
    place = np.array([[scale, 0, 0.5 * scale - 0.5 - left * scale], [0, scale, 0.5 * scale - 0.5 - top * scale]])
    small = cv2.warpAffine(image, place, (SIDE, SIDE), borderMode=cv2.BORDER_REPLICATE)
    return cv2.cvtColor(small, cv2.COLOR_BGR2GRAY).astype(np.float32)


def likeness(now: NDArray[np.float32], before: NDArray[np.float32]) -> float:
    """Correlation of two thumbnails, -1 to 1, where they agree best."""
    middle = np.ascontiguousarray(before[SHIFT:-SHIFT, SHIFT:-SHIFT])
    return float(cv2.matchTemplate(now, middle, cv2.TM_CCOEFF_NORMED).max())
