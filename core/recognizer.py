"""From a picture to names: composes detection, alignment, quality, the encoder, the look-up and the decision."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.alignment import align, middle
from core.detector import FaceDetector
from core.encoder import Encoder
from core.errors import PhotoError
from core.follower import Follower
from core.gallery import Gallery
from core.images import read_picture
from core.matching import DEFAULT_RATE, ImpostorCurve, Index, decide, threshold_for
from core.quality import assess
from core.types import Candidate, Decision, Face, Image, Observation, Person, RecognizedFace, Template, Threshold


@dataclass(frozen=True, slots=True, eq=False)
class Enrollment:
    """Somebody has been enrolled from one photo."""

    person: Person
    template: Template
    face: RecognizedFace
    closest: Candidate | None
    """The closest other person that was enrolled before."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Verification of two photos: is this the same person?"""

    same: bool
    similarity: float
    threshold: Threshold
    false_match_rate: float
    """The share of pairs of different people that reach the threshold: what `same` may be wrong about."""
    chance: float
    """The share of pairs of different people that are at least as similar as these two."""


class Recognizer:
    """Recognises the people of one gallery. May be used from several threads.

    recognizer = Recognizer(Gallery.open())
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

        rate: the share of strangers that may be named, 0 to 1. k: how many nearest templates vote; weighted:
        nearer ones count more.
        Templates that this encoder hasn't embedded are embedded from their crops; progress is told (done, all) of them.
        Raises ModelError when a model is missing or damaged, or the curve is another encoder's.
        """
        self.gallery = gallery
        self.encoder = encoder or Encoder()
        self.detector = detector or FaceDetector()
        self.curve = curve or self.encoder.curve
        self.curve.require(self.encoder.id)
        self._rate = rate
        self._k, self._weighted = k, weighted
        self._state_lock = threading.Lock()
        gallery.embed_missing(self.encoder.id, self.encoder.embed, progress)
        self._snapshot = gallery.snapshot_of(self.encoder.id)
        self._index = Index(self._snapshot, self.curve.metric)
        self._threshold = threshold_for(self.curve, rate, len(self._index))

    @property
    def rate(self) -> float:
        """The share of strangers that may be named, 0 to 1."""
        return self._rate

    @rate.setter
    def rate(self, rate: float) -> None:
        with self._state_lock:
            self._threshold = threshold_for(self.curve, rate, len(self._index))
            self._rate = rate

    @property
    def threshold(self) -> Threshold:
        """For the people enrolled now."""
        return self.state()[1]

    def state(self) -> tuple[Index, Threshold]:
        """The look-up and the threshold that belong together now; follows the gallery's snapshot."""
        with self._state_lock:
            snapshot = self.gallery.snapshot_of(self.encoder.id)
            if snapshot is not self._snapshot:
                self._snapshot = snapshot
                self._index = Index(snapshot, self.curve.metric)
                self._threshold = threshold_for(self.curve, self._rate, len(self._index))
            return self._index, self._threshold

    def refresh(self, progress: Callable[[int, int], None] | None = None) -> bool:
        """Takes in what another program has changed, and embeds whom it enrolled with another encoder.

        Gives whether there was anything. progress: told (done, all). Raises GalleryError.
        """
        changed = self.gallery.refresh()
        return self.gallery.embed_missing(self.encoder.id, self.encoder.embed, progress) > 0 or changed

    def follower(self, *, prompt: bool = False) -> Follower:
        """Recognises successive frames of one source, with tracks of its own. prompt: as a live view needs it."""
        return Follower(self, prompt=prompt)

    def look(self, image: Image, faces: list[Face] | None = None) -> list[RecognizedFace]:
        """The faces of H×W×3 uint8 BGR, each aligned, judged, embedded and looked up by itself; largest first."""
        found = self.detector.detect(image) if faces is None else faces
        seen = self.observe(image, found)
        index, threshold = self.state()
        return [
            RecognizedFace(
                one.face, one.crop, one.quality, one.embedding, self._decide(index, one.embedding, threshold)
            )
            for one in seen
        ]

    def observe(self, image: Image, faces: Sequence[Face], mirrored: Sequence[bool] | None = None) -> list[Observation]:
        """Each of the faces of H×W×3 uint8 BGR aligned, judged and embedded, in order.

        mirrored: of each face whether only its mirror image is embedded, or only itself, for half the work.
        """
        if not faces:
            return []
        crops = align(image, np.stack([face.landmarks for face in faces]))
        qualities = [assess(image, face, middle(crop)) for face, crop in zip(faces, crops, strict=True)]
        if mirrored is None:
            embeddings = self.encoder.embed(crops)
        else:
            turned = [crop[:, ::-1] if turn else crop for crop, turn in zip(crops, mirrored, strict=True)]
            embeddings = self.encoder.embed_one_way(np.stack(turned))
        seen = zip(faces, crops, qualities, embeddings, strict=True)
        return [Observation(*parts) for parts in seen]

    def examine(self, photo: Path | str | Image) -> list[RecognizedFace]:
        """Every face of a photo, largest first; empty when there is none. Raises PhotoError when it can't be read."""
        image = _picture(photo)
        return self.look(image, self.detector.detect_in_photo(image))

    def identify(self, photo: Path | str | Image) -> list[RecognizedFace]:
        """Who is this? Every face of a photo with its decision, largest first. Raises PhotoError."""
        return self.examine(photo)

    def enroll(self, name: str, photo: Path | str | Image, face: int | None = None) -> Enrollment:
        """Enrolls one face of a photo: the largest, or number `face` (from 0) in the order of `examine`.

        Raises PhotoError when the photo can't be read or has no such face, GalleryError when the name is no name.
        """
        return self.enroll_face(name, self.choose(photo, face))

    def choose(self, photo: Path | str | Image, face: int | None = None) -> RecognizedFace:
        """The largest face of a photo, or number `face` (from 0). Raises PhotoError when there is none."""
        faces = self.examine(photo)
        label = photo if isinstance(photo, str | Path) else "The picture"
        if not faces:
            raise PhotoError(f"{label} shows no face: use a photo in which the face is larger and looks at the camera.")
        if face is not None and not 0 <= face < len(faces):
            numbers = "0" if len(faces) == 1 else f"0 to {len(faces) - 1}"
            raise PhotoError(f"{label} has no face number {face}: choose {numbers}, counted from the largest.")
        return faces[face or 0]

    def enroll_face(self, name: str, face: RecognizedFace) -> Enrollment:
        """Enrolls a face that `examine` or a live view gave. Somebody enrolled gets one more photo by the same name.

        Raises GalleryError when the name is no name.
        """
        known = self.gallery.find(name)
        embedding = self.encoder.embed(face.crop[None])[0]
        closest = self._closest_other(embedding, known.id if known else None)
        person, template = self.gallery.add_photo(
            name, face.crop, embedding, self.encoder.id, quality=face.quality.score
        )
        return Enrollment(person, template, face, closest)

    def explain(self, face: RecognizedFace, k: int = 5) -> tuple[Candidate, ...]:
        """The k closest people to a face, as the gallery is now."""
        return self.state()[0].closest_people(face.embedding, k)

    def decide_again(self, face: RecognizedFace) -> RecognizedFace:
        """The same face, looked up in the gallery as it is now."""
        index, threshold = self.state()
        return replace(face, decision=self._decide(index, face.embedding, threshold))

    def compare(self, first: Path | str | Image, second: Path | str | Image) -> Comparison:
        """Is this the same person? Compares the largest faces of two photos. Raises PhotoError."""
        embeddings = np.stack([self.choose(photo).embedding for photo in (first, second)])
        projected = self.curve.metric.project(embeddings)
        similarity = float(self.curve.metric.similarity(projected[:1], projected[1:])[0, 0])
        threshold = threshold_for(self.curve, self._rate, 1)
        return Comparison(
            same=similarity >= threshold.similarity,
            similarity=similarity,
            threshold=threshold,
            false_match_rate=self._rate,
            chance=self.curve.false_match_rate(similarity),
        )

    def _decide(self, index: Index, embedding: NDArray[np.float32], threshold: Threshold) -> Decision:
        return decide(index, embedding, threshold, self._k, weighted=self._weighted)

    def _closest_other(self, embedding: NDArray[np.float32], person: int | None) -> Candidate | None:
        people = self.state()[0].closest_people(embedding, 2)
        return next((candidate for candidate in people if candidate.person != person), None)


def very_close(decision: Decision) -> Candidate | None:
    """The enrolled person whom a face to be enrolled could be mistaken for, if there is one."""
    return decision.named


def _picture(photo: Path | str | Image) -> Image:
    return read_picture(Path(photo)) if isinstance(photo, str | Path) else photo
