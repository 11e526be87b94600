"""Which way up a frame is shown."""

import cv2
import numpy as np
from numpy.typing import NDArray

from core.types import Image

Matrix = NDArray[np.int32]
"""3×3, FFmpeg's display matrix: (x, y, 1) in the frame times the matrix is where that point is shown, y downwards."""


def upright(image: Image, matrix: Matrix | None) -> Image:
    """H×W×3 uint8 as it is to be shown: one of the eight ways to lay a rectangle, the one nearest to the matrix.

    ISO/IEC 14496-12, 6.2.2; None, and a matrix that is none, leave the picture as it is.
    """
    if matrix is None:
        return image
    (a, b), (c, d) = matrix.reshape(3, 3)[:2, :2].tolist()
    if abs(b) + abs(c) > abs(a) + abs(d):
        image = np.asarray(cv2.transpose(image), dtype=np.uint8)
        across, down = c, b
    else:
        across, down = a, d
    match across < 0, down < 0:
        case True, True:
            image = np.asarray(cv2.flip(image, -1), dtype=np.uint8)
        case True, False:
            image = np.asarray(cv2.flip(image, 1), dtype=np.uint8)
        case False, True:
            image = np.asarray(cv2.flip(image, 0), dtype=np.uint8)
    return image
