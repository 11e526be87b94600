"""Judges whether a face is good enough to be recognised, and if not, why.

Each measure stands for one thing the user can fix. Blur and exposure are measured on the aligned face, so that they
don't depend on its size in the picture; pose is estimated from the landmarks.
"""

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from core.faces.alignment import REFERENCE_LANDMARKS, similarity_transforms
from core.faces.covering import covering
from core.types import Face, Image, Problem, Quality

LEAST_EYE_DISTANCE = 18.0
"""Pixels, half of the 35 in an aligned face; below this, the aligned face is mostly interpolated."""
LEAST_SHARPNESS = 0.5
"""See `_sharpness`. 6 in 1,000 LFW pictures lie below; after a Gaussian blur of σ = 1, 1.5, 2, 3 pixels of the aligned
face, 4, 55, 98, 100 % do, and 95 % after a horizontal motion blur over 15 pixels."""
LEAST_BRIGHTNESS, MOST_BRIGHTNESS = 40.0, 222.0
"""Mean luma, 0 to 255; LFW's darkest and brightest faces have 48 and 186."""
LEAST_CONTRAST = 12.0
"""Standard deviation of luma; LFW's flattest face has 18."""
OVEREXPOSED, MOST_OVEREXPOSED = 250, 0.3
"""Luma from which a pixel is overexposed, and the largest share of such pixels; a flash's reflections stay below."""
MOST_YAW, MOST_PITCH = 42.0, 38.0
"""Degrees; beyond them, one eye is hidden or the nose covers the mouth."""
LEAST_INSIDE = 0.9
"""See `_inside`; a face has less when a fifth of the detector's box is cut off at the side, above or below."""

NOSE_DEPTH = 0.55
"""Distance of the nose tip from the plane through eyes and mouth, relative to the distance between the eyes."""
NOSE_HEIGHT = 0.56
"""Position of the nose tip between the eyes (0) and the mouth (1) in a frontal face."""
LEAST_WIDTH = 0.82
"""Least distance between the eyes of a frontal face, relative to the height from eyes to mouth (LFW: 0.82 to 1.19).
Less means that the head is turned, wherever the detector has put the nose."""

MOST_SHADOW = 0.9
"""Difference in brightness between the halves of a face, in powers of two. 97 % of LFW's faces have less; in Yale, 27
of 30 faces lit from the side have more, and none of 111 others."""
MOST_NOISE = 6.0
"""Standard deviation of the luma's noise; LFW's noisiest face has 1.7, other sharp photos 2.4."""

OUTLINE_CENTRE, OUTLINE_AXES = (56.0, 64.0), (46.0, 56.0)
"""Ellipse that a whole face fills, including hair and chin, in pixels of the aligned face."""

ALIGNED_EYE_DISTANCE = float(np.hypot(*(REFERENCE_LANDMARKS[1] - REFERENCE_LANDMARKS[0])))
LEAST_SLOPE = 0.3
"""Grey values per pixel; keeps the sharpness of a uniform grey at 0."""
LEAST_SCORE = 0.001
"""Lowest score; above 0, since scores serve as weights whose sum is divided by."""


def assess(image: Image, face: Face, aligned: Image, *, upright: bool = True) -> Quality:
    """Judges one face.

    image: H×W×3 uint8 BGR, in which `face` was found. aligned: 112×112×3 uint8 BGR, the central part of its crop.
    upright: False if the face isn't upright, so that its landmarks can't be trusted.
    """
    luma = np.asarray(cv2.cvtColor(aligned, cv2.COLOR_BGR2GRAY)[16:108, 16:96], dtype=np.uint8)
    eyes, yaw, pitch, roll = _pose(face.landmarks)
    sharpness = _sharpness(luma, enlarged=max(ALIGNED_EYE_DISTANCE / eyes, 1.0))
    brightness, contrast = float(luma.mean()), float(luma.std())
    overexposed = float((luma >= OVEREXPOSED).mean())
    inside, hidden, shadow, noise = _inside(face, image), covering(aligned), _shadow(aligned), _noise(luma)
    problems = [
        (eyes / LEAST_EYE_DISTANCE, Problem.TOO_SMALL),
        ((sharpness / LEAST_SHARPNESS) ** 2, Problem.BLURRED),
        (min(brightness / LEAST_BRIGHTNESS, contrast / LEAST_CONTRAST), Problem.TOO_DARK),
        (_darkness(brightness, overexposed), Problem.TOO_BRIGHT),
        (min(MOST_YAW / max(abs(yaw), 1), MOST_PITCH / max(abs(pitch), 1)), Problem.TURNED_AWAY),
        ((inside / LEAST_INSIDE) ** 10, Problem.CUT_OFF),
        (1 / max(hidden, 0.1), Problem.COVERED),
        (MOST_SHADOW / max(shadow, 0.1), Problem.HALF_LIT),
        (MOST_NOISE / max(noise, 0.1), Problem.NOISY),
        (math.inf if upright else 0.0, Problem.NOT_UPRIGHT),
    ]
    if contrast < LEAST_CONTRAST and brightness > 128:
        problems[2] = (math.inf, Problem.TOO_DARK)
        problems[3] = (contrast / LEAST_CONTRAST, Problem.TOO_BRIGHT)
    failed = sorted((ratio, problem) for ratio, problem in problems if ratio < 1)
    return Quality(
        score=_score([ratio for ratio, _ in problems]),
        eye_distance=eyes,
        sharpness=sharpness,
        brightness=brightness,
        contrast=contrast,
        yaw=yaw,
        pitch=pitch,
        roll=roll,
        inside=inside,
        problems=tuple(problem for _, problem in failed),
        covering=hidden,
        shadow=shadow,
        noise=noise,
    )


