"""Follows faces over successive frames and pools their evidence.

A face continues a track if it is near the track's expected position *and* looks like it. Position alone would carry a
name across a cut, where another face may appear in the same place; appearance alone can't tell twins apart. From one
frame to the next, comparing thumbnails is usually enough; where it isn't, and now and then anyway, embeddings are
compared. A *look* is one observation of a face: aligned, judged and embedded.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from core.faces.boxes import overlap
from core.matching.vectors import unit
from core.tracking.thumbnail import likeness
from core.types import EMBEDDING_SIZE, Box, Decision, Face, Observation

SAME_PLACE = 0.4
"""Least overlap (intersection over union) of a face with its track's expected box to continue it without a look."""
NO_OTHER_PLACE = 0.25
"""Overlap with another track's expected box from which the face may belong to that track."""
SAME_PICTURE = 0.7
"""Least correlation of a face's thumbnail with that of the frame before. 4 % of non-mated LFW pairs exceed it, and 98 %
of successive frames of one face in the clip."""
SAME_LOOK = 0.35
"""Least similarity (plain cosine) of a face to its track. Successive frames of one face lie near 0.9, or near 0.5 if
blurred or turning; about 1 in 400 non-mated pairs exceeds it."""
REACH = 1.2
"""Greatest distance of a face's centre from its track's expected centre, in widths of the box."""
MEMORY = 1.0
"""Seconds that a track outlasts its face: the detector may miss it, or somebody walk past."""
FORGETTING = 3.0
"""Half-life of pooled evidence, in seconds: the face now matters more than the face a minute ago."""
LEAST_WEIGHT = 1e-3
"""Least weight a look can have."""
SMOOTHING = 0.5
"""Weight of the newest movement in a track's velocity, 0 to 1."""
LEAST_STEP = 0.03
"""Shortest time over which a movement is measured, in seconds. The detector's box jitters by pixels, and frames that
come in bursts lie a millisecond apart: measured between them, velocities would be thousands of pixels per second."""


@dataclass(frozen=True, slots=True, eq=False)
class Sight:
    """A face detected in one frame, before any look."""

    face: Face
    thumbnail: NDArray[np.float32]
    """20×20, from `core.tracking.thumbnail`."""


@dataclass(slots=True, eq=False)
class Track:
    """One face over successive frames."""

    number: int
    face: Face
    thumbnail: NDArray[np.float32]
    """Thumbnail from the last frame that showed the face."""
    seen: float
    """Time of the last frame that showed the face, in seconds."""
    newest: Observation
    """The newest look."""
    looked: float
    """Time of the newest look, in seconds."""
    looks: int = 0
    """Number of looks."""
    evidence: NDArray[np.float64] = field(default_factory=lambda: np.zeros(EMBEDDING_SIZE))
    """128: sum of the unit-length embeddings, weighted by quality and decaying with time."""
    weight: float = 0.0
    """Sum of the weights in `evidence`."""
    last: NDArray[np.float32] = field(default_factory=lambda: np.zeros(EMBEDDING_SIZE, np.float32))
    """128: the newest embedding, scaled to unit length."""
    velocity: NDArray[np.float64] = field(default_factory=lambda: np.zeros(4))
    """Rate of change of the box (x, y, width, height), in pixels per second."""
    measured: tuple[Box, float] | None = None
    """Box and time from which the next movement is measured."""
    person: int | None = None
    """Person that the track is named as, kept for hysteresis; set by the follower."""
    decision: Decision | None = None
    """The newest decision; set by the follower."""
    due: float = 0.0
    """Time from which another look is due, in seconds; set by the follower."""

    @property
    def embedding(self) -> NDArray[np.float32]:
        """128: the pooled embedding, a weighted mean of the looks."""
        return (self.evidence / max(self.weight, 1e-9)).astype(np.float32)

    def looks_like(self, embedding: NDArray[np.float32]) -> float:
        """Similarity (plain cosine) of an embedding to the newest or the pooled one, whichever is higher."""
        vector = unit(embedding)
        return float(max(vector @ self.last, vector @ unit(self.embedding)))

    def expected_box(self, time: float) -> Box:
        """Box (x, y, width, height) extrapolated to a later time, in seconds."""
        x, y, width, height = (np.array(self.face.box) + self.velocity * (time - self.seen)).tolist()
        return (x, y, width, height)

    def move(self, sight: Sight, time: float) -> None:
        """Updates position, thumbnail and velocity from a later frame."""
        before, since = self.measured or (self.face.box, self.seen)
        if (elapsed := time - since) >= LEAST_STEP:
            moved = (np.array(sight.face.box) - np.array(before)) / elapsed
            self.velocity = SMOOTHING * moved + (1 - SMOOTHING) * self.velocity
            before, since = sight.face.box, time
        self.measured = before, since
        self.face, self.thumbnail, self.seen = sight.face, sight.thumbnail, time

    def add(self, observation: Observation, time: float) -> None:
        """Adds one look to the pooled evidence."""
        self.last = unit(observation.embedding)
        kept = 0.5 ** (max(time - self.looked, 0.0) / FORGETTING)
        weight = max(observation.quality.score, LEAST_WEIGHT)
        self.evidence = self.evidence * kept + weight * self.last.astype(float)
        self.weight = self.weight * kept + weight
        self.newest, self.looked = observation, time
        self.looks += 1


