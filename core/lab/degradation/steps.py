"""What webcams do to a picture, made on purpose: to train on, and to measure how much of it the recogniser bears.

Every step takes a whole picture, the face's box in it and a generator, and gives a new picture and the box in that:
`step(image, box, rng) -> (image, box)`. All that is random is drawn from the generator, so the same state of it gives
the same bytes. Values are those of the file, gamma-coded, 0 to 255. Steps are compared, and written out by `repr`, by
what they do: that text may name what is kept on disk.

Sizes in pixels are the picture's own unless said otherwise, and so is the grain of noise and JPEG: large faces bear
more of both. To compare pictures of several sizes, put a `FaceWidth` first.
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
"""(H×W×3 uint8 BGR, the face's box, generator) → the degraded picture, maybe of another size, and the box in it."""

Range = tuple[float, float]
"""Least and most; what is used is drawn evenly between them."""


@dataclass(frozen=True, slots=True)
class Chain:
    """Steps one after the other; none leaves the picture as it is."""

    steps: tuple[Degradation, ...]

    def __call__(self, image: Image, box: Box, rng: np.random.Generator) -> tuple[Image, Box]:
        """Those of each step in turn."""
        image = image.copy()
        for step in self.steps:
            image, box = step(image, box, rng)
        return image, box


@dataclass(frozen=True, slots=True)
class Sometimes:
    """A step that is taken with a probability, 0 to 1."""

    probability: float
    step: Degradation

    def __post_init__(self) -> None:
        _check("a probability", (self.probability, self.probability), 0, 1)

    def __call__(self, image: Image, box: Box, rng: np.random.Generator) -> tuple[Image, Box]:
        """The step's, or the picture as it is."""
        return self.step(image, box, rng) if rng.random() < self.probability else (image.copy(), box)


@dataclass(frozen=True, slots=True)
class FaceWidth:
    """The whole picture scaled until the face's box is `pixels` wide: the face's distance. A face that is enlarged
    gains no detail."""

    pixels: Range

    def __post_init__(self) -> None:
        _check("a face's width in pixels", self.pixels, 1, 4096)

    def __call__(self, image: Image, box: Box, rng: np.random.Generator) -> tuple[Image, Box]:
        """The box grows and shrinks with the picture. Raises ValueError when it has no width."""
        if not box[2] > 0:
            raise ValueError(f"a face's box has a width above 0, not {box[2]:g}")
        scale = rng.uniform(*self.pixels) / box[2]
        # Averaged when shrunk, as a sensor does; for enlarging that filter would give blocks.
        filter = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
        # Given the scale instead of a size, OpenCV scales by just that, so the box becomes just as wide as drawn.
        scaled = cv2.resize(image, None, fx=scale, fy=scale, interpolation=filter)
        x, y, width, height = box
        return np.asarray(scaled, np.uint8), (x * scale, y * scale, width * scale, height * scale)


@dataclass(frozen=True, slots=True)
class Turn:
    """Head or camera tilted: the picture turned in its plane about the face; its edge is repeated outside."""

    degrees: Range
    """Counter-clockwise."""

    def __post_init__(self) -> None:
        _check("a turn in degrees", self.degrees, -180, 180)

    def __call__(self, image: Image, box: Box, rng: np.random.Generator) -> tuple[Image, Box]:
        """The box stays: the face turns about its middle."""
        x, y, width, height = box
        middle = (x + width / 2 - 0.5, y + height / 2 - 0.5)
        transform = cv2.getRotationMatrix2D(middle, rng.uniform(*self.degrees), 1.0)
        turned = cv2.warpAffine(image, transform, image.shape[1::-1], borderMode=cv2.BORDER_REPLICATE)
        return np.asarray(turned, np.uint8), box


@dataclass(frozen=True, slots=True)
class GaussianBlur:
    """Out of focus, or a cheap lens."""

    sigma: Range
    """Pixels, of a face as wide as `face_width`."""
    kernel: int | None = None
    """Side in pixels, odd; None takes in three sigma to each side."""
    face_width: float | None = None
    """Pixels; None: sigma is in the picture's own pixels."""

    def __post_init__(self) -> None:
        _check("a blur's sigma in pixels", self.sigma, 0.05, 100)

    def __call__(self, image: Image, box: Box, rng: np.random.Generator) -> tuple[Image, Box]:
        """The box stays."""
        sigma = _pixels(rng.uniform(*self.sigma), box, self.face_width)
        side = self.kernel or 2 * math.ceil(3 * sigma) + 1
        return np.asarray(cv2.GaussianBlur(image, (side, side), sigma), np.uint8), box


@dataclass(frozen=True, slots=True)
class MotionBlur:
    """Camera or person moved in a straight line while the picture was taken."""

    length: Range
    """Of the way, in pixels of a face as wide as `face_width`."""
    angle: Range = (0, 180)
    """Of the way, in degrees, clockwise from the horizontal."""
    face_width: float | None = None
    """Pixels; None: the length is in the picture's own pixels."""

    def __post_init__(self) -> None:
        _check("a motion's length in pixels", self.length, 0, 200)

    def __call__(self, image: Image, box: Box, rng: np.random.Generator) -> tuple[Image, Box]:
        """The box stays."""
        length = _pixels(rng.uniform(*self.length), box, self.face_width)
        return np.asarray(cv2.filter2D(image, -1, _way(length, rng.uniform(*self.angle))), np.uint8), box


class _Everywhere:
    """A step that does the same to all of the picture, wherever the face is."""

    __slots__ = ()

    def __call__(self, image: Image, box: Box, rng: np.random.Generator) -> tuple[Image, Box]:
        """The box stays."""
        return self._change(image, rng), box

    def _change(self, image: Image, rng: np.random.Generator) -> Image:
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Light(_Everywhere):
    """Too little light or too much: every value times a factor, cut off at white."""

    factor: Range

    def __post_init__(self) -> None:
        _check("a factor of light", self.factor, 0, 10)

    def _change(self, image: Image, rng: np.random.Generator) -> Image:
        return _to_bytes(image * np.float32(rng.uniform(*self.factor)))


@dataclass(frozen=True, slots=True)
class ColourCast(_Everywhere):
    """A lamp's colour that the camera did not balance out: each channel times a gain of its own, in BGR's order."""

    gains: tuple[Range, Range, Range]

    def __post_init__(self) -> None:
        for gain in self.gains:
            _check("a channel's gain", gain, 0, 10)

    def _change(self, image: Image, rng: np.random.Generator) -> Image:
        return _to_bytes(image * np.array([rng.uniform(*gain) for gain in self.gains], np.float32))


@dataclass(frozen=True, slots=True)
class Noise(_Everywhere):
    """A small sensor's: Gaussian, of each pixel and channel on its own."""

    sigma: Range
    """Of 255."""

    def __post_init__(self) -> None:
        _check("a noise's sigma", self.sigma, 0, 255)

    def _change(self, image: Image, rng: np.random.Generator) -> Image:
        sigma = np.float32(rng.uniform(*self.sigma))
        return _to_bytes(image + sigma * rng.standard_normal(image.shape, dtype=np.float32))


@dataclass(frozen=True, slots=True)
class Jpeg(_Everywhere):
    """Written as JPEG and read again, by libjpeg, colours at half the resolution."""

    quality: tuple[int, int]
    """1 to 100; a whole number, drawn evenly, both ends included."""

    def __post_init__(self) -> None:
        _check("a JPEG's quality", self.quality, 1, 100)

    def _change(self, image: Image, rng: np.random.Generator) -> Image:
        quality = int(rng.integers(*self.quality, endpoint=True))
        _, data = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])
        return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8)


