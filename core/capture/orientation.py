"""Turns video frames upright by FFmpeg's display matrix."""

import cv2
import numpy as np
from numpy.typing import NDArray

from core.types import Image

Matrix = NDArray[np.int32]
"""FFmpeg's display matrix, 3×3: the row vector (x, y, 1) of a frame's point times it is where that is shown; y down."""


def upright(image: Image, matrix: Matrix | None) -> Image:
    """H×W×3 uint8 turned for display: by whichever of the eight rotations and reflections is nearest to the matrix.

    See ISO/IEC 14496-12, 6.2.2. Without a matrix, or with one of zeros, the picture is unchanged.
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
