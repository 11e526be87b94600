"""The data passed from a frame to a name: frozen dataclasses, validated on creation.

Pictures are H×W×3 uint8 in OpenCV's channel order (BGR) everywhere outside the encoder. Boxes are floats,
(x, y, width, height) in pixels of the picture they were found in; they may extend beyond its border.
"""

import math
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]
"""H×W×3 uint8, BGR. Not modified after it has been passed on."""

Box = tuple[float, float, float, float]
"""(x, y, width, height) in pixels."""

EMBEDDING_SIZE = 128
"""Dimensions of an embedding."""

ALIGNED_SIZE = 112
"""Width and height of an aligned face in pixels."""

CROP_SIZE = 168
"""Width and height of a crop in pixels: the aligned face in the middle, with hair, ears and chin around it."""


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One picture from a source."""

    image: Image
    index: int
    """Number of the frame since the source was started, from 0."""
    time: float
    """Seconds since the source was started, by its own clock: time stamps of a file, arrival times of a camera."""
    captured: float
    """`time.monotonic()` at capture, to measure latency."""

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
    """5×2, (x, y) in pixels: the person's right eye, left eye, nose tip, right and left mouth corner."""

    def __post_init__(self) -> None:
        if self.landmarks.shape != (5, 2):
            raise ValueError(f"a face has 5×2 landmarks, not {self.landmarks.shape}")

    @property
    def area(self) -> float:
        """Area of the box in square pixels."""
        return self.box[2] * self.box[3]

    @property
    def roll(self) -> float:
        """In-plane tilt from the eyes in degrees, -180 to 180: 0 is upright, 90 lies on its side, turned clockwise."""
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
        """What is wrong and what to do about it, in one sentence."""
        return _REMEDIES[self]


_REMEDIES = {
    Problem.TOO_SMALL: "The face is too small: come closer, or use a larger picture.",
    Problem.BLURRED: "The face is blurred: hold still, clean the lens, or use a sharper picture.",
    Problem.TOO_DARK: "The face is too dark: turn towards the light, or use a brighter picture.",
    Problem.TOO_BRIGHT: "The face is too bright: move out of direct light, or use a darker picture.",
    Problem.TURNED_AWAY: "The face is turned away: look towards the camera.",
    Problem.CUT_OFF: "The face is cut off at the picture's edge: use a picture with the whole face.",
    Problem.COVERED: "The face is partly covered: take off any mask or dark glasses, or use another picture.",
    Problem.HALF_LIT: "Half of the face is in shadow: turn towards the light, or use an evenly lit picture.",
    Problem.NOISY: "The picture is too noisy: turn on more light, or use a better picture.",
    Problem.NOT_UPRIGHT: "The face is not upright: turn the picture or the camera.",
}


@dataclass(frozen=True, slots=True)
class Quality:
    """How well a face can be recognised, and why it may not be fit to enroll."""

    score: float
    """0 (useless) to 1 (a passport photo): the weight of this face when a track's embeddings are pooled."""
    eye_distance: float
    """Distance between the eyes' centres in pixels of the picture."""
    sharpness: float
    """Larger is sharper; independent of the size of the face."""
    brightness: float
    """Mean luma of the face, 0 to 255."""
    contrast: float
    """Standard deviation of the face's luma, 0 to 127.5."""
    yaw: float
    """Turn to the side in degrees, estimated from the landmarks; positive to the person's own left."""
    pitch: float
    """Nod in degrees, estimated from the landmarks; positive upwards."""
    roll: float
    """In-plane tilt in degrees; positive clockwise."""
    inside: float
    """Share of the face's box inside the picture, 0 to 1."""
    problems: tuple[Problem, ...] = ()
    """Why the face is not good enough to enroll, worst first; empty if it is."""
    covering: float = 0.0
    """Evidence that part of the face is covered; 1 or more counts as covered."""
    shadow: float = 0.0
    """How much darker one half of the face is than the other: log2 of the ratio of brightness."""
    noise: float = 0.0
    """Standard deviation of the luma noise, 0 to 255."""


@dataclass(frozen=True, slots=True)
class Person:
    """An enrolled person."""

    id: int
    name: str
    templates: int
    """Number of enrolled photos of this person."""
    enrolled: float
    """Unix time of the first enrolment."""
    last_seen: float | None = None
    """Unix time at which a live view last named this person; None if never."""
    group: str = ""
    """Group that the user put this person in, such as a class; empty for none."""
    note: str = ""
    """What the user noted about this person."""


@dataclass(frozen=True, slots=True, eq=False)
class Template:
    """One enrolled photo of a person."""

    id: int
    person: int
    crop: Image
    """168×168×3 uint8 BGR: the aligned face and its surroundings, kept so that another encoder can embed it. Galleries
    of older versions hold 112×112×3, the aligned face alone."""
    embedding: NDArray[np.float32]
    """128 numbers, as the encoder returned them, before any metric."""
    encoder: str
    """Identity of the encoder that made the embedding."""
    created: float
    """Unix time of the enrolment."""

    def __post_init__(self) -> None:
        if self.crop.shape not in {(side, side, 3) for side in (ALIGNED_SIZE, CROP_SIZE)}:
            raise ValueError(f"a crop is {CROP_SIZE}×{CROP_SIZE}×3, not {self.crop.shape}")
        if self.embedding.shape != (EMBEDDING_SIZE,):
            raise ValueError(f"an embedding has {EMBEDDING_SIZE} numbers, not {self.embedding.shape}")