@dataclass(frozen=True, slots=True)
class Occlusion:
    """A hand, a cup, a mask: a rectangle or an ellipse of one colour, somewhere within the face's box."""

    share: Range
    """Of the box's area, 0 to 0.75."""

    def __post_init__(self) -> None:
        _check("the share of a face that is hidden", self.share, 0, 0.75)

    def __call__(self, image: Image, box: Box, rng: np.random.Generator) -> tuple[Image, Box]:
        """The box stays."""
        share, is_ellipse = rng.uniform(*self.share), rng.random() < 0.5
        # Of the rectangle around the shape; it is at most twice as long as broad, and no longer than the box.
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
        raise ValueError(f"{what} is from {least:g} to {most:g}, not {values[0]:g} to {values[1]:g}")


def _pixels(length: float, box: Box, face_width: float | None) -> float:
    return length if face_width is None else length * box[2] / face_width


def _to_bytes(values: NDArray[Any]) -> Image:
    return np.asarray(np.rint(values.clip(0, 255)), np.uint8)


def _way(length: float, angle: float) -> NDArray[np.float32]:
    """The kernel that averages along a straight way; its points are spread over the pixels around them."""
    reach = math.ceil(length / 2) + 1
    along = np.linspace(-length / 2, length / 2, 4 * math.ceil(length) + 1)
    pixels = np.arange(-reach, reach + 1)
    across, down = (
        np.maximum(0, 1 - abs(along[:, None] * part(math.radians(angle)) - pixels)) for part in (math.cos, math.sin)
    )
    return np.asarray(down.T @ across / len(along), np.float32)


def for_picture(seed: int, name: str) -> np.random.Generator:
    """A generator that follows from a seed and a picture's own name, `PERSON/FILE`: the same on every machine, in
    whatever order or process pictures are taken."""
    # One text for a name, however the file system writes its accents.
    text = f"{seed} {unicodedata.normalize('NFC', name)}".encode(errors="surrogateescape")
    return np.random.Generator(np.random.PCG64(int.from_bytes(hashlib.sha256(text).digest())))
