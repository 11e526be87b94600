"""What the metric page shows, gathered on a thread: the enrolled with their map, and the live faces among them."""

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
    from core.matching.metric import Metric
    from core.recognizer import Recognizer
    from gui.metric.embedding_map import EmbeddingMap, Method
    from gui.metric.gallery_pairs import GalleryPairs

Picture = tuple[int, int]
"""Which enrolled picture: template, person."""


class Stage(Enum):
    """What a gathering is at."""

    COMPARING = "comparing"
    DRAWING = "drawing"


Told = Callable[[Stage, float], None]
"""Told what it is at, and which share of that is done (0 to 1), often. May raise to cancel."""


@dataclass(frozen=True, slots=True, eq=False)
class Enrolled:
    """The gallery at one moment. Rows are the snapshot's."""

    recognizer: "Recognizer"
    """With whose encoder and metric they are compared."""
    gallery: Snapshot
    """All that was in the gallery at that moment."""
    snapshot: Snapshot
    """What of it that encoder has made."""
    asked: "Method"
    """The map that was asked for; `map.method` is the one there is."""
    map: "EmbeddingMap | None"
    """None with nobody enrolled."""
    pairs: "GalleryPairs"
    rows: dict[int, int]
    """Template → row."""
    photos: tuple[tuple[int, int], ...]
    """T: which photo of how many of that person, (2, 3) the second of three."""
    people: int
    """How many there are."""

    @property
    def metric(self) -> "Metric":
        """With which they are compared."""
        return self.recognizer.curve.metric

    def row(self, template: int) -> int | None:
        """Of a template; None when it is not among these."""
        return self.rows.get(template)

    def picture(self, row: int) -> Picture:
        """Which picture is a row's."""
        return self.snapshot.templates[row], self.snapshot.persons[row]

    def has(self, snapshot: Snapshot) -> bool:
        """Whether these are the same photos, whatever the names are now."""
        same = self.snapshot.templates == snapshot.templates and self.snapshot.persons == snapshot.persons
        return same and np.array_equal(self.snapshot.embeddings, snapshot.embeddings)

    def title(self, row: int) -> str:
        """Whose a template is, and which photo when the person has several."""
        return ", ".join(filter(None, [self.snapshot.names[row], self.photo(row)]))

    def photo(self, row: int) -> str:
        """Which photo a template is; empty when it is the person's only one."""
        number, count = self.photos[row]
        return QApplication.translate("metric", "photo {} of {}").format(number, count) if count > 1 else ""


@dataclass(frozen=True, slots=True, eq=False)
class LiveFace:
    """A face of the live view on the map."""

    key: int
    """The same for the same face of later frames."""
    face: RecognizedFace
    position: NDArray[np.float32]
    """2: on the map; zeros without one."""
    nearest: Candidate | None
    """The most similar template; None with nobody enrolled."""


def gather(
    recognizer: "Recognizer",
    asked: "Method",
    before: Enrolled | None,
    told: Told,
    compared: Callable[[Enrolled], None] = lambda _enrolled: None,
) -> Enrolled:
    """Reads the gallery and draws the map; what `before` has is not done again. For a task: it may take long.

    compared: told of all but the map before that is drawn.
    """
    from gui.metric.gallery_pairs import gallery_pairs

    told(Stage.COMPARING, 0.0)
    gallery = recognizer.gallery.snapshot
    snapshot, metric = recognizer.state()[0].snapshot, recognizer.curve.metric
    vectors = metric.project(snapshot.embeddings)
    # A new name changes the snapshot too, but neither map nor pairs.
    same = before if before and before.metric is metric and before.has(snapshot) else None
    enrolled = Enrolled(
        recognizer=recognizer,
        gallery=gallery,
        snapshot=snapshot,
        asked=asked,
        map=same.map if same and same.asked is asked else None,
        pairs=same.pairs if same else gallery_pairs(vectors, snapshot.persons, metric),
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
    """Finds each live face's place on the map and its nearest template. For a task.

    Faces that another encoder has embedded, which was in use a moment ago, are left out.
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
        )
        for number, (face, position) in enumerate(zip(faces, positions, strict=True))
    )


def _map(vectors: NDArray[np.float32], asked: "Method", told: Told) -> "EmbeddingMap":
    from gui.metric.embedding_map import map_of

    # Without it, there is another map.
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
