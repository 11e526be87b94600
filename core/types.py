"""What travels along the way of a face, from a frame to a name. Frozen, and validated when made.

Pictures are H×W×3 uint8 in OpenCV's channel order (BGR) everywhere outside the encoder. Boxes are
(x, y, width, height) in pixels of the picture they were found in, as floats; they may reach over its border.
"""

import math
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]
"""H×W×3 uint8, BGR. Never written to once it has been handed on."""

Box = tuple[float, float, float, float]
"""(x, y, width, height) in pixels."""

EMBEDDING_SIZE = 128
"""Numbers in one embedding."""

ALIGNED_SIZE = 112
"""Side of an aligned face in pixels."""

CROP_SIZE = 168
"""Side of what is cut out around an aligned face, at its scale and with it in the middle: hair, ears and chin too."""


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One picture of a source."""

    image: Image
    index: int
    """Counted from 0 since the source was started."""
    time: float
    """Seconds since the source was started, by the source's own clock (a file's time stamps, a camera's arrivals)."""
    captured: float
    """`time.monotonic()` at the moment it was captured, for latencies."""

    def __post_init__(self) -> None:
        if self.image.ndim != 3 or self.image.shape[2] != 3 or self.image.dtype != np.uint8:
            raise ValueError(f"a frame is H×W×3 uint8, not {self.image.shape} {self.image.dtype}")


@dataclass(frozen=True, slots=True, eq=False)
class Face:
    """A face found in a picture."""

    box: Box
    score: float
    """The detector's confidence, 0 to 1."""
    landmarks: NDArray[np.float32]
    """5×2, (x, y) in pixels: the person's right eye, left eye, nose tip, right and left corner of the mouth."""

    def __post_init__(self) -> None:
        if self.landmarks.shape != (5, 2):
            raise ValueError(f"a face has 5×2 landmarks, not {self.landmarks.shape}")

    @property
    def area(self) -> float:
        """Of the box, in square pixels."""
        return self.box[2] * self.box[3]

    @property
    def roll(self) -> float:
        """Tilt in degrees by the eyes, -180 to 180: 0 stands upright, 90 lies clockwise on its side."""
        x, y = (self.landmarks[1] - self.landmarks[0]).tolist()
        return math.degrees(math.atan2(y, x))


class Problem(StrEnum):
    """Why a face is not good enough to enroll."""

    TOO_SMALL = "too small"
    BLURRED = "blurred"
    TOO_DARK = "too dark"
    TOO_BRIGHT = "too bright"
    TURNED_AWAY = "turned away"
    CUT_OFF = "cut off"
    COVERED = "covered"
    HALF_LIT = "half in shadow"
    NOISY = "noisy"
    NOT_UPRIGHT = "not upright"

    @property
    def remedy(self) -> str:
        """What to do about it, one sentence."""
        return _REMEDIES[self]


_REMEDIES = {
    Problem.TOO_SMALL: "The face is too small: come closer, or use a larger picture.",
    Problem.BLURRED: "The face is blurred: hold still, clean the lens, or use a sharper picture.",
    Problem.TOO_DARK: "The face is too dark: turn towards the light, or use a brighter picture.",
    Problem.TOO_BRIGHT: "The face is too bright: move out of direct light, or use a darker picture.",
    Problem.TURNED_AWAY: "The face is turned away: look towards the camera.",
    Problem.CUT_OFF: "The face is cut off at the picture's edge: use a picture with the whole face.",
    Problem.COVERED: "The face is partly covered: take off mask or dark glasses, or use a picture that shows it all.",
    Problem.HALF_LIT: "Half of the face is in shadow: turn towards the light, or use a picture with even light.",
    Problem.NOISY: "The picture is too noisy: turn on more light, or use a better picture.",
    Problem.NOT_UPRIGHT: "The face does not stand upright: turn the picture, or the camera.",
}


@dataclass(frozen=True, slots=True)
class Quality:
    """How good a face is for telling who it is, and what stands against enrolling it."""

    score: float
    """0 (useless) to 1 (as good as a passport photo): the weight of this face when evidence is pooled."""
    eye_distance: float
    """Pixels between the eyes' centres in the picture."""
    sharpness: float
    """Larger is sharper; independent of the face's size."""
    brightness: float
    """Mean luma of the face, 0 to 255."""
    contrast: float
    """Standard deviation of the face's luma, 0 to 127.5."""
    yaw: float
    """Turn to the side, in degrees, estimated from the landmarks; positive to the person's own left."""
    pitch: float
    """Nod, in degrees, estimated from the landmarks; positive upwards."""
    roll: float
    """Tilt, in degrees; positive clockwise in the picture."""
    inside: float
    """Share of the face's box inside the picture, 0 to 1."""
    problems: tuple[Problem, ...] = ()
    """Worst first; empty when the face is good enough to enroll."""
    covering: float = 0.0
    """How surely a part of the face is covered: from 1 on it is."""
    shadow: float = 0.0
    """By how much one half of the face is darker than the other, in powers of two."""
    noise: float = 0.0
    """Standard deviation of the luma's noise, 0 to 255."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody enrolled."""

    id: int
    name: str
    templates: int
    """How many photos of this person are enrolled."""
    enrolled: float
    """Unix time of the first enrolment."""
    last_seen: float | None = None
    """Unix time at which a live view last named this person."""