@dataclass(frozen=True, slots=True)
class Familiarity:
    """How well the population before the program is known, and how alike its people are."""

    people: int
    """People enrolled."""
    seen: int
    """Other people seen by live views: votes counted, one for each track and person."""
    shift: float
    """Mean similarity of two different people to expect here, 0 to 1; about 0 in a mixed crowd."""
    confidence: float
    """How much of the doubt about `shift` is gone: 0 when nobody is known, up to 1."""


@dataclass(frozen=True, slots=True)
class Threshold:
    """The similarity needed to name a face, with the promise it was derived from."""

    similarity: float
    """Faces at or above this similarity are named. Above 1, nobody can be named: see `reachable`."""
    rate: float
    """Share of strangers that may be named, 0 to 1 (false-positive identification rate)."""
    size: int
    """Number of enrolled templates that a probe is compared with."""
    encoder: str
    metric: str
    sure: float
    """Similarity from which a name is sure: only a tenth as many strangers would be named there."""
    at_first: float
    """Similarity needed in a track's first looks, which have the least evidence: in a crowd, that of a sure name."""
    counted: bool = True
    """Whether the impostor curve was counted at this false-match rate; otherwise it is extrapolated."""
    population: Familiarity | None = None
    """What is known of the population that this threshold holds for; None if it holds for a mixed crowd."""
    in_a_crowd: float | None = None
    """Similarity that would be needed in a mixed crowd, without a centre; None if `population` is None."""

    @property
    def reachable(self) -> bool:
        """Whether any face can be named: no similarity exceeds 1."""
        return self.similarity < 1


@dataclass(frozen=True, slots=True)
class Candidate:
    """An enrolled person who may be the one in the picture."""

    person: int
    name: str
    similarity: float
    """Cosine similarity to the person's closest template, -1 to 1."""
    template: int
    """Id of that template."""


@dataclass(frozen=True, slots=True)
class Voter:
    """One of the k nearest templates, which vote on whose face it is."""

    candidate: Candidate
    weight: float
    """Weight of the vote."""


class Certainty(StrEnum):
    """How sure a name is."""

    SURE = "sure"
    """The name would also be given if only a tenth as many strangers might be named."""
    LIKELY = "likely"
    """The name is given at the requested rate."""
    HELD = "held"
    """A track keeps the name from earlier looks, although the similarity is now slightly too low."""
    UNKNOWN = "unknown"
    """Nobody is named."""


@dataclass(frozen=True, slots=True)
class Decision:
    """Who a face is, or that it is a stranger, with the evidence."""

    threshold: Threshold
    candidates: tuple[Candidate, ...] = ()
    """The closest people, closest first; empty if nobody is enrolled."""
    named: Candidate | None = None
    """The person named, or None for a stranger."""
    voters: tuple[Voter, ...] = ()
    """The templates that voted, nearest first."""
    stricter: float = 0.0
    """Similarity needed on top of the threshold: a track must be surer in its first looks."""
    held: bool = False
    """Whether the name is kept from earlier looks, although the similarity is now too low."""
    obstacle: Problem | None = None
    """Problem because of which the face isn't named, however similar it is to somebody."""
    rejected: tuple[Candidate, ...] = ()
    """Those of `candidates` whose face this is not, by a counter-example that is more similar than their photos."""

    @property
    def name(self) -> str | None:
        """The name, or None for a stranger."""
        return self.named.name if self.named else None

    @property
    def similarity(self) -> float | None:
        """Similarity to the person named, or to the closest if none is; None if nobody is enrolled."""
        best = self.named or (self.candidates[0] if self.candidates else None)
        return best.similarity if best else None

    @property
    def needed(self) -> float:
        """The similarity needed to name this face."""
        return self.threshold.similarity + self.stricter

    @property
    def margin(self) -> float | None:
        """Similarity minus what is needed, negative if too low; None if nobody is enrolled."""
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
    """One look at a face: its crop, quality and embedding."""

    face: Face
    crop: Image
    """168×168×3 uint8 BGR: the aligned face and its surroundings."""
    quality: Quality
    embedding: NDArray[np.float32]
    """128 numbers, as the encoder returned them."""


@dataclass(frozen=True, slots=True, eq=False)
class RecognizedFace(Observation):
    """A face with its decision.

    In a track, `face` is from this frame, `crop` and `quality` are from the last look, and `embedding` is pooled over
    all looks.
    """

    decision: Decision
    track: int | None = None
    """Number of the track in a live view: one face over successive frames."""
    velocity: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)
    """Change of the box (x, y, width, height) in pixels per second, to extrapolate it to a later frame."""

    def box_at(self, seconds: float) -> Box:
        """The box `seconds` after its frame, extrapolated by at most half a second."""
        ahead = min(max(seconds, 0.0), 0.5)
        x, y, w, h = (b + v * ahead for b, v in zip(self.face.box, self.velocity, strict=True))
        return (x, y, max(w, 1.0), max(h, 1.0))


@dataclass(frozen=True, slots=True, eq=False)
class Recognition:
    """The faces recognised in one frame."""

    frame: Frame
    faces: tuple[RecognizedFace, ...] = field(default=())