def _score(ratios: list[float]) -> float:
    """Overall score, 0 to 1: a product of soft steps, each ½ where its measure just fails and near 1 at twice that."""
    steps = [1.0 if math.isinf(ratio) else ratio**3 / (1 + ratio**3) for ratio in ratios]
    return max(math.prod(steps), LEAST_SCORE)


def _darkness(brightness: float, overexposed: float) -> float:
    """1 at the limit of brightness, less if a face is too bright. overexposed: share of its pixels."""
    return min((255 - brightness) / (255 - MOST_BRIGHTNESS), MOST_OVEREXPOSED / max(overexposed, 0.01))


def _pose(landmarks: NDArray[np.float32]) -> tuple[float, float, float, float]:
    """Distance between the eyes in pixels, and yaw, pitch, roll in degrees, from 5×2 landmarks.

    The nose tip lies in front of the plane through eyes and mouth. When the head turns by an angle, the tip moves
    sideways by its depth times the angle's sine, while the eyes move together by its cosine (Gee and Cipolla 1994).
    The face's height, which yaw doesn't change, replaces the eye distance where a turn has shortened that. On LFW, the
    medians of yaw and pitch are within a degree of 0.
    """
    points = landmarks.astype(np.float64)
    right, left, nose = points[0], points[1], points[2]
    eyes, mouth = (right + left) / 2, (points[3] + points[4]) / 2
    down = mouth - eyes
    height = max(float(np.hypot(*down)), 1e-6)
    across = left - right
    roll = math.degrees(math.atan2(across[1], across[0]))
    down = down / height
    side = np.array([down[1], -down[0]])
    width = max(float(np.hypot(*across)), height * 0.9)
    middle = eyes + down * float((nose - eyes) @ down)
    aside = float((nose - middle) @ side)
    by_nose = math.asin(min(abs(aside) / (NOSE_DEPTH * width), 1.0))
    by_width = math.acos(min(float(np.hypot(*across)) / (LEAST_WIDTH * height), 1.0))
    yaw = math.copysign(math.degrees(max(by_nose, by_width)), aside)
    fall = float((nose - eyes) @ down) / height
    pitch = math.degrees(math.asin(np.clip((NOSE_HEIGHT - fall) / NOSE_DEPTH, -1, 1)))
    return max(float(np.hypot(*across)), height * 0.6), yaw, pitch, roll


def _sharpness(luma: NDArray[np.uint8], *, enlarged: float) -> float:
    """Strength of a face's fine details relative to its coarse ones, in the direction where it is weakest.

    luma: of the aligned face. enlarged: factor by which alignment enlarged the face, at least 1; details are measured
    at that scale, so that a small face isn't taken for a blurred one.

    Fine and coarse are two difference-of-Gaussians bands. Their ratio doesn't depend on light or contrast (the plain
    Laplacian's variance does, Pech-Pacheco et al. 2000), and noise lies mostly above the finer band. Derivatives are
    taken in four directions, because a moving face or camera blurs one and leaves the others sharp.
    """
    pixels = luma.astype(np.float32)
    fine, middle, coarse = (cv2.GaussianBlur(pixels, (0, 0), sigma * enlarged) for sigma in (1, 2, 6))
    finer, coarser = _slopes(fine - middle), _slopes(middle - coarse)
    return min(a / max(b, LEAST_SLOPE) for a, b in zip(finer, coarser, strict=True))


def _slopes(band: NDArray[np.float32]) -> list[float]:
    """Standard deviation of the change from pixel to pixel: across, down and along both diagonals."""
    changes = (
        band[:, 1:] - band[:, :-1],
        band[1:] - band[:-1],
        band[1:, 1:] - band[:-1, :-1],
        band[1:, :-1] - band[:-1, 1:],
    )
    return [float(change.std()) for change in changes]


def _shadow(aligned: Image) -> float:
    """Difference in brightness between the halves of an aligned face, in powers of two.

    The median over mirrored positions, so that a hand or hair over one temple doesn't count.
    """
    grey = cv2.GaussianBlur(cv2.cvtColor(aligned, cv2.COLOR_BGR2GRAY).astype(np.float32), (0, 0), 6) + 4
    left, right = grey[30:100, 20:54], grey[30:100, 58:92][:, ::-1]
    return float(abs(np.median(np.log2(left / right))))


def _noise(luma: NDArray[np.uint8]) -> float:
    """Standard deviation of the noise in a face's luma (Immerkær 1996).

    Measured through a mask that cancels smooth surfaces and straight edges.
    """
    mask = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32)
    rest = cv2.filter2D(luma.astype(np.float32), -1, mask)[1:-1, 1:-1]
    return float(math.sqrt(math.pi / 2) / 6 * np.abs(rest).mean())


def _inside(face: Face, image: Image) -> float:
    """Share of the face inside the picture, 0 to 1.

    The face is the ellipse `OUTLINE_AXES`, placed by the landmarks. The detector's box won't do: it shrinks to what is
    visible and hardly ever reaches over the picture's border.
    """
    angles, radii = np.meshgrid(np.linspace(0, 2 * np.pi, 32, endpoint=False), np.sqrt((np.arange(12) + 0.5) / 12))
    outline = np.stack([np.cos(angles), np.sin(angles)], -1).reshape(-1, 2) * radii.reshape(-1, 1)
    back = cv2.invertAffineTransform(similarity_transforms(face.landmarks[None])[0])
    points = (outline * OUTLINE_AXES + OUTLINE_CENTRE) @ back[:, :2].T + back[:, 2]
    height, width = image.shape[:2]
    return float(((points >= 0) & (points <= (width, height))).all(axis=1).mean())
