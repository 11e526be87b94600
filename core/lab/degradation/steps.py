"""Simulates what webcams do to a picture, for training, and to measure how much of it recognition withstands.

Every step takes a whole picture, the face's box in it and a random generator, and returns a new picture with the box
in it: `step(image, box, rng) -> (image, box)`. All random numbers come from the generator, so the same generator state
gives the same bytes. Pixel values are gamma-coded, 0 to 255, as in the file. Steps with equal parameters are equal and
have the same `repr`, which is part of the key of faces kept on disk.

Lengths are in pixels of the picture unless stated otherwise. The grain of noise and JPEG artefacts is too, so large
faces withstand more of both; to compare pictures of different sizes, put a `FaceWidth` first.
"""

import hashlib
import math
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from core.types import Box, Image

Degradation = Callable[[Image, Box, np.random.Generator], tuple[Image, Box]]
"""(picture, H×W×3 uint8 BGR; the face's box; generator) → the degraded picture, whose size may differ, and its box."""

Range = tuple[float, float]
"""Least and greatest value; each call draws one uniformly between them."""


@dataclass(frozen=True, slots=True)
class Chain:
    """Steps applied in order; an empty chain leaves the picture unchanged."""

    steps: tuple[Degradation, ...]

    def __call__(self, image: Image, box: Box, rng: np.random.Generator) -> tuple[Image, Box]:
        """Applies each step to the result of the one before."""
        image = image.copy()
        for step in self.steps:
            image, box = step(image, box, rng)
        return image, box


@dataclass(frozen=True, slots=True)
class Sometimes:
    """A step applied with a probability, 0 to 1."""

    probability: float
    step: Degradation

    def __post_init__(self) -> None:
        _check("a probability", (self.probability, self.probability), 0, 1)

    def __call__(self, image: Image, box: Box, rng: np.random.Generator) -> tuple[Image, Box]:
        """The step's result, or a copy of the picture."""
        return self.step(image, box, rng) if rng.random() < self.probability else (image.copy(), box)


@dataclass(frozen=True, slots=True)
class FaceWidth:
    """Distance from the camera: scales the whole picture until the face's box is `pixels` wide. Enlarging adds no
    detail."""

    pixels: Range

    def __post_init__(self) -> None:
        _check("a face's width in pixels", self.pixels, 1, 4096)

    def __call__(self, image: Image, box: Box, rng: np.random.Generator) -> tuple[Image, Box]:
        """Scales the picture and the box. Raises ValueError if the box has no width."""
        if not box[2] > 0:
            raise ValueError(f"a face's box must have a width above 0, not {box[2]:g}")
        scale = rng.uniform(*self.pixels) / box[2]
        # Shrinking averages, as a sensor does; enlarging with that filter would give blocks.
        filter = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
        # Given a scale instead of a size, OpenCV doesn't round it, so the box becomes exactly as wide as drawn.
        scaled = cv2.resize(image, None, fx=scale, fy=scale, interpolation=filter)
        x, y, width, height = box
        return np.asarray(scaled, np.uint8), (x * scale, y * scale, width * scale, height * scale)


@dataclass(frozen=True, slots=True)
class Turn:
    """A tilted head or camera: rotates the picture about the face; edge pixels fill the corners."""

    degrees: Range
    """Angle, counter-clockwise."""

    def __post_init__(self) -> None:
        _check("a turn in degrees", self.degrees, -180, 180)

    def __call__(self, image: Image, box: Box, rng: np.random.Generator) -> tuple[Image, Box]:
        """Rotates about the middle of the box, which stays the same."""
        x, y, width, height = box
        middle = (x + width / 2 - 0.5, y + height / 2 - 0.5)
        transform = cv2.getRotationMatrix2D(middle, rng.uniform(*self.degrees), 1.0)
        turned = cv2.warpAffine(image, transform, image.shape[1::-1], borderMode=cv2.BORDER_REPLICATE)
        return np.asarray(turned, np.uint8), box


@dataclass(frozen=True, slots=True)
class GaussianBlur:
    """Out of focus, or a cheap lens."""

    sigma: Range
    """Standard deviation in pixels of a face that is `face_width` wide."""
    kernel: int | None = None
    """Side of the kernel in pixels, odd; None for three sigma to each side."""
    face_width: float | None = None
    """Width of the reference face in pixels; None: sigma is in the picture's own pixels."""

    def __post_init__(self) -> None:
        _check("the blur's sigma in pixels", self.sigma, 0.05, 100)

    def __call__(self, image: Image, box: Box, rng: np.random.Generator) -> tuple[Image, Box]:
        """Blurs the picture; the box stays the same."""
        sigma = _pixels(rng.uniform(*self.sigma), box, self.face_width)
        side = self.kernel or 2 * math.ceil(3 * sigma) + 1
        return np.asarray(cv2.GaussianBlur(image, (side, side), sigma), np.uint8), box


@dataclass(frozen=True, slots=True)
class MotionBlur:
    """Camera or person moving in a straight line during the exposure."""

    length: Range
    """Length of the motion in pixels of a face that is `face_width` wide."""
    angle: Range = (0, 180)
    """Direction of the motion in degrees, clockwise from the horizontal."""
    face_width: float | None = None
    """Width of the reference face in pixels; None: the length is in the picture's own pixels."""

    def __post_init__(self) -> None:
        _check("the motion's length in pixels", self.length, 0, 200)

    def __call__(self, image: Image, box: Box, rng: np.random.Generator) -> tuple[Image, Box]:
        """Blurs the picture along the motion; the box stays the same."""
        length = _pixels(rng.uniform(*self.length), box, self.face_width)
        return np.asarray(cv2.filter2D(image, -1, _motion_kernel(length, rng.uniform(*self.angle))), np.uint8), box


