"""Reads photos to import: finds the face in each and embeds it, unless it is enrolled already."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.errors import GalleryError, PhotoError
from core.faces.alignment import align
from core.faces.photo_search import faces_in_photo
from core.gallery.names import clean_name, same_name_key
from core.importing.exported_crop import quality_of
from core.importing.listing import Entry
from core.pictures.reading import read_picture
from core.recognizer import Recognizer
from core.system.input import check_input, shown, unreadable
from core.types import ALIGNED_SIZE, CROP_SIZE, Image, Problem


@dataclass(frozen=True, slots=True, eq=False)
class Read:
    """What a photo shows."""

    photo: Path
    name: str
    """Name of the person; empty if nothing tells it."""
    trouble: str = ""
    """Why the photo can't be used, in a sentence; empty if it can."""
    already: str = ""
    """Who is enrolled from this very photo, or will be; empty if nobody is."""
    faces: int = 0
    """Number of faces in the photo; the largest is meant."""
    file: str = ""
    """SHA-256 of the file, in hexadecimal."""
    crop: Image | None = None
    """168×168×3 uint8 BGR, of an old export 112×112×3; None if there is no face, or it is enrolled already."""
    embedding: NDArray[np.float32] | None = None
    """128 numbers, raw; None where `crop` is None."""
    quality: float = 0.0
    """0 to 1."""
    problems: tuple[Problem, ...] = ()
    exported: bool = False
    """Whether the photo is a crop that `firstsight export` has written, which was enrolled before."""


def read_photos(recognizer: Recognizer, entries: Sequence[Entry]) -> Iterator[Read]:
    """Reads photos one after the other. What is wrong with one is in its `trouble`."""
    reader = _Reader(recognizer)
    for entry in entries:
        yield reader.read(entry)


class _Reader:
    """Knows which photos are enrolled, and which have been read before."""

    def __init__(self, recognizer: Recognizer) -> None:
        self._recognizer = recognizer
        self._enrolled_files = recognizer.gallery.photo_files()
        self._read_files: set[tuple[str, str]] = set()
        self._crops: dict[int, set[bytes]] = {}
        snapshot = recognizer.state()[0].snapshot
        self._names = dict(zip(snapshot.persons, snapshot.names, strict=True))
        self._people = {same_name_key(name): person for person, name in self._names.items()}

    def read(self, entry: Entry) -> Read:
        """Reads one photo."""
        plain = Read(entry.photo, entry.name)
        try:
            name = clean_name(entry.name) if entry.name else ""
            file = _digest(entry.photo)
            plain = replace(plain, name=name, file=file)
            key = same_name_key(name)
            person = self._people.get(key, 0)
            owners = self._enrolled_files.get(file, set())
            if owners and (person in owners or not name):
                return replace(plain, already=self._names.get(person or min(owners), name))
            if name and (file, key) in self._read_files:
                return replace(plain, already=name)
            self._read_files.add((file, key))
            return self._look(plain, person)
        except (PhotoError, GalleryError) as error:
            return replace(plain, trouble=str(error))

    def _look(self, plain: Read, person: int) -> Read:
        """Looks at the picture itself. person: id of who is enrolled by this name; 0 if nobody is."""
        known = self._names.get(person, "")
        image = read_picture(plain.photo)
        quality = quality_of(plain.photo) if image.shape[:2] in ((CROP_SIZE,) * 2, (ALIGNED_SIZE,) * 2) else None
        if quality is not None:
            if self._is_enrolled(person, image):
                return replace(plain, faces=1, already=known)
            (embedding,) = self._recognizer.encoder.embed(image[None])
            return replace(plain, faces=1, crop=image, embedding=embedding, quality=quality, exported=True)
        faces = faces_in_photo(self._recognizer.detector, image)
        if not faces:
            return plain
        plain, largest = replace(plain, faces=len(faces)), faces[:1]
        (crop,) = align(image, np.stack([face.landmarks for face in largest]))
        if self._is_enrolled(person, crop):
            return replace(plain, already=known)
        (seen,) = self._recognizer.observe(image, largest)
        return replace(
            plain,
            crop=seen.crop,
            embedding=seen.embedding,
            quality=seen.quality.score,
            problems=seen.quality.problems,
        )

    def _is_enrolled(self, person: int, crop: Image) -> bool:
        """Whether that person has exactly this crop, which tells it before the face is embedded."""
        if not person:
            return False
        if person not in self._crops:
            templates = self._recognizer.gallery.templates(person)
            self._crops[person] = {template.crop.tobytes() for template in templates}
        return crop.tobytes() in self._crops[person]


def _digest(photo: Path) -> str:
    check_input(photo, "a picture", PhotoError)
    try:
        with photo.open("rb") as content:
            return hashlib.file_digest(content, "sha256").hexdigest()
    except OSError as error:
        raise PhotoError(unreadable(shown(photo), error)) from error
