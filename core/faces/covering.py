"""Detects partly covered faces: dark glasses, a mask, or something in front of one eye.

Measured on the aligned face, where eyes, cheeks and mouth have fixed places, and relative to the face's own skin, so
that neither light nor complexion matters. The limits were chosen on 600 LFW faces, bare and covered by
`core/lab/degradation/hidden.py`: 99 % of dark glasses and 93 % of masks are detected, while 7 and 3 in 1,000 bare
faces are mistaken for them.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from core.types import Image

LENS_DARKER_THAN_SKIN = 0.35
"""Behind dark glasses, even the brightest tenth around the eyes is so many octaves (powers of two) darker than the
cheeks; the whites of bare eyes are as bright as skin."""
LENS_DARKER_THAN_BROW = 1.15
"""Behind dark glasses, the mean around the eyes is so many octaves darker than forehead and cheeks."""
OTHER_COLOUR = 12.0
"""Distance in CIE Lab's a and b between the area around the mouth and the cheeks; one in twenty bare faces has more."""
OTHER_LIGHT = 0.5
"""Octaves between the lightness of those two areas, for masks of the skin's colour."""
SMOOTH_MOUTH = 0.07
"""Contrast of fine details around the mouth, relative to the brightness there; a bare mouth has more."""
SMOOTH_EYE = 0.085
"""Contrast around an eye, relative to the brightness of the cheeks; a bare eye has more."""

_RIGHT_EYE, _LEFT_EYE = (slice(44, 60), slice(26, 50)), (slice(44, 60), slice(62, 86))
_CHEEKS = ((slice(66, 80), slice(24, 42)), (slice(66, 80), slice(70, 88)))
_FOREHEAD = (slice(26, 36), slice(40, 72))
_UPPER = ((slice(58, 66), slice(24, 40)), (slice(58, 66), slice(72, 88)), (slice(56, 66), slice(50, 62)))
_LOWER = (slice(82, 108), slice(40, 72))
_MOUTH = (slice(84, 104), slice(38, 74))
_Patch = tuple[slice, slice]


def covering(aligned: Image) -> float:
    """Evidence that part of a face is covered: it is from 1 on. aligned: 112×112×3 uint8 BGR."""
    lab = np.asarray(cv2.cvtColor(aligned, cv2.COLOR_BGR2LAB), np.float32)
    return max(_dark_glasses(lab), _mask(lab, aligned), _covered_eye(lab))


def _dark_glasses(lab: NDArray[np.float32]) -> float:
    eyes = [_pixels(lab, eye)[:, 0] for eye in (_RIGHT_EYE, _LEFT_EYE)]
    cheeks, forehead = _pixels(lab, *_CHEEKS)[:, 0], _pixels(lab, _FOREHEAD)[:, 0]
    brightest = max(float(np.quantile(eye, 0.9)) for eye in eyes)
    mean = max(float(eye.mean()) for eye in eyes)
    than_skin = _octaves(float(np.median(cheeks)), brightest)
    than_brow = _octaves(max(float(forehead.mean()), float(cheeks.mean())), mean)
    return min(than_skin / LENS_DARKER_THAN_SKIN, than_brow / LENS_DARKER_THAN_BROW)


def _mask(lab: NDArray[np.float32], aligned: Image) -> float:
    upper, lower = (np.median(_pixels(lab, *where), axis=0) for where in (_UPPER, (_LOWER,)))
    colour = float(np.hypot(*(upper - lower)[1:]))
    light = abs(_octaves(float(upper[0]), float(lower[0])))
    grey = cv2.cvtColor(aligned, cv2.COLOR_BGR2GRAY).astype(np.float32)
    details = (cv2.GaussianBlur(grey, (0, 0), 1) - cv2.GaussianBlur(grey, (0, 0), 4))[_MOUTH]
    contrast = float(details.std()) / (float(grey[_MOUTH].mean()) + 20)
    return min(max(colour / OTHER_COLOUR, light / OTHER_LIGHT), SMOOTH_MOUTH / max(contrast, 1e-3))


def _covered_eye(lab: NDArray[np.float32]) -> float:
    least = min(float(_pixels(lab, eye)[:, 0].std()) for eye in (_RIGHT_EYE, _LEFT_EYE))
    return SMOOTH_EYE / max(least / (float(_pixels(lab, *_CHEEKS)[:, 0].mean()) + 20), 1e-3)


def _pixels(lab: NDArray[np.float32], *where: _Patch) -> NDArray[np.float32]:
    """The pixels of some patches, n×3."""
    return np.concatenate([lab[rows, columns].reshape(-1, 3) for rows, columns in where])


def _octaves(bright: float, dark: float) -> float:
    """How much brighter the first is, in powers of two; an offset keeps noise near black from counting."""
    return float(np.log2((bright + 8) / (dark + 8)))
