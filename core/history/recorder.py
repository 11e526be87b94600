"""From recognised faces to sightings: one for each person and stay, with their best picture.

A person who comes back soon, or whose track breaks off, goes on with the same sighting. Somebody unknown has a sighting
for each track, once it is clear that they are nobody enrolled; `core.history.unknowns` finds which of them are alike.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from core.gallery.history import History
from core.gallery.sightings import Seen
from core.tracking.visitors import CLEARLY_UNNAMED, SPOILT
from core.types import Box, Frame, Image, Recognition, RecognizedFace

GAP = 120.0
"""Seconds for which somebody may be out of sight within one sighting."""
EVERY = 10.0
"""Seconds between two times that a sighting that goes on is written."""
STAYED = 2.0
"""Seconds for which somebody unknown must be in sight to be recorded: the first looks tell least."""
MOMENT_SIDE = 640
"""Longest side of the picture of the moment, in pixels."""
FACE_QUALITY, MOMENT_QUALITY = 92, 80
"""Of the JPEGs, 0 to 100."""

Key = tuple[str, int]
"""("person", id) or ("track", number)."""


@dataclass(slots=True, eq=False)
class _Stay:
    """A sighting that goes on, or has just ended."""

    person: int | None
    source: str
    first: float
    last: float
    key: str = field(default_factory=lambda: uuid.uuid4().hex)
    similarity: float | None = None
    best: RecognizedFace | None = None
    moment: Image | None = None
    """The frame that `best` is from, shrunk."""
    box: Box = (0.0, 0.0, 0.0, 0.0)
    """Of the face, in pixels of `moment`."""
    embedding: NDArray[np.float32] | None = None
    """Pooled by the track, as of the newest frame."""
    new: bool = True
    written: float = 0.0
    """Time at which it was last written, or tried to."""
    better: bool = False
    """Whether `best` has not been written yet."""
    changed: bool = False

    def see(self, face: RecognizedFace, frame: Frame, now: float) -> None:
        self.last, self.changed, self.embedding = now, True, face.embedding
        similarity = face.decision.similarity
        if similarity is not None:
            self.similarity = max(similarity, self.similarity or -1.0)
        if self.best is None or (face.quality.score > self.best.quality.score and face.crop is not self.best.crop):
            self.best, self.better = face, True
            self.moment, scale = _shrunk(frame.image)
            x, y, width, height = face.face.box
            self.box = (x * scale, y * scale, width * scale, height * scale)

    def due(self, now: float) -> bool:
        stayed = self.person is not None or self.last - self.first >= STAYED
        return self.changed and stayed and now - self.written >= EVERY


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """Sightings to be written at once, on any thread."""

    stays: tuple[_Stay, ...]
    """As of the moment they were taken."""
    withdrawn: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.stays or self.withdrawn)

    def write(self, history: History) -> list[str]:
        """Encodes the pictures and writes everything. Returns the keys written. Raises GalleryError."""
        return history.write([_seen(stay) for stay in self.stays], self.withdrawn)


class Recorder:
    """The sightings of one source. For one thread, which may write batches on another, one at a time."""

    def __init__(self, source: str) -> None:
        """source: its name, as it is to be shown."""
        self._source = source
        self._stays: dict[Key, _Stay] = {}
        self._left: list[_Stay] = []
        """Sightings that are over but not yet written."""
        self._withdrawn: list[str] = []

    def note(self, result: Recognition, now: float) -> None:
        """Takes in one result. now: Unix time. Returns at once."""
        for face in result.faces:
            self._withdraw_unless_unknown(face)
            key = subject_of(face)
            if key:
                self._stay(key, face, now).see(face, result.frame, now)
        for key in [key for key, stay in self._stays.items() if now - stay.last > GAP]:
            self._leave(key)

    def take(self, now: float, *, everything: bool = False) -> Batch:
        """What is due to be written. Afterwards, call `done` with what was. everything: because the source ends."""
        if everything:
            for key in list(self._stays):
                self._leave(key)
        going_on = [stay for stay in self._stays.values() if stay.due(now)]
        left = [stay for stay in self._left if stay.person is not None or stay.last - stay.first >= STAYED]
        self._left = []
        for stay in going_on:
            stay.written = now
        batch = Batch(tuple(replace(stay) for stay in [*going_on, *left]), tuple(self._withdrawn))
        self._withdrawn = []
        for stay in going_on:
            stay.changed = stay.better = False
        return batch

    def done(self, batch: Batch, written: Sequence[str] | None) -> None:
        """Takes in what was written: keys, or None if the gallery couldn't be written, so that it is tried again."""
        tried = {stay.key: stay for stay in batch.stays}
        if written is None:
            self._withdrawn += batch.withdrawn
            going_on = {stay.key for stay in self._stays.values()}
            self._left += [stay for stay in batch.stays if stay.key not in going_on]
        for key, stay in self._stays.items():
            was = tried.get(stay.key)
            if was is None:
                continue
            if written is None:
                stay.changed, stay.better = True, stay.better or was.better
            elif stay.key in written:
                stay.new = False
            else:
                # Deleted by the user, or not to be kept: whoever is still there begins anew.
                self._stays[key] = replace(
                    stay, key=uuid.uuid4().hex, first=stay.last, new=True, better=True, changed=False
                )

    def _stay(self, key: Key, face: RecognizedFace, now: float) -> _Stay:
        stay = self._stays.get(key)
        if stay and now - stay.last > GAP:
            self._leave(key)
            stay = None
        if stay is None:
            person = face.decision.named.person if face.decision.named else None
            stay = self._stays[key] = _Stay(person, self._source, now, now)
        return stay

    def _leave(self, key: Key) -> None:
        stay = self._stays.pop(key)
        if stay.changed:
            self._left.append(stay)

    def _withdraw_unless_unknown(self, face: RecognizedFace) -> None:
        """Takes back an unknown sighting if the face turns out to be, or maybe to be, somebody enrolled."""
        if face.track is None or _clearly_unknown(face):
            return
        stay = self._stays.pop(("track", face.track), None)
        if stay and not stay.new:
            self._withdrawn.append(stay.key)