@dataclass(frozen=True, slots=True, eq=False)
class Template:
    """One enrolled photo of a person."""

    id: int
    person: int
    crop: Image
    """168×168×3 uint8 BGR: the aligned face and what surrounds it, from which another encoder can embed it anew; in
    galleries of older versions 112×112×3, without surroundings."""
    embedding: NDArray[np.float32]
    """128 numbers as the encoder gave them, before any metric."""
    encoder: str
    """Identity of the encoder that made the embedding."""
    created: float
    """Unix time."""

    def __post_init__(self) -> None:
        if self.crop.shape not in {(side, side, 3) for side in (ALIGNED_SIZE, CROP_SIZE)}:
            raise ValueError(f"a crop is {CROP_SIZE}×{CROP_SIZE}×3, not {self.crop.shape}")
        if self.embedding.shape != (EMBEDDING_SIZE,):
            raise ValueError(f"an embedding has {EMBEDDING_SIZE} numbers, not {self.embedding.shape}")


@dataclass(frozen=True, slots=True)
class Threshold:
    """The similarity from which a face is named: a promise, not a number."""

    similarity: float
    """A face at or above it is named. Above 1 nobody can be: see `reachable`."""
    rate: float
    """The share of strangers that may be named, 0 to 1 (false-positive identification rate)."""
    size: int
    """Enrolled templates a face is looked up among."""
    encoder: str
    metric: str
    sure: float
    """The similarity at which only a tenth as many strangers would be named: from here on a name is sure."""
    counted: bool = True
    """Whether pairs of different people were counted at so low a rate; else the curve is extrapolated there."""

    @property
    def reachable(self) -> bool:
        """Whether any face could be named: similarity is at most 1."""
        return self.similarity < 1


@dataclass(frozen=True, slots=True)
class Candidate:
    """An enrolled person as an answer to "who is this?"."""

    person: int
    name: str
    similarity: float
    """Cosine to the person's closest template, -1 to 1."""
    template: int
    """The template that was closest."""


@dataclass(frozen=True, slots=True)
class Voter:
    """One of the k nearest templates, which vote on who a face is."""

    candidate: Candidate
    weight: float
    """Of its vote."""


class Certainty(StrEnum):
    """How sure a name is."""

    SURE = "sure"
    """It would also be given at a tenth of the rate of strangers named."""
    LIKELY = "likely"
    """It is given at the rate asked for."""
    HELD = "held"
    """A track keeps it from earlier looks, though its similarity is now a little less than needed."""
    UNKNOWN = "unknown"
    """Nobody is named."""


@dataclass(frozen=True, slots=True)
class Decision:
    """Who a face is, or that it is nobody enrolled, and on what evidence."""

    threshold: Threshold
    candidates: tuple[Candidate, ...] = ()
    """The closest people, closest first; empty when nobody is enrolled."""
    named: Candidate | None = None
    """The person named, or None for a stranger."""
    voters: tuple[Voter, ...] = ()
    """The templates whose votes decided who is the closest, nearest first."""
    stricter: float = 0.0
    """By how much more than the threshold is needed: a track's first looks must be surer."""
    held: bool = False
    """Whether the name is kept from earlier looks, though the similarity is now less than needed."""
    obstacle: Problem | None = None
    """What keeps the face from being named at all, however similar it is to somebody."""

    @property
    def name(self) -> str | None:
        """The name, or None for a stranger."""
        return self.named.name if self.named else None

    @property
    def similarity(self) -> float | None:
        """To the person named, else to the closest; None when nobody is enrolled."""
        best = self.named or (self.candidates[0] if self.candidates else None)
        return best.similarity if best else None

    @property
    def needed(self) -> float:
        """The similarity from which this face is named."""
        return self.threshold.similarity + self.stricter

    @property
    def margin(self) -> float | None:
        """How far the similarity is above what is needed (below: negative); None when nobody is enrolled."""
        return None if self.similarity is None else self.similarity - self.needed

    @property
    def certainty(self) -> Certainty:
        """How sure the name is."""
        if self.named is None:
            return Certainty.UNKNOWN
        if self.held:
            return Certainty.HELD
        return Certainty.SURE if self.named.similarity >= self.threshold.sure else Certainty.LIKELY


@dataclass(frozen=True, slots=True, eq=False)
class Observation:
    """A face, looked at once: cut out, judged and embedded."""

    face: Face
    crop: Image
    """168×168×3 uint8 BGR: the aligned face and what surrounds it."""
    quality: Quality
    embedding: NDArray[np.float32]
    """128 numbers as the encoder gave them."""


@dataclass(frozen=True, slots=True, eq=False)
class RecognizedFace(Observation):
    """A face, judged and looked up. Of a track: the face of this frame; crop and quality as it was looked at last; the
    embedding pooled over all looks."""

    decision: Decision
    track: int | None = None
    """Number of the track in a live view: the same face over successive frames."""
    velocity: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)
    """Change of the box (x, y, width, height) in pixels a second, to extrapolate it to a later frame."""

    def box_at(self, seconds: float) -> Box:
        """The box extrapolated by `seconds` from the frame in which it was found (at most half a second)."""
        ahead = min(max(seconds, 0.0), 0.5)
        x, y, w, h = (b + v * ahead for b, v in zip(self.face.box, self.velocity, strict=True))
        return (x, y, max(w, 1.0), max(h, 1.0))


@dataclass(frozen=True, slots=True, eq=False)
class Recognition:
    """What was recognised in one frame."""

    frame: Frame
    faces: tuple[RecognizedFace, ...] = field(default=())
