"""Compares tiny pictures of a face from frame to frame, at a hundredth of the cost of an embedding.

They are cropped by the detector's box, which is steadier from frame to frame than the landmarks used for alignment.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from core.pictures.pyramid import Pyramid
from core.types import Box

SIDE = 20
"""Side of a thumbnail in pixels."""
REACH = 1.5
"""Side of the area shown, relative to the longer side of the box, so that hair and outline are included."""
SHIFT = 2
"""Pixels by which one thumbnail is shifted over the other to find the best match, since boxes jitter."""


def thumbnail(picture: Pyramid, box: Box) -> NDArray[np.float32]:
    """20×20 grey values, 0 to 255, of a square around a box; outside the picture, its border pixels are repeated."""
    side = max(*box[2:], 1.0) * REACH
    image, smaller = picture.at_least(SIDE / side)
    scale = SIDE / side * smaller
    left, top = ((start + (size - side) / 2) / smaller for start, size in zip(box[:2], box[2:], strict=True))
    # Pixel centres lie at half-integer coordinates.
    place = np.array([[scale, 0, 0.5 * scale - 0.5 - left * scale], [0, scale, 0.5 * scale - 0.5 - top * scale]])
    small = cv2.warpAffine(image, place, (SIDE, SIDE), borderMode=cv2.BORDER_REPLICATE)
    return cv2.cvtColor(small, cv2.COLOR_BGR2GRAY).astype(np.float32)


def likeness(now: NDArray[np.float32], before: NDArray[np.float32]) -> float:
    """Correlation of two thumbnails at their best shift, -1 to 1."""
    middle = np.ascontiguousarray(before[SHIFT:-SHIFT, SHIFT:-SHIFT])
    return float(cv2.matchTemplate(now, middle, cv2.TM_CCOEFF_NORMED).max())