class _Everywhere:
    """A step that treats the whole picture alike, wherever the face is."""

    __slots__ = ()

    def __call__(self, image: Image, box: Box, rng: np.random.Generator) -> tuple[Image, Box]:
        """Changes the picture; the box stays the same."""
        return self._change(image, rng), box

    def _change(self, image: Image, rng: np.random.Generator) -> Image:
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Light(_Everywhere):
    """Too little or too much light: multiplies every value, and clips at white."""

    factor: Range

    def __post_init__(self) -> None:
        _check("a light factor", self.factor, 0, 10)

    def _change(self, image: Image, rng: np.random.Generator) -> Image:
        return _to_bytes(image * np.float32(rng.uniform(*self.factor)))


@dataclass(frozen=True, slots=True)
class ColourCast(_Everywhere):
    """A wrong white balance: multiplies each channel by its own gain."""

    gains: tuple[Range, Range, Range]
    """Gains of blue, green and red."""

    def __post_init__(self) -> None:
        for gain in self.gains:
            _check("a channel's gain", gain, 0, 10)

    def _change(self, image: Image, rng: np.random.Generator) -> Image:
        return _to_bytes(image * np.array([rng.uniform(*gain) for gain in self.gains], np.float32))


@dataclass(frozen=True, slots=True)
class Noise(_Everywhere):
    """Sensor noise: Gaussian, independent for each pixel and channel."""

    sigma: Range
    """Standard deviation, on the scale of 0 to 255."""

    def __post_init__(self) -> None:
        _check("the noise's sigma", self.sigma, 0, 255)

    def _change(self, image: Image, rng: np.random.Generator) -> Image:
        sigma = np.float32(rng.uniform(*self.sigma))
        return _to_bytes(image + sigma * rng.standard_normal(image.shape, dtype=np.float32))


@dataclass(frozen=True, slots=True)
class Jpeg(_Everywhere):
    """Compression artefacts: encodes as JPEG and decodes again, by libjpeg, with colours at half the resolution."""

    quality: tuple[int, int]
    """Least and greatest quality, 1 to 100; a whole number is drawn uniformly, both ends included."""

    def __post_init__(self) -> None:
        _check("the JPEG quality", self.quality, 1, 100)

    def _change(self, image: Image, rng: np.random.Generator) -> Image:
        quality = int(rng.integers(*self.quality, endpoint=True))
        _, data = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])
        return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8)


@dataclass(frozen=True, slots=True)
class Occlusion:
    """A hand, a cup, a mask: covers part of the face's box with a rectangle or an ellipse of one colour."""

    share: Range
    """Covered share of the box's area, 0 to 0.75."""

    def __post_init__(self) -> None:
        _check("the covered share of a face", self.share, 0, 0.75)

    def __call__(self, image: Image, box: Box, rng: np.random.Generator) -> tuple[Image, Box]:
        """Paints the shape; the box stays the same."""
        share, is_ellipse = rng.uniform(*self.share), rng.random() < 0.5
        # Area of the shape's bounding rectangle, as a share of the box: at most twice as long as wide, and inside it.
        area = max(share * 4 / math.pi if is_ellipse else share, 1e-9)
        stretch = 2 ** (rng.uniform(-1, 1) * min(1, -math.log2(area)))
        sides = np.array([box[2], box[3]]) * (math.sqrt(area * stretch), math.sqrt(area / stretch))
        middle = np.array(box[:2]) + sides / 2 + rng.random(2) * (np.array(box[2:]) - sides)
        rows, columns = np.ogrid[: image.shape[0], : image.shape[1]]
        across, down = abs(columns + 0.5 - middle[0]) * 2 / sides[0], abs(rows + 0.5 - middle[1]) * 2 / sides[1]
        hidden = (np.hypot(across, down) if is_ellipse else np.maximum(across, down)) < 1
        image = image.copy()
        image[hidden] = _to_bytes(rng.uniform(30, 225) + rng.uniform(-30, 30, 3))  # Most things are greyish.
        return image, box


def _check(what: str, values: tuple[float, float], least: float, most: float) -> None:
    if not least <= values[0] <= values[1] <= most:
        given = " to ".join(f"{value:g}" for value in dict.fromkeys(values))
        raise ValueError(f"{what} must lie between {least:g} and {most:g}, not be {given}")


def _pixels(length: float, box: Box, face_width: float | None) -> float:
    return length if face_width is None else length * box[2] / face_width


def _to_bytes(values: NDArray[Any]) -> Image:
    return np.asarray(np.rint(values.clip(0, 255)), np.uint8)


def _motion_kernel(length: float, angle: float) -> NDArray[np.float32]:
    """The kernel that averages along a line segment; its points are spread over the nearest pixels (bilinear)."""
    reach = math.ceil(length / 2) + 1
    along = np.linspace(-length / 2, length / 2, 4 * math.ceil(length) + 1)
    pixels = np.arange(-reach, reach + 1)
    across, down = (
        np.maximum(0, 1 - abs(along[:, None] * part(math.radians(angle)) - pixels)) for part in (math.cos, math.sin)
    )
    return np.asarray(down.T @ across / len(along), np.float32)


def for_picture(seed: int, name: str) -> np.random.Generator:
    """The random generator for one picture, seeded by `seed` and the picture's name, `PERSON/FILE`.

    It is the same on every machine, and doesn't depend on the order or the process in which pictures are handled.
    """
    # File systems write accents in different ways; NFC is one of them.
    text = f"{seed} {unicodedata.normalize('NFC', name)}".encode(errors="surrogateescape")
    return np.random.Generator(np.random.PCG64(int.from_bytes(hashlib.sha256(text).digest())))
