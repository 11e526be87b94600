"""From a picture to names: composes detection, alignment, quality, the encoder, the look-up and the decision."""

import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.encoder.encoder import Encoder
from core.errors import GalleryError, PhotoError
from core.faces.alignment import align, middle
from core.faces.detector import FaceDetector
from core.faces.photo_search import faces_in_photo, quarters_turned, turned_back
from core.faces.quality import assess
from core.gallery import Gallery
from core.gallery.doubts import Doubted, doubts
from core.matching.curve import ImpostorCurve
from core.matching.decision import decide
from core.matching.index import Index
from core.matching.rate import DEFAULT_RATE
from core.matching.threshold import threshold_for
from core.pictures.reading import read_picture
from core.tracking.follower import Follower
from core.tracking.stills import Stills
from core.tracking.tracker import Track
from core.tracking.visitors import Visitors
from core.types import (
    Candidate,
    Decision,
    Face,
    Frame,
    Image,
    Observation,
    Person,
    Problem,
    Recognition,
    RecognizedFace,
    Template,
    Threshold,
)

WORTH_TAKING_IN = 20
"""New visitors are taken in once they are this fraction of the people known."""


@dataclass(frozen=True, slots=True, eq=False)
class Enrollment:
    """The result of enrolling somebody from one photo."""

    person: Person
    template: Template
    face: RecognizedFace
    closest: Candidate | None
    """The closest other person enrolled before."""
    faces: int
    """Number of faces in the photo; 1 if the face was chosen explicitly."""
    doubts: tuple[Doubted, ...] = ()
    """Reasons to doubt that the face is that person's."""


@dataclass(frozen=True, slots=True, eq=False)
class PhotoOf:
    """A photo of a person, or a counter-example."""

    template: Template
    counter: bool
    """Whether it is a counter-example: a face that is somebody else's."""
    likeness: float | None = None
    """Similarity to the closest of the person's other photos; None if there is none."""
    unlike: bool = False
    """Whether it doesn't resemble the others, so that it may be somebody else's."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Verification of two photos: do they show the same person?"""

    same: bool
    similarity: float
    threshold: Threshold
    false_match_rate: float
    """Share of non-mated pairs that reach the threshold: how often `same` is wrong about different people."""
    chance: float
    """Share of non-mated pairs that are at least as similar as these two faces."""
    counted: bool
    """Whether pairs so similar were counted; if not, `chance` is the lowest share counted and the true one is lower."""
    problems: tuple[tuple[Problem, ...], tuple[Problem, ...]]
    """What makes the first and the second face hard to judge."""