def subject_of(face: RecognizedFace) -> Key | None:
    """Whose sighting a face belongs to; None if that isn't clear."""
    if face.decision.named:
        return None if face.decision.held else ("person", face.decision.named.person)
    if face.track is None or not _clearly_unknown(face) or SPOILT.intersection(face.quality.problems):
        return None
    return "track", face.track


def _clearly_unknown(face: RecognizedFace) -> bool:
    margin = face.decision.margin
    return face.decision.named is None and (margin is None or margin <= -CLEARLY_UNNAMED)


def _seen(stay: _Stay) -> Seen:
    best, moment, embedding = stay.best, stay.moment, stay.embedding
    assert best is not None
    assert moment is not None
    assert embedding is not None
    changed = stay.better or stay.new
    return Seen(
        key=stay.key,
        new=stay.new,
        person=stay.person,
        first=stay.first,
        last=stay.last,
        similarity=stay.similarity,
        quality=best.quality.score,
        source=stay.source,
        face=_jpeg(best.crop, FACE_QUALITY) if changed else b"",
        moment=_jpeg(moment, MOMENT_QUALITY) if changed else b"",
        box=stay.box,
        encoder=best.decision.threshold.encoder,
        embedding=embedding,
    )


def _shrunk(image: Image) -> tuple[Image, float]:
    """A copy of at most `MOMENT_SIDE` pixels, and its scale."""
    height, width = image.shape[:2]
    scale = min(MOMENT_SIDE / max(height, width), 1.0)
    size = (max(round(width * scale), 1), max(round(height * scale), 1))
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8), scale


def _jpeg(image: Image, quality: int) -> bytes:
    return cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])[1].tobytes()
