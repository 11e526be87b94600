"""Degradations by name: the conditions under which recognition is trained and evaluated."""

from collections.abc import Callable
from dataclasses import dataclass

from core.lab.dataset.loading import Degrading
from core.lab.degradation.steps import (
    Chain,
    ColourCast,
    Degradation,
    FaceWidth,
    GaussianBlur,
    Jpeg,
    Light,
    MotionBlur,
    Noise,
    Occlusion,
    Sometimes,
    Turn,
    for_picture,
)
from core.types import ALIGNED_SIZE

CONDITIONS: dict[str, Degradation] = {
    # A face a few metres from a cheap webcam, in a room.
    "webcam": Chain(
        (
            FaceWidth((24, 48)),
            Sometimes(0.5, GaussianBlur((0.8, 0.8), kernel=3)),
            Light((0.35, 1.2)),
            Noise((6, 6)),
            Jpeg((30, 70)),
        )
    ),
}
"""Combined degradations, by name."""


@dataclass(frozen=True, slots=True)
class Family:
    """A single kind of degradation whose strength is one number."""

    values: tuple[float, ...]
    """Typical strengths, mildest first; for light and colour, from one extreme to the other."""
    caption: str
    """Format string for a strength with its unit."""
    make: Callable[[float], Degradation]
    """Strength → degradation."""


FAMILIES: dict[str, Family] = {
    "size": Family((96, 64, 48, 32, 24, 16), "{:g} px wide", lambda width: FaceWidth((width, width))),
    "blur": Family(
        (0.5, 1, 1.5, 2, 3, 4), "sigma {:g} px", lambda sigma: GaussianBlur((sigma, sigma), face_width=ALIGNED_SIZE)
    ),
    "motion": Family(
        (2, 4, 6, 9, 12, 16), "{:g} px", lambda length: MotionBlur((length, length), face_width=ALIGNED_SIZE)
    ),
    "turn": Family((5, 10, 20, 30, 45, 60), "{:g}°", lambda degrees: Turn((degrees, degrees))),
    "light": Family((2, 1.5, 0.75, 0.5, 0.35, 0.2), "factor {:g}", lambda factor: Light((factor, factor))),
    # Red against blue: the axis along which light sources differ, from candle to clear sky.
    "colour": Family(
        (-0.6, -0.4, -0.2, 0.2, 0.4, 0.6),
        "{:+.0%} red",
        lambda red: ColourCast(((1 - red, 1 - red), (1, 1), (1 + red, 1 + red))),
    ),
    "noise": Family((3, 6, 12, 18, 25, 32), "sigma {:g}", lambda sigma: Noise((sigma, sigma))),
    "jpeg": Family((90, 70, 50, 30, 20, 10), "quality {:g}", lambda quality: Jpeg((round(quality), round(quality)))),
    "occlusion": Family((0.05, 0.1, 0.2, 0.3, 0.4, 0.5), "{:.0%}", lambda share: Occlusion((share, share))),
}
"""Single degradations, by name. Units: size is the width of the face's box in pixels of the picture. Blur and motion
are in pixels of a face whose box is 112 px wide, so that they mean the same for near and far faces. Noise is on the
scale of 0 to 255. Occlusion is a share of the face's box. A turn is in degrees, in the picture's plane."""


def condition(name: str, value: float | None = None) -> Degradation:
    """The degradation of that name: one of `CONDITIONS`, which take no value, or one of `FAMILIES`, which need one.

    Raises ValueError, listing the names there are, or saying what is wrong with the value.
    """
    if value is None and name in CONDITIONS:
        return CONDITIONS[name]
    if name in FAMILIES and value is not None:
        return FAMILIES[name].make(value)
    raise ValueError(
        f"there is no condition {name!r} {'without a value' if value is None else 'with a value'}: choose"
        f" {', '.join(CONDITIONS)}, or with a value {', '.join(FAMILIES)}"
    )


def degrading(text: str, seed: int = 0) -> Degrading:
    """The degradation for `load_faces`, from a condition as users write it: "webcam" or "size=32".

    seed: another seed degrades the same picture in another way. Raises ValueError like `condition`.
    """
    name, _, value = text.partition("=")
    try:
        number = float(value) if value else None
    except ValueError:
        raise ValueError(f"the value of {name.strip()} is a number, as in size=32, and not {value!r}") from None
    try:
        step = condition(name.strip(), number)
    except ValueError as error:
        raise ValueError(f"{error} (as in size=32)" if "condition" in str(error) else str(error)) from error
    return Degrading(f"{step!r} {seed}", lambda image, box, file: step(image, box, for_picture(seed, file))[0])
