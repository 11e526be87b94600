"""Follows faces over successive frames and pools their evidence.

A face keeps its track when it is where the track was heading *and* looks like it. Position alone would carry a name
over a cut, where another face may stand in the same place; looks alone can't tell twins apart.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from core.metric import unit
from core.types import Face

SAME_LOOK = 0.35
"""Least similarity (plain cosine) of a face to its own track a moment before. Successive frames of one face lie near
0.9, blurred or turning ones near 0.5; two different people exceed this about once in 400 pairs."""
REACH = 1.2
"""How far a face may be from where its track was heading, in widths of the box."""
MEMORY = 1.0
"""Seconds that a track outlives its face: a blink of the detector, somebody walking past."""
FORGETTING = 3.0
"""Seconds after which pooled evidence counts half: the face of now matters more than that of a minute ago."""
SMOOTHING = 0.5
"""Weight of the newest movement in a track's velocity."""


@dataclass(frozen=True, slots=True, eq=False)
class Observation:
    """A face as one frame shows it."""

    face: Face
    embedding: NDArray[np.float32]
    """128, raw."""
    weight: float
    """Its quality, above 0 to 1."""


@dataclass(slots=True, eq=False)
class Track:
    """One face over successive frames."""

    number: int
    face: Face
    seen: float
    """Time of the last frame that showed it, in seconds."""
    frames: int = 0
    evidence: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))
    """128: the weighted sum of its embeddings of length 1."""
    weight: float = 0.0
    """The sum of the weights."""
    last: NDArray[np.float32] = field(default_factory=lambda: np.zeros(0, np.float32))
    """128: the newest embedding, of length 1."""
    velocity: NDArray[np.float64] = field(default_factory=lambda: np.zeros(4))
    """Of the box (x, y, width, height), in pixels a second."""
    name: int | None = None
    """The person it is named as, for the hysteresis of who names it."""

    @property
    def embedding(self) -> NDArray[np.float32]:
        """128: the pooled evidence."""
        return (self.evidence / max(self.weight, 1e-9)).astype(np.float32)

    def looks_like(self, embedding: NDArray[np.float32]) -> float:
        """Similarity (plain cosine) of an embedding to the newest or to the pooled one, whichever is closer."""
        vector = unit(embedding)
        return float(max(vector @ self.last, vector @ unit(self.embedding)))

    def expected_box(self, time: float) -> NDArray[np.float64]:
        """(x, y, width, height) at a later time."""
        return np.array(self.face.box) + self.velocity * (time - self.seen)

    def add(self, observation: Observation, time: float) -> None:
        """Takes in one more frame."""
        elapsed = time - self.seen
        if self.frames and elapsed > 0:
            moved = (np.array(observation.face.box) - np.array(self.face.box)) / elapsed
            self.velocity = SMOOTHING * moved + (1 - SMOOTHING) * self.velocity
        self.last = unit(observation.embedding)
        kept = 0.5 ** (max(elapsed, 0.0) / FORGETTING)
        self.evidence = (self.evidence * kept if self.frames else 0.0) + observation.weight * self.last.astype(float)
        self.weight = self.weight * kept + observation.weight
        self.face, self.seen = observation.face, time
        self.frames += 1


class Tracker:
    """The tracks of one live view."""

    def __init__(self) -> None:
        self._tracks: list[Track] = []
        self._count = 0

    def update(self, observations: Sequence[Observation], time: float) -> list[Track]:
        """Takes in one frame; returns each observation's track, in order. time: seconds, never going back."""
        self._tracks = [track for track in self._tracks if time - track.seen <= MEMORY]
        taken = dict(self._matches(observations, time))
        current = []
        for number, observation in enumerate(observations):
            track = taken.get(number) or self._begin(observation, time)
            track.add(observation, time)
            current.append(track)
        return current

    def cut(self) -> None:
        """Ends every track: the next frame is another scene."""
        self._tracks = []

    def _begin(self, observation: Observation, time: float) -> Track:
        self._count += 1
        track = Track(self._count, observation.face, time)
        self._tracks.append(track)
        return track

    def _matches(self, observations: Sequence[Observation], time: float) -> Iterator[tuple[int, Track]]:
        """Pairs each observation with at most one track, so that their looks agree best in all (Kuhn 1955)."""
        if not observations or not self._tracks:
            return
        likeness = np.array([[_likeness(track, seen, time) for track in self._tracks] for seen in observations])
        for row, column in zip(*linear_sum_assignment(-likeness), strict=True):
            if likeness[row, column] > 0:
                yield int(row), self._tracks[column]


def _likeness(track: Track, observation: Observation, time: float) -> float:
    """0 when the face can't be the track's, else how much it is like it, up to 2."""
    likeness = track.looks_like(observation.embedding)
    box, expected = np.array(observation.face.box), track.expected_box(time)
    width = max(box[2], expected[2], 1.0)
    away = float(np.hypot(*((box[:2] + box[2:] / 2) - (expected[:2] + expected[2:] / 2)))) / width
    if likeness < SAME_LOOK or away > REACH:
        return 0.0
    return float(likeness + 1 - away / REACH)
