"""Follows faces over successive frames and pools their evidence.

A face keeps its track when it is where the track was heading *and* looks like it. Position alone would carry a name
over a cut, where another face may stand in the same place; looks alone can't tell twins apart. From one frame to the
next a thumbnail tells whether it still looks so; where that doesn't, and now and then anyway, the embedding does.
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
"""Least overlap of a face with where its track was heading, for going on without being looked at."""
NO_OTHER_PLACE = 0.25
"""Overlap with another track's place from which it could be that one."""
SAME_PICTURE = 0.7
"""Least likeness of its thumbnail to that of the frame before. Of pairs of different people of LFW, 4 % exceed it, of
successive frames of one face of the clip 98 %."""
SAME_LOOK = 0.35
"""Least similarity (plain cosine) of a face to its own track a moment before. Successive frames of one face lie near
0.9, blurred or turning ones near 0.5; two different people exceed this about once in 400 pairs."""
REACH = 1.2
"""How far a face may be from where its track was heading, in widths of the box."""
MEMORY = 1.0
"""Seconds that a track outlives its face: a blink of the detector, somebody walking past."""
FORGETTING = 3.0
"""Seconds after which pooled evidence counts half: the face of now matters more than that of a minute ago."""
LEAST_WEIGHT = 1e-3
"""Of a look, however poor."""
SMOOTHING = 0.5
"""Weight of the newest movement in a track's velocity."""
LEAST_STEP = 0.03
"""Seconds over which a movement is measured at least. A detector's box jitters by pixels, and frames that come in
bursts lie a millisecond apart: that would be thousands of pixels a second."""


@dataclass(frozen=True, slots=True, eq=False)
class Sight:
    """A face as one frame shows it, before it is looked at."""

    face: Face
    thumbnail: NDArray[np.float32]
    """Of `thumbnail`."""


@dataclass(slots=True, eq=False)
class Track:
    """One face over successive frames."""

    number: int
    face: Face
    thumbnail: NDArray[np.float32]
    """Of the last frame that showed it."""
    seen: float
    """Time of that frame, in seconds."""
    newest: Observation
    """How it was looked at last."""
    looked: float
    """When that was, in seconds."""
    looks: int = 0
    """How often it was looked at."""
    evidence: NDArray[np.float64] = field(default_factory=lambda: np.zeros(EMBEDDING_SIZE))
    """128: the weighted sum of its embeddings of length 1."""
    weight: float = 0.0
    """The sum of the weights: the qualities, fading."""
    last: NDArray[np.float32] = field(default_factory=lambda: np.zeros(EMBEDDING_SIZE, np.float32))
    """128: the newest embedding, of length 1."""
    velocity: NDArray[np.float64] = field(default_factory=lambda: np.zeros(4))
    """Of the box (x, y, width, height), in pixels a second."""
    measured: tuple[Box, float] | None = None
    """Box and time of the frame from which the next movement is measured."""
    person: int | None = None
    """The person it is named as, for the hysteresis of who names it."""
    decision: Decision | None = None
    """The newest about it, of who names it."""
    due: float = 0.0
    """When it is to be looked at again, in seconds, by who looks."""

    @property
    def embedding(self) -> NDArray[np.float32]:
        """128: the pooled evidence."""
        return (self.evidence / max(self.weight, 1e-9)).astype(np.float32)

    def looks_like(self, embedding: NDArray[np.float32]) -> float:
        """Similarity (plain cosine) of an embedding to the newest or to the pooled one, whichever is closer."""
        vector = unit(embedding)
        return float(max(vector @ self.last, vector @ unit(self.embedding)))

    def expected_box(self, time: float) -> Box:
        """(x, y, width, height) at a later time."""
        x, y, width, height = (np.array(self.face.box) + self.velocity * (time - self.seen)).tolist()
        return (x, y, width, height)

    def move(self, sight: Sight, time: float) -> None:
        """It is somewhere else in a later frame."""
        before, since = self.measured or (self.face.box, self.seen)
        if (elapsed := time - since) >= LEAST_STEP:
            moved = (np.array(sight.face.box) - np.array(before)) / elapsed
            self.velocity = SMOOTHING * moved + (1 - SMOOTHING) * self.velocity
            before, since = sight.face.box, time
        self.measured = before, since
        self.face, self.thumbnail, self.seen = sight.face, sight.thumbnail, time

    def add(self, observation: Observation, time: float) -> None:
        """Takes in one more look."""
        self.last = unit(observation.embedding)
        kept = 0.5 ** (max(time - self.looked, 0.0) / FORGETTING)
        weight = max(observation.quality.score, LEAST_WEIGHT)
        self.evidence = self.evidence * kept + weight * self.last.astype(float)
        self.weight = self.weight * kept + weight
        self.newest, self.looked = observation, time
        self.looks += 1


class Tracker:
    """The tracks of one live view."""

    def __init__(self) -> None:
        self._tracks: list[Track] = []
        self._count = 0
        self._time = 0.0

    def fresh(self) -> list[Track]:
        """Those that the newest frame showed."""
        return [track for track in self._tracks if track.seen == self._time]

    def going_on(self, sights: Sequence[Sight], time: float) -> list[Track | None]:
        """Of each face the track that it goes on without being looked at: in place and picture it is the same, and no
        other track could be meant.
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
        """Takes in one frame; returns the tracks it shows, in the faces' order.

        going_on: as of `going_on`. looks: by the face's number. A face that neither goes on nor was looked at has no
        track yet. time: seconds, never going back.
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
        """Ends every track: the next frame is another scene."""
        self._tracks = []

    def _begin(self, sight: Sight, look: Observation, time: float) -> Track:
        self._count += 1
        track = Track(self._count, sight.face, sight.thumbnail, time, look, time)
        self._tracks.append(track)
        return track


def _matches(
    looks: Mapping[int, Observation], sights: Sequence[Sight], tracks: Sequence[Track], time: float
) -> Iterator[tuple[int, Track]]:
    """Pairs each face that was looked at with at most one track, those that are most alike first."""
    pairs = [
        (_likeness(track, sights[number].face, look.embedding, time), number, place)
        for number, look in looks.items()
        for place, track in enumerate(tracks)
    ]
    faces, places = set[int](), set[int]()
    for alike, number, place in sorted(pairs, reverse=True):
        if alike > 0 and number not in faces and place not in places:
            faces.add(number)
            places.add(place)
            yield number, tracks[place]


def _likeness(track: Track, face: Face, embedding: NDArray[np.float32], time: float) -> float:
    """0 when the face can't be the track's, else how much it is like it, up to 2."""
    alike = track.looks_like(embedding)
    box, expected = np.array(face.box), np.array(track.expected_box(time))
    width = max(box[2], expected[2], 1.0)
    away = float(np.hypot(*((box[:2] + box[2:] / 2) - (expected[:2] + expected[2:] / 2)))) / width
    if alike < SAME_LOOK or away > REACH:
        return 0.0
    return float(alike + 1 - away / REACH)
