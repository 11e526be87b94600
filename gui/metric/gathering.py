"""Gathers what the metric page shows, for a thread: the enrolled with their map, and the live faces among them."""

import contextlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtWidgets import QApplication

from core.matching.snapshot import Snapshot
from core.types import Candidate, RecognizedFace
from gui.background.garbage import load_for_good

if TYPE_CHECKING:
    from core.matching.index import Index
    from core.matching.metric import Metric
    from core.recognizer import Recognizer
    from gui.metric.embedding_map import EmbeddingMap, Method
    from gui.metric.gallery_pairs import GalleryPairs

Picture = tuple[int, int]
"""Key of an enrolled picture: template, person."""


class Stage(Enum):
    """Stage of a gathering."""

    COMPARING = "comparing"
    DRAWING = "drawing"


Told = Callable[[Stage, float], None]
"""Called often with the stage and the share of it done, 0 to 1. May raise to cancel."""


@dataclass(frozen=True, slots=True, eq=False)
class Enrolled:
    """The people enrolled at one moment, with their map. Rows are those of `snapshot`."""

    recognizer: "Recognizer"
    """The recogniser whose encoder and metric compare them."""
    gallery: Snapshot
    """The gallery's own snapshot, to tell whether it has changed since."""
    snapshot: Snapshot
    """The templates of the recogniser's encoder."""
    asked: "Method"
    """The method asked for; the map may have fallen back to another, see `map.method`."""
    map: "EmbeddingMap | None"
    """None if nobody is enrolled, or while the map is being drawn."""
    index: "Index"
    """The index of `snapshot`, by which similarities are seen from the population's centre."""
    pairs: "GalleryPairs"
    """As seen from the population's centre."""
    plain_pairs: "GalleryPairs"
    """Without a centre."""
    rows: dict[int, int]
    """Template → row."""
    photos: tuple[tuple[int, int], ...]
    """For each row, which of the person's photos it is and how many there are: (2, 3) is the second of three."""
    people: int
    """Number of people."""

    @property
    def metric(self) -> "Metric":
        """The recogniser's metric."""
        return self.recognizer.curve.metric

    def row(self, template: int) -> int | None:
        """The row of a template; None if it is not among these."""
        return self.rows.get(template)

    def picture(self, row: int) -> Picture:
        """The key of a row's picture."""
        return self.snapshot.templates[row], self.snapshot.persons[row]

    def has(self, snapshot: Snapshot) -> bool:
        """Whether a snapshot has the same photos; names may differ."""
        same = self.snapshot.templates == snapshot.templates and self.snapshot.persons == snapshot.persons
        return same and np.array_equal(self.snapshot.embeddings, snapshot.embeddings)

    def title(self, row: int) -> str:
        """The person's name, and which photo if there are several."""
        return ", ".join(filter(None, [self.snapshot.names[row], self.photo(row)]))

    def photo(self, row: int) -> str:
        """Which of the person's photos a row is, such as "photo 2 of 3"; empty if it is the only one."""
        number, count = self.photos[row]
        return QApplication.translate("metric", "photo {} of {}").format(number, count) if count > 1 else ""


@dataclass(frozen=True, slots=True, eq=False)
class LiveFace:
    """A face of the live view on the map."""

    key: int
    """Identifies the face from frame to frame."""
    face: RecognizedFace
    position: NDArray[np.float32]
    """Position on the map (2 numbers); zeros without a map."""
    nearest: Candidate | None
    """The most similar template; None if nobody is enrolled."""
    plain: float = 0.0
    """The greatest similarity to a template without a centre; 0 if nobody is enrolled."""


def gather(
    recognizer: "Recognizer",
    asked: "Method",
    before: Enrolled | None,
    told: Told,
    compared: Callable[[Enrolled], None] = lambda _enrolled: None,
) -> Enrolled:
    """Reads the gallery and draws the map. Slow: not for the GUI thread.

    before: the last result, whose map is reused if the photos are the same. told: see `Told`. compared:
    called with the result without its map, before the map is drawn.
    """
    from gui.metric.gallery_pairs import gallery_pairs

    told(Stage.COMPARING, 0.0)
    gallery = recognizer.gallery.snapshot
    index, metric = recognizer.state()[0], recognizer.curve.metric
    snapshot = index.snapshot
    vectors = metric.project(snapshot.embeddings)
    # Renaming changes the snapshot too, but neither map nor pairs.
    same = before if before and before.metric is metric and before.has(snapshot) else None
    enrolled = Enrolled(
        recognizer=recognizer,
        gallery=gallery,
        snapshot=snapshot,
        asked=asked,
        map=same.map if same and same.asked is asked else None,
        index=index,
        pairs=gallery_pairs(index),
        plain_pairs=same.plain_pairs if same else gallery_pairs(index, centred=False),
        rows={template: row for row, template in enumerate(snapshot.templates)},
        photos=_photos(snapshot),
        people=len(set(snapshot.persons)),
    )
    if enrolled.map or not len(snapshot):
        return enrolled
    told(Stage.DRAWING, 0.0)
    compared(enrolled)
    return replace(enrolled, map=_map(vectors, asked, told))


def locate(recognizer: "Recognizer", enrolled: Enrolled, faces: tuple[RecognizedFace, ...]) -> tuple[LiveFace, ...]:
    """Finds each live face's position on the map and its nearest template. Not for the GUI thread.

    Leaves out faces embedded by another encoder, which was in use a moment ago.
    """
    faces = tuple(face for face in faces if face.decision.threshold.encoder == recognizer.encoder.id)
    if not faces:
        return ()
    positions = np.zeros((len(faces), 2), np.float32)
    if enrolled.map:
        vectors = enrolled.metric.project(np.stack([face.embedding for face in faces]))
        positions = enrolled.map.place(vectors)
    index = recognizer.state()[0]
    return tuple(
        LiveFace(
            key=-1 - number if face.track is None else face.track,
            face=face,
            position=position,
            nearest=next(iter(index.neighbours(face.embedding, 1)), None),
            plain=float(index.similarities(face.embedding[None], centred=False).max(initial=-1)),
        )
        for number, (face, position) in enumerate(zip(faces, positions, strict=True))
    )


def _map(vectors: NDArray[np.float32], asked: "Method", told: Told) -> "EmbeddingMap":
    from gui.metric.embedding_map import map_of

    # Without openTSNE, `map_of` falls back to another map.
    with contextlib.suppress(ImportError):
        load_for_good("openTSNE")
    return map_of(vectors, asked, lambda share: told(Stage.DRAWING, share))


def _photos(snapshot: Snapshot) -> tuple[tuple[int, int], ...]:
    total, seen = Counter(snapshot.persons), Counter[int]()
    numbers = []
    for person in snapshot.persons:
        seen[person] += 1
        numbers.append((seen[person], total[person]))
    return tuple(numbers)
