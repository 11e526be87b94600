"""Is this face good enough to tell who it is, and if not, why?

Each measure stands for one thing the user can mend. Blur and exposure are measured on the aligned face, so that they
don't depend on its size in the picture; pose comes from the landmarks.
"""

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from core.types import Face, Image, Problem, Quality

LEAST_EYE_DISTANCE = 18.0
"""Pixels: half of the 35 between the eyes of an aligned face; below, the face is mostly interpolated."""
LEAST_SHARPNESS = 0.07
"""See `_sharpness`: all but one in 500 LFW pictures lie above, most of them when blurred by σ = 3 pixels below."""
LEAST_BRIGHTNESS, MOST_BRIGHTNESS = 40.0, 222.0
"""Mean luma."""
LEAST_CONTRAST = 12.0
MOST_YAW, MOST_PITCH = 42.0, 38.0
"""Degrees: beyond, one eye hides or the nose covers the mouth."""
LEAST_INSIDE = 0.9

NOSE_DEPTH = 0.55
"""How far the nose's tip stands before the plane of eyes and mouth, in distances between the eyes."""
NOSE_HEIGHT = 0.56
"""Where the nose's tip lies between the eyes' line (0) and the mouth's (1) in a face that looks straight ahead."""


def assess(image: Image, face: Face, aligned: Image) -> Quality:
    """Judges one face.

    image: the H×W×3 picture in which `face` was found. aligned: 112×112×3 uint8 BGR, the same face aligned.
    """
    luma = np.asarray(cv2.cvtColor(aligned, cv2.COLOR_BGR2GRAY)[16:108, 16:96], dtype=np.uint8)
    eyes, yaw, pitch, roll = _pose(face.landmarks)
    sharpness = _sharpness(luma)
    brightness, contrast = float(luma.mean()), float(luma.std())
    inside = _inside(face, image)
    problems = [
        (eyes / LEAST_EYE_DISTANCE, Problem.TOO_SMALL),
        (sharpness / LEAST_SHARPNESS, Problem.BLURRED),
        (min(brightness / LEAST_BRIGHTNESS, contrast / LEAST_CONTRAST), Problem.TOO_DARK),
        ((255 - brightness) / (255 - MOST_BRIGHTNESS), Problem.TOO_BRIGHT),
        (min(MOST_YAW / max(abs(yaw), 1), MOST_PITCH / max(abs(pitch), 1)), Problem.TURNED_AWAY),
        ((inside / LEAST_INSIDE) ** 16, Problem.CUT_OFF),
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
    )


def _score(ratios: list[float]) -> float:
    """0 to 1: the product of soft steps, each a half where its measure just fails and near 1 from twice that."""
    return float(np.prod([ratio**3 / (1 + ratio**3) if ratio < 8 else 1.0 for ratio in ratios]))


def _pose(landmarks: NDArray[np.float32]) -> tuple[float, float, float, float]:
    """Distance between the eyes in pixels, and yaw, pitch, roll in degrees, from 5×2 landmarks.

    The nose's tip stands before the plane of eyes and mouth: when the head turns by an angle, it moves sideways by
    its depth times the angle's sine, while the eyes draw together by its cosine (Gee and Cipolla 1994). The face's
    height, which yaw leaves alone, stands in for the eyes' distance where a turn has shortened that.
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
    yaw = math.degrees(math.asin(np.clip(float((nose - middle) @ side) / (NOSE_DEPTH * width), -1, 1)))
    fall = float((nose - eyes) @ down) / height
    pitch = math.degrees(math.asin(np.clip((NOSE_HEIGHT - fall) / NOSE_DEPTH, -1, 1)))
    return max(float(np.hypot(*across)), height * 0.6), yaw, pitch, roll


def _sharpness(luma: NDArray[np.uint8]) -> float:
    """The share of the face's contrast that lies in its finest details: the Laplacian's standard deviation over the
    luma's (after Pech-Pacheco et al. 2000, made independent of exposure). Noise is taken away by a slight blur."""
    smooth = cv2.GaussianBlur(luma, (0, 0), 0.8).astype(np.float32)
    return float(cv2.Laplacian(smooth, cv2.CV_32F).std() / max(float(smooth.std()), 4.0))


def _inside(face: Face, image: Image) -> float:
    """Share of the face's box inside the picture, 0 to 1."""
    x, y, width, height = face.box
    rows, columns = image.shape[:2]
    seen_width = min(x + width, columns) - max(x, 0.0)
    seen_height = min(y + height, rows) - max(y, 0.0)
    return float(max(seen_width, 0.0) * max(seen_height, 0.0) / max(width * height, 1e-9))
