"""Faces in a picture → upright crops of 168×168 pixels, whose central 112×112 is the face as SFace was trained on it.

The surroundings (hair, ears, chin) are for encoders that use them: networks trained from scratch on few people rely on
them. Each encoder takes the central part it needs, so one gallery's crops serve every encoder.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from core.types import ALIGNED_SIZE, CROP_SIZE, Image

REFERENCE_LANDMARKS = np.array(
    [(38.2946, 51.6963), (73.5318, 51.5014), (56.0252, 71.7366), (41.5493, 92.3655), (70.7299, 92.2041)],
    dtype=np.float64,
)
"""5×2: the landmarks of an aligned face, in pixels (ArcFace's template, Deng et al., arXiv 1801.07698)."""


MARGIN = (CROP_SIZE - ALIGNED_SIZE) // 2
"""Pixels of surroundings on each side of the aligned face in a crop."""


def align(image: Image, landmarks: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Crops n faces from one picture.

    image: H×W×3 uint8 BGR. landmarks: n×5×2, in its pixels. Returns n×168×168×3 uint8 BGR. Beyond the picture's border,
    its edge pixels are repeated. Large faces are reduced with an area filter first, so that they don't alias.
    """
    crops = np.empty((len(landmarks), CROP_SIZE, CROP_SIZE, 3), np.uint8)
    for crop, transform in zip(crops, similarity_transforms(landmarks), strict=True):
        transform[:, 2] += MARGIN
        _warp(image, transform, crop)
    return crops


def middle(crops: NDArray[np.uint8], side: int = ALIGNED_SIZE) -> NDArray[np.uint8]:
    """The central part of crops, …×S×S×3 → …×side×side×3. A smaller crop is padded by repeating its edge pixels."""
    missing = side - crops.shape[-2]
    if missing > 0:
        before, after = missing // 2, missing - missing // 2
        widths = [(0, 0)] * (crops.ndim - 3) + [(before, after), (before, after), (0, 0)]
        return np.pad(crops, widths, mode="edge")
    start = -missing // 2
    return crops[..., start : start + side, start : start + side, :]


def similarity_transforms(landmarks: NDArray[np.floating]) -> NDArray[np.float64]:
    """n×5×2 landmarks → n×2×3 matrices of the similarities (no shear) that fit them to the reference by least squares.

    In the complex plane a similarity is z ↦ a·z + b, which reduces Umeyama's solution (1991) to one division; it
    can't mirror.
    """
    points = landmarks[..., 0] + 1j * landmarks[..., 1].astype(np.float64)
    reference = REFERENCE_LANDMARKS[:, 0] + 1j * REFERENCE_LANDMARKS[:, 1]
    centre, reference_centre = points.mean(axis=1, keepdims=True), reference.mean()
    spread = points - centre
    a = (spread.conj() * (reference - reference_centre)).sum(axis=1) / np.maximum((abs(spread) ** 2).sum(axis=1), 1e-9)
    b = reference_centre - a * centre[:, 0]
    rows = [[a.real, -a.imag, b.real], [a.imag, a.real, b.imag]]
    return np.moveaxis(np.array(rows), -1, 0)


def _warp(image: Image, transform: NDArray[np.float64], crop: NDArray[np.uint8]) -> None:
    """Fills `crop`. transform: 2×3, from the picture's pixels to the crop's."""
    scale = float(np.hypot(transform[0, 0], transform[1, 0]))
    if scale < 0.5:
        image, transform = _shrunk(image, transform, scale)
    size, border = (CROP_SIZE, CROP_SIZE), cv2.BORDER_REPLICATE
    cv2.warpAffine(image, transform, size, dst=crop, flags=cv2.INTER_LINEAR, borderMode=border)


def _shrunk(image: Image, transform: NDArray[np.float64], scale: float) -> tuple[Image, NDArray[np.float64]]:
    """The part of the picture under the crop, reduced to about the crop's scale, and the transform from it."""
    inverse = cv2.invertAffineTransform(transform)
    side = CROP_SIZE
    corners = np.array([(0, 0), (side, 0), (0, side), (side, side)]) @ inverse[:, :2].T + inverse[:, 2]
    height, width = image.shape[:2]
    left, top = np.clip(np.floor(corners.min(axis=0)).astype(int) - 2, 0, (width - 1, height - 1))
    right, bottom = np.clip(np.ceil(corners.max(axis=0)).astype(int) + 2, (left + 1, top + 1), (width, height))
    part = image[top:bottom, left:right]
    size = (max(round(part.shape[1] * scale), 1), max(round(part.shape[0] * scale), 1))
    small = cv2.resize(part, size, interpolation=cv2.INTER_AREA)
    # Pixel centres lie at half pixels: p = left - 0.5 + (q + 0.5) · step.
    step = np.array([part.shape[1] / size[0], part.shape[0] / size[1]])
    back = np.array([[step[0], 0, left - 0.5 + 0.5 * step[0]], [0, step[1], top - 0.5 + 0.5 * step[1]], [0, 0, 1]])
    return np.asarray(small, dtype=np.uint8), transform @ back
