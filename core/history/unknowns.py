"""Unknown people: sightings of faces not named, grouped by who they are, so that each can be named once.

Groups are made anew from the embeddings kept, oldest first: each sighting joins the group whose mean it is most similar
to, if that is enough for two pictures of one person, else it begins a group (leader clustering, Hartigan 1975).
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from core.errors import GalleryError
from core.gallery.pictures import decode
from core.gallery.sightings import Sighting
from core.matching.centring import from_centre
from core.matching.vectors import unit
from core.types import Image, Person

if TYPE_CHECKING:
    from core.recognizer import Recognizer

SAME = 0.001
"""Share of pairs of different people that may be as similar as it takes to join a group."""


@dataclass(slots=True, eq=False)
class Group:
    """Sightings of one unknown person."""

    sightings: list[Sighting] = field(default_factory=list)
    """Oldest first."""

    @property
    def id(self) -> int:
        """The id of its first sighting."""
        return self.sightings[0].id

    @property
    def ids(self) -> list[int]:
        """Of its sightings."""
        return [sighting.id for sighting in self.sightings]

    @property
    def best(self) -> Sighting:
        """The sighting with the best picture."""
        return max(self.sightings, key=lambda sighting: sighting.quality)

    @property
    def first(self) -> float:
        """Unix time at which this person was seen first; `last`: most recently."""
        return self.sightings[0].first

    @property
    def last(self) -> float:
        """Unix time at which this person was seen most recently."""
        return max(sighting.last for sighting in self.sightings)

    @property
    def ignored(self) -> bool:
        """Whether the user wants to hear no more of this person."""
        return any(sighting.ignored for sighting in self.sightings)


def groups(recognizer: "Recognizer") -> list[Group]:
    """The unknown people whose faces are kept, seen most recently first, ignored ones too. Raises GalleryError."""
    rows = recognizer.gallery.history.unknown()
    if not rows:
        return []
    embeddings = np.stack([numbers for _, _, numbers in rows])
    for row, (sighting, encoder, _) in enumerate(rows):
        if encoder != recognizer.encoder.id:
            embeddings[row] = recognizer.encoder.embed(face_of(recognizer, sighting)[None])[0]
    index, _ = recognizer.state()
    metric, curve = recognizer.curve.metric, recognizer.curve
    vectors = metric.directions(metric.project(embeddings))
    if index.population:
        vectors, curve = from_centre(vectors, index.population), index.population.pair_curve
    found = [Group() for _ in range(len(rows))]
    for (sighting, _, _), label in zip(rows, grouped(vectors, curve.similarity_at(SAME)), strict=True):
        found[label].sightings.append(sighting)
    return sorted((group for group in found if group.sightings), key=lambda group: -group.last)


def grouped(vectors: NDArray[np.float32], needed: float) -> list[int]:
    """A label for each of n vectors of length 1 (n×d), from 0, the same for those that belong together.

    needed: similarity (cosine) to a group's mean from which a vector joins it.
    """
    sums = np.zeros_like(vectors)
    labels: list[int] = []
    count = 0
    for vector in vectors:
        similarities = unit(sums[:count]) @ vector if count else np.zeros(0)
        best = int(similarities.argmax()) if count else -1
        if best < 0 or similarities[best] < needed:
            best, count = count, count + 1
        sums[best] += vector
        labels.append(best)
    return labels


def face_of(recognizer: "Recognizer", sighting: Sighting) -> Image:
    """The best crop of a sighting, 168×168×3 uint8 BGR. Raises GalleryError when it has been deleted."""
    pictures = recognizer.gallery.history.pictures(sighting.id)
    if pictures is None:
        raise GalleryError("This sighting has been deleted in the meantime: reload the list.")
    return decode(pictures.face)


def name_group(recognizer: "Recognizer", group: Group, name: str) -> Person:
    """Enrolls an unknown person by their best picture, or adds it to the person of that name. Names the sightings.

    Raises GalleryError.
    """
    crop = face_of(recognizer, group.best)
    embedding = recognizer.encoder.embed(crop[None])[0]
    person, _ = recognizer.gallery.add_photo(name, crop, embedding, recognizer.encoder.id, quality=group.best.quality)
    recognizer.gallery.history.name(group.ids, person)
    return person


def reject(recognizer: "Recognizer", sighting: Sighting) -> None:
    """Says that a sighting was not of the person named: its face becomes a counter-example, the sighting is deleted.

    Raises GalleryError.
    """
    crop = face_of(recognizer, sighting)
    embedding = recognizer.encoder.embed(crop[None])[0]
    recognizer.gallery.reject(sighting.name, crop, embedding, recognizer.encoder.id, quality=sighting.quality)
    recognizer.gallery.history.delete([sighting.id])


def confirm(recognizer: "Recognizer", sighting: Sighting) -> Person:
    """Says that a sighting was of the person named: its best picture becomes one more photo of theirs.

    Raises GalleryError, also if the face resembles somebody else more.
    """
    return recognizer.confirm_crop(sighting.name, face_of(recognizer, sighting), sighting.quality)