class Tracker:
    """Assigns the faces of successive frames to tracks."""

    def __init__(self) -> None:
        self._tracks: list[Track] = []
        self._count = 0
        self._time = 0.0

    def fresh(self) -> list[Track]:
        """The tracks that the newest frame showed."""
        return [track for track in self._tracks if track.seen == self._time]

    def going_on(self, sights: Sequence[Sight], time: float) -> list[Track | None]:
        """For each face, the track it continues without a look, or None if it needs one.

        A look isn't needed if position and thumbnail match, and neither another track nor another face could be meant.
        """
        tracks = self.fresh()
        boxes = [track.expected_box(time) for track in tracks]
        found: list[Track | None] = []
        for sight in sights:
            near = sorted(((overlap(sight.face.box, box), n) for n, box in enumerate(boxes)), reverse=True)[:2]
            here = bool(near) and near[0][0] >= SAME_PLACE and all(share < NO_OTHER_PLACE for share, _ in near[1:])
            track = tracks[near[0][1]] if here else None
            same = track is not None and likeness(sight.thumbnail, track.thumbnail) >= SAME_PICTURE
            found.append(track if same else None)
        return [track if found.count(track) == 1 else None for track in found]

    def update(
        self,
        sights: Sequence[Sight],
        going_on: Sequence[Track | None],
        looks: Mapping[int, Observation],
        time: float,
    ) -> list[Track]:
        """Takes in one frame; returns the tracks it shows, in the order of the faces.

        going_on: as returned by `going_on`. looks: by index of the face. A face with neither gets no track yet. time:
        seconds, never decreasing.
        """
        unseen = {track.number for number, track in enumerate(going_on) if track and number not in looks}
        free = [track for track in self._tracks if time - track.seen <= MEMORY and track.number not in unseen]
        matched = dict(_matches(looks, sights, free, time))
        current = []
        for number, sight in enumerate(sights):
            track = matched.get(number) if number in looks else going_on[number]
            if track is None and number not in looks:
                continue
            track = track or self._begin(sight, looks[number], time)
            track.move(sight, time)
            if number in looks:
                track.add(looks[number], time)
            current.append(track)
        self._tracks = [track for track in self._tracks if time - track.seen <= MEMORY]
        self._time = time
        return current

    def cut(self) -> None:
        """Ends every track, because the next frame shows another scene."""
        self._tracks = []

    def _begin(self, sight: Sight, look: Observation, time: float) -> Track:
        self._count += 1
        track = Track(self._count, sight.face, sight.thumbnail, time, look, time)
        self._tracks.append(track)
        return track


def _matches(
    looks: Mapping[int, Observation], sights: Sequence[Sight], tracks: Sequence[Track], time: float
) -> Iterator[tuple[int, Track]]:
    """Pairs each face that was looked at with at most one track, best fits first."""
    pairs = [
        (_fit(track, sights[number].face, look.embedding, time), number, place)
        for number, look in looks.items()
        for place, track in enumerate(tracks)
    ]
    faces, places = set[int](), set[int]()
    for fit, number, place in sorted(pairs, reverse=True):
        if fit > 0 and number not in faces and place not in places:
            faces.add(number)
            places.add(place)
            yield number, tracks[place]


def _fit(track: Track, face: Face, embedding: NDArray[np.float32], time: float) -> float:
    """How well a face fits a track in appearance and position: above 0 to 2, or 0 if it can't belong to it."""
    alike = track.looks_like(embedding)
    box, expected = np.array(face.box), np.array(track.expected_box(time))
    width = max(box[2], expected[2], 1.0)
    away = float(np.hypot(*((box[:2] + box[2:] / 2) - (expected[:2] + expected[2:] / 2)))) / width
    if alike < SAME_LOOK or away > REACH:
        return 0.0
    return float(alike + 1 - away / REACH)
