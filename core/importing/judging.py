"""Judges the photos of an import together: which may be enrolled without a further look?"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from core.gallery.doubts import Doubted, doubts
from core.gallery.names import same_name_key
from core.importing.reading import Read
from core.matching.index import Index
from core.matching.snapshot import Snapshot
from core.matching.threshold import threshold_for
from core.recognizer import Recognizer
from core.types import Candidate, Person

BLOCK = 64
"""Photos compared with all others at a time, to bound memory."""


class Finding(StrEnum):
    """What becomes of a photo."""

    READY = "ready"
    DOUBTFUL = "doubtful"
    ALREADY = "already enrolled"
    NO_NAME = "no name"
    NO_FACE = "no face"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """A photo read, and what to think of it."""

    read: Read
    finding: Finding
    known: str = ""
    """Who is enrolled by this name, so that the photo is added to theirs; empty if nobody is."""
    doubts: tuple[Doubted, ...] = ()
    close: Candidate | None = None
    """Somebody else for whom the face would be taken, enrolled or in the import."""

    @property
    def has_face(self) -> bool:
        """Whether there is something to enroll, given a name."""
        return self.read.crop is not None


def judge(recognizer: Recognizer, photos: Sequence[Read]) -> list[Judged]:
    """Compares each photo with everybody enrolled and with all others, as if all were enrolled under their names.

    It is doubtful if its quality is poor, it shows several faces, it is unlike the person's other photos, or very close
    to somebody else. If two people of an import are very close, both are.
    """
    index, _ = recognizer.state()
    people = _People(index.snapshot)
    named = [one for one in photos if one.embedding is not None and one.name]
    joined = Index(people.with_photos(named), recognizer.curve.metric, recognizer.curve, index.seen)
    close, likeness = _compared(joined, named, joined.threshold(recognizer.rate).similarity)
    needed = threshold_for(joined.curve or recognizer.curve, recognizer.rate, 1).similarity
    found = {id(one): (close[row], likeness[row]) for row, one in enumerate(named)}
    judged = []
    for one in photos:
        known = people.enrolled(one.name)
        if id(one) not in found:
            judged.append(Judged(one, _without_comparison(one), known))
            continue
        other, like = found[id(one)]
        # The person's other photos may be in the import: for a doubt, they count like those enrolled.
        person = Person(0, known or one.name, 1, 0.0)
        asked = doubts(one.name, faces=one.faces, known=person, likeness=like, needed=needed, close=other)
        doubtful = bool(asked or one.problems)
        judged.append(Judged(one, Finding.DOUBTFUL if doubtful else Finding.READY, known, asked, other))
    return judged


def _without_comparison(one: Read) -> Finding:
    if one.trouble:
        return Finding.UNREADABLE
    if one.already:
        return Finding.ALREADY
    return Finding.NO_FACE if one.crop is None else Finding.NO_NAME


class _People:
    """Those enrolled by name; people of the import get negative ids."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._ids: dict[str, int] = {}
        self._names: dict[str, str] = {}
        for person, name in zip(snapshot.persons, snapshot.names, strict=True):
            key = same_name_key(name)
            self._ids[key], self._names[key] = person, name

    def enrolled(self, name: str) -> str:
        """The name as enrolled; empty if nobody has it."""
        return self._names.get(same_name_key(name), "")

    def with_photos(self, photos: Sequence[Read]) -> Snapshot:
        """The gallery as if all photos were enrolled, in the last rows."""
        before = self._snapshot
        ids = dict(self._ids)
        persons = [ids.setdefault(same_name_key(one.name), -1 - len(ids)) for one in photos]
        return replace(
            before,
            embeddings=np.concatenate([before.embeddings, *(one.embedding[None] for one in photos)]),  # type: ignore[index]
            templates=(*before.templates, *range(-1, -1 - len(photos), -1)),
            persons=(*before.persons, *persons),
            names=(*before.names, *(one.name for one in photos)),
            encoders=(*before.encoders, *[""] * len(photos)),
        )


def _compared(
    index: Index, photos: Sequence[Read], threshold: float
) -> tuple[list[Candidate | None], list[float | None]]:
    """For each photo, somebody else who reaches the threshold, and the likeness of the person's other photos."""
    snapshot = index.snapshot
    persons, first = np.array(snapshot.persons, np.int64), len(snapshot) - len(photos)
    exported = np.array([False] * first + [one.exported for one in photos], bool)
    close: list[Candidate | None] = []
    likeness: list[float | None] = []
    for start in range(first, len(snapshot), BLOCK):
        rows = np.arange(start, min(start + BLOCK, len(snapshot)))
        alike = index.pairs(rows, np.arange(len(snapshot)))
        for row, similarities in zip(rows, alike, strict=True):
            own = persons == persons[row]
            # Exported crops were enrolled side by side before.
            others = ~own & ~(exported & exported[row])
            other = _most(similarities, others)
            reached = other is not None and similarities[other] >= threshold
            close.append(_candidate(snapshot, other, similarities) if reached and other is not None else None)
            own[row] = False
            same = _most(similarities, own & ~(exported & exported[row]))
            likeness.append(None if same is None else float(similarities[same]))
    return close, likeness


def _most(similarities: NDArray[np.float32], among: NDArray[np.bool_]) -> int | None:
    return int(np.where(among, similarities, -2).argmax()) if among.any() else None


def _candidate(snapshot: Snapshot, row: int, similarities: NDArray[np.float32]) -> Candidate:
    return Candidate(snapshot.persons[row], snapshot.names[row], float(similarities[row]), snapshot.templates[row])