class Recognizer:
    """Recognises the people of one gallery. Thread-safe.

    recognizer = Recognizer(Gallery())
    recognizer.enroll("Grace Hopper", "grace.jpg")
    for face in recognizer.identify("group.jpg"):
        print(face.decision.name, face.decision.similarity, face.face.box)
    """

    def __init__(
        self,
        gallery: Gallery,
        *,
        rate: float = DEFAULT_RATE,
        encoder: Encoder | None = None,
        detector: FaceDetector | None = None,
        curve: ImpostorCurve | None = None,
        k: int = 1,
        weighted: bool = True,
        progress: Callable[[int, int], None] | None = None,
    ) -> None:
        """Loads the models, which takes a second or two.

        rate: share of strangers that may be named, 0 to 1. k: number of nearest templates that vote. weighted: nearer
        ones count more. progress: called with (done, total) while templates that this encoder hasn't embedded yet are
        embedded from their crops.
        Raises ModelError when a model is missing or damaged, or the curve belongs to another encoder.
        """
        self.gallery = gallery
        self.encoder = encoder or Encoder()
        self.detector = detector or FaceDetector()
        self.curve = curve or self.encoder.curve
        self.curve.require(self.encoder.id)
        self._rate = rate
        self._k, self._weighted = k, weighted
        self._state_lock, self._saving = threading.Lock(), threading.Lock()
        gallery.embed_missing(self.encoder.id, self.encoder.embed, progress)
        self._snapshot = gallery.snapshot_of(self.encoder.id)
        self._place = ""
        self._visitors: Visitors | None = None
        self._stored = self._seen = gallery.seen(self.encoder.id, self.curve.metric.id)
        self._index = Index(self._snapshot, self.curve.metric, self.curve, self._seen)
        self._threshold = self._index.threshold(rate)

    @property
    def rate(self) -> float:
        """Share of strangers that may be named, 0 to 1."""
        return self._rate

    @rate.setter
    def rate(self, rate: float) -> None:
        with self._state_lock:
            self._threshold = self._index.threshold(rate)
            self._rate = rate

    @property
    def threshold(self) -> Threshold:
        """The threshold for the people enrolled now."""
        return self.state()[1]

    @property
    def index(self) -> Index:
        """The index of the newest `state`, at once: changes of the gallery since then are not in it."""
        return self._index

    def state(self) -> tuple[Index, Threshold]:
        """The index of the gallery's current snapshot, and the threshold that belongs to it."""
        with self._state_lock:
            snapshot = self.gallery.snapshot_of(self.encoder.id)
            if snapshot is not self._snapshot or self._seen is not self._index.seen:
                self._snapshot = snapshot
                self._index = Index(snapshot, self.curve.metric, self.curve, self._seen, before=self._index)
                self._threshold = self._index.threshold(self._rate)
            return self._index, self._threshold

    def refresh(self, progress: Callable[[int, int], None] | None = None) -> bool:
        """Takes in changes by other programs, and embeds photos that they enrolled with another encoder.

        Returns whether anything changed. progress: called with (done, total). Raises GalleryError.
        """
        changed = self.gallery.refresh()
        return self.gallery.embed_missing(self.encoder.id, self.encoder.embed, progress) > 0 or changed

    def follower(
        self, *, prompt: bool = False, stills: bool = False, place: str = ""
    ) -> Callable[[Frame], Recognition]:
        """A function that recognises successive frames of one source, with tracks of its own.

        From now on the population is that before this source: who is enrolled and who is seen there.

        prompt: limit the work per frame, for a live view. stills: recognise each frame separately, as a photo. place:
        name of a camera or stream whose population is remembered; empty for a video, whose people are forgotten.
        Raises GalleryError.
        """
        if stills:
            return Stills(self.identify)
        self.leave()
        with self._state_lock:
            self._place = place
            self._stored = self.gallery.seen(self.encoder.id, self.curve.metric.id, place) if place else None
            self._seen = self._stored
            self._visitors = Visitors(self.curve.metric) if self._index.population else None
        return Follower(self, prompt=prompt, note=self._note)

    def leave(self) -> None:
        """Ends what was watched: saves what is left of its visitors, if the gallery can be written."""
        with suppress(GalleryError):
            self.save_visitors()
        with self._state_lock:
            self._visitors = None

    def _note(self, tracks: Sequence[Track], time: float) -> None:
        """Learns from a frame's tracks who was seen without being named."""
        with self._state_lock:
            visitors, population = self._visitors, self._index.population
            if visitors is None or population is None or not visitors.note(tracks, time, population):
                return
            # A few more among many change nothing, and a large gallery takes time to index.
            taken_in = (self._seen.people if self._seen else 0) - (self._stored.people if self._stored else 0)
            if abs(len(visitors) - taken_in) * WORTH_TAKING_IN >= population.sample.people:
                self._seen = self._stored + visitors.sample if self._stored else visitors.sample

    @property
    def unsaved_visitors(self) -> int:
        """People seen at this place whom `save_visitors` would save: none, or at least `FEWEST_SAVED`."""
        with self._state_lock:
            unsaved = self._visitors.unsaved if self._visitors and self._place else None
            return unsaved.people if unsaved else 0

    def save_visitors(self) -> None:
        """Saves what people seen at this place have said of the population, as sums. Raises GalleryError."""
        with self._saving:
            with self._state_lock:
                visitors, place = self._visitors, self._place
                unsaved = visitors.unsaved if visitors and place else None
            # Nobody enrolled: there may be no gallery yet, and seeing somebody doesn't make one.
            if visitors and unsaved and len(self.gallery):
                self.gallery.add_seen(self.encoder.id, self.curve.metric.id, place, unsaved)
                with self._state_lock:
                    visitors.saved(unsaved)

    def observe(
        self,
        image: Image,
        faces: Sequence[Face],
        mirrored: Sequence[bool] | None = None,
        upright: Sequence[bool] | None = None,
    ) -> list[Observation]:
        """Aligns, judges and embeds the given faces of a picture (H×W×3 uint8 BGR), in order.

        mirrored: for each face, whether to embed only its mirror image or only the face itself, for half the work; by
        default both are embedded. upright: for each face, whether it is upright; by default all are.
        """
        if not faces:
            return []
        crops = align(image, np.stack([face.landmarks for face in faces]))
        stands = [True] * len(faces) if upright is None else upright
        qualities = [
            assess(image, face, middle(crop), upright=right)
            for face, crop, right in zip(faces, crops, stands, strict=True)
        ]
        if mirrored is None:
            embeddings = self.encoder.embed(crops)
        else:
            turned = [crop[:, ::-1] if turn else crop for crop, turn in zip(crops, mirrored, strict=True)]
            embeddings = self.encoder.embed_one_way(np.stack(turned))
        seen = zip(faces, crops, qualities, embeddings, strict=True)
        return [Observation(*parts) for parts in seen]

    def identify(self, photo: Path | str | Image) -> list[RecognizedFace]:
        """Finds and recognises every face in a photo, largest first; empty if there is none.

        Raises PhotoError when the photo can't be read.
        """
        image = _picture(photo)
        return self._look_up(image, faces_in_photo(self.detector, image))

    def identify_upright(self, photo: Path | str | Image) -> tuple[Image, list[RecognizedFace]]:
        """Like `identify`, for display: rotates the photo by quarter turns so that most of its faces are upright.

        Returns the rotated photo and its faces, in its pixels, largest first. Raises PhotoError when it can't be read.
        """
        image = _picture(photo)
        faces = self.identify(image)
        quarters = quarters_turned([face.face for face in faces])
        if not quarters:
            return image, faces
        turned = np.ascontiguousarray(np.rot90(image, quarters))
        return turned, [replace(face, face=turned_back(face.face, 4 - quarters, turned)) for face in faces]

    def forget_visitors(self) -> int:
        """Deletes what people seen live have said, here and at every other place. Returns how many they were.

        Raises GalleryError.
        """
        with self._saving:
            count = self.gallery.forget_seen() if len(self.gallery) else 0
            with self._state_lock:
                self._stored = self._seen = None
                self._visitors = Visitors(self.curve.metric) if self._visitors else None
        return count

    def enroll(self, name: str, photo: Path | str | Image, face: int | None = None) -> Enrollment:
        """Enrolls one face of a photo: the largest, or number `face` (from 0) in the order of `identify`.

        Raises PhotoError when the photo can't be read or has no such face, GalleryError when the name is invalid.
        """
        faces = self.identify(photo)
        chosen = _chosen(faces, photo, face)
        return self.enroll_face(name, chosen, faces=len(faces) if face is None else 1)

    def choose(self, photo: Path | str | Image, face: int | None = None) -> RecognizedFace:
        """The largest face of a photo, or number `face` (from 0). Raises PhotoError when there is none."""
        return _chosen(self.identify(photo), photo, face)

    def enroll_face(self, name: str, face: RecognizedFace, *, faces: int = 1) -> Enrollment:
        """Enrolls a face from `identify` or from a live view. A name that is already enrolled gets one more photo.

        faces: number of faces in the photo, or 1 if this one was chosen explicitly. Raises GalleryError when the name
        is invalid.
        """
        embedding = self.encoder.embed(face.crop[None])[0]
        known = self.gallery.find(name)
        closest = self._closest_other(embedding, known.id if known else None)
        found = self._doubts(name, embedding, known, closest, faces)
        person, template = self.gallery.add_photo(
            name, face.crop, embedding, self.encoder.id, quality=face.quality.score
        )
        return Enrollment(person, template, face, closest, faces, found)

    def reject(self, name: str, face: RecognizedFace) -> Template:
        """Keeps a face as a counter-example of the person with that name, so that like faces aren't named so again.

        Raises GalleryError when nobody has the name.
        """
        embedding = self.encoder.embed(face.crop[None])[0]
        return self.gallery.reject(name, face.crop, embedding, self.encoder.id, quality=face.quality.score)

    def confirm(self, name: str, face: RecognizedFace) -> Enrollment:
        """Adds a face to the person with that name as a photo, if it resembles nobody else more.

        Raises GalleryError when nobody has the name, or the face doesn't resemble that person most.
        """
        person = self._check_is_most_like(name, self.encoder.embed(face.crop[None])[0])
        return self.enroll_face(person.name, face)

    def confirm_crop(self, name: str, crop: Image, quality: float) -> Person:
        """Like `confirm`, for a crop (168×168×3 uint8 BGR) whose quality (0 to 1) is known."""
        embedding = self.encoder.embed(crop[None])[0]
        person = self._check_is_most_like(name, embedding)
        return self.gallery.add_photo(person.name, crop, embedding, self.encoder.id, quality=quality)[0]

    def _check_is_most_like(self, name: str, embedding: NDArray[np.float32]) -> Person:
        """The person with that name, if the embedding resembles nobody else more and no counter-example as much."""
        person = self.gallery.require(name)
        lookup = self.state()[0].look_up(embedding)
        (closest,) = lookup.closest_people(1)
        if closest.person != person.id:
            raise GalleryError(
                f"This face resembles {closest.name} more than {person.name}: if it is {person.name}'s, enroll it "
                "under that name."
            )
        if person.id in lookup.rejected:
            raise GalleryError(
                f"This face is like one that is not {person.name}'s: if it is, delete that one from {person.name}'s "
                "photos first."
            )
        return person

    def photos(self, name: str) -> list[PhotoOf]:
        """The photos of the person with that name, then the counter-examples, each oldest first.

        Raises GalleryError when nobody has the name.
        """
        person = self.gallery.require(name)
        index, _ = self.state()
        rows = [row for row, owner in enumerate(index.snapshot.persons) if owner == person.id]
        alike = index.pairs(np.array(rows, np.intp), np.array(rows, np.intp)) - 3 * np.eye(len(rows), dtype=np.float32)
        closest = dict(zip((index.snapshot.templates[row] for row in rows), alike.max(axis=1, initial=-2), strict=True))
        needed = threshold_for(index.curve or self.curve, self._rate, 1).similarity
        told = []
        for template in self.gallery.templates(person.id):
            likeness = float(closest[template.id]) if len(rows) > 1 and template.id in closest else None
            told.append(PhotoOf(template, False, likeness, likeness is not None and likeness < needed))
        return told + [PhotoOf(template, True) for template in self.gallery.counters(person.id)]

    def doubts(self, name: str, face: RecognizedFace, *, faces: int = 1) -> tuple[Doubted, ...]:
        """Reasons to doubt that a face belongs to that name, before it is enrolled. faces: as for `enroll_face`.

        Raises GalleryError.
        """
        known = self.gallery.find(name)
        closest = self._closest_other(face.embedding, known.id if known else None)
        return self._doubts(name, face.embedding, known, closest, faces)

    def _doubts(
        self, name: str, embedding: NDArray[np.float32], known: Person | None, closest: Candidate | None, faces: int
    ) -> tuple[Doubted, ...]:
        index, threshold = self.state()
        likeness = index.look_up(embedding).likeness(known.id) if known else None
        needed = threshold_for(index.curve or self.curve, self._rate, 1).similarity
        close = closest if closest and closest.similarity >= threshold.similarity else None
        return doubts(name, faces=faces, known=known, likeness=likeness, needed=needed, close=close)

    def compare(self, first: Path | str | Image, second: Path | str | Image) -> Comparison:
        """Verifies whether the largest faces of two photos are the same person. Raises PhotoError."""
        faces = [self.choose(photo) for photo in (first, second)]
        index, _ = self.state()
        compared = index.compare(faces[0].embedding, faces[1].embedding, self._rate)
        return Comparison(
            same=compared.similarity >= compared.threshold.similarity,
            similarity=compared.similarity,
            threshold=compared.threshold,
            false_match_rate=self._rate,
            chance=max(compared.chance, self.curve.counted_to),
            counted=compared.chance >= self.curve.counted_to,
            problems=(faces[0].quality.problems, faces[1].quality.problems),
        )

    def _look_up(self, image: Image, faces: list[Face]) -> list[RecognizedFace]:
        """Aligns, judges, embeds and looks up the given faces of a picture (H×W×3 uint8 BGR)."""
        seen = self.observe(image, faces)
        index, threshold = self.state()
        return [
            RecognizedFace(
                one.face, one.crop, one.quality, one.embedding, self._decide(index, one.embedding, threshold)
            )
            for one in seen
        ]

    def _decide(self, index: Index, embedding: NDArray[np.float32], threshold: Threshold) -> Decision:
        return decide(index, embedding, threshold, self._k, weighted=self._weighted)

    def _closest_other(self, embedding: NDArray[np.float32], person: int | None) -> Candidate | None:
        people = self.state()[0].closest_people(embedding, 2)
        return next((candidate for candidate in people if candidate.person != person), None)


def _chosen(faces: list[RecognizedFace], photo: Path | str | Image, number: int | None) -> RecognizedFace:
    label = photo if isinstance(photo, str | Path) else "The picture"
    if not faces:
        raise PhotoError(f"{label} shows no face: use a photo in which the face is sharp and looks at the camera.")
    if number is not None and not 0 <= number < len(faces):
        numbers = "0" if len(faces) == 1 else f"0 to {len(faces) - 1}"
        raise PhotoError(f"{label} has no face number {number}: choose {numbers}, counted from the largest.")
    return faces[number or 0]


def _picture(photo: Path | str | Image) -> Image:
    return read_picture(Path(photo)) if isinstance(photo, str | Path) else photo
