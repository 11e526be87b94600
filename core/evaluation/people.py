"""Folders of people, `NAME/*.jpg`, as embeddings: what calibration and evaluation measure on."""

import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.alignment import align
from core.detector import FaceDetector
from core.encoder import Encoder
from core.errors import PhotoError
from core.images import read_picture
from core.types import ALIGNED_SIZE, EMBEDDING_SIZE, Face, Image

PICTURES = {".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff", ".heic", ".heif", ".avif", ".pgm", ".ppm"}

Progress = Callable[[int, int], None]
"""Told (done, all) after each step; may raise to cancel."""


@dataclass(frozen=True, slots=True, eq=False)
class LabelledFaces:
    """The embeddings of a set of people."""

    folder: str
    names: NDArray[np.str_]
    """n: whose picture each is; people in order of name, the pictures of each in order of file name."""
    embeddings: NDArray[np.float32]
    """n×128, as the encoder gave them."""
    left_out: tuple[str, ...] = field(default=())
    """One sentence for each picture that could not be used."""

    @property
    def people(self) -> int:
        """Different people."""
        return len(np.unique(self.names))


def list_people(folder: Path, part: str | None = None) -> dict[str, list[Path]]:
    """The pictures of each person, by name. part, as "1/2": only people in the first of two halves.

    The part of a person follows from a hash of the name: the same on every machine, and independent of the others.
    Raises PhotoError when there is no such folder or nobody in it.
    """
    if not folder.is_dir():
        raise PhotoError(f"There is no folder {folder}: give one that holds a folder of pictures for each person.")
    wanted = _part(part)
    people = {}
    for person in sorted(path for path in folder.iterdir() if path.is_dir()):
        pictures = sorted(path for path in person.iterdir() if path.suffix.lower() in PICTURES)
        if pictures and wanted(person.name):
            people[person.name] = pictures
    if not people:
        raise PhotoError(f"{folder} holds no folders of pictures: give one with a folder for each person.")
    return people


def _part(part: str | None) -> Callable[[str], bool]:
    if part is None:
        return lambda _name: True
    match = re.fullmatch(r"([1-9]\d*)/([1-9]\d*)", part)
    if not match or int(match[1]) > int(match[2]):
        raise PhotoError(f"{part!r} is no part of the people: write 1/2 for the first half, 2/2 for the second.")
    number, parts = int(match[1]), int(match[2])
    return lambda name: int(hashlib.sha256(name.encode()).hexdigest(), 16) % parts == number - 1


def embed_people(
    folder: Path, encoder: Encoder, detector: FaceDetector, *, part: str | None = None, progress: Progress | None = None
) -> LabelledFaces:
    """Finds, aligns and embeds the labelled face of every picture.

    Pictures that can't be read or show no face are left out, and listed with the reason.
    """
    files = [(name, path) for name, paths in list_people(folder, part).items() for path in paths]
    names: list[str] = []
    embeddings = [np.empty((0, EMBEDDING_SIZE), np.float32)]
    left_out: list[str] = []
    done = 0
    for batch in _batches(files):
        faces = np.empty((len(batch), ALIGNED_SIZE, ALIGNED_SIZE, 3), np.uint8)
        used = 0
        for name, path in batch:
            try:
                faces[used] = labelled_face(read_picture(path), path, detector)
            except PhotoError as error:
                left_out.append(str(error))
            else:
                names.append(name)
                used += 1
        embeddings.append(encoder.embed(faces[:used]))
        done += len(batch)
        if progress:
            progress(done, len(files))
    return LabelledFaces(folder.name, np.array(names, dtype=np.str_), np.concatenate(embeddings), tuple(left_out))


PICTURES_AT_ONCE = 16


def _batches(files: list[tuple[str, Path]]) -> Iterator[list[tuple[str, Path]]]:
    for start in range(0, len(files), PICTURES_AT_ONCE):
        yield files[start : start + PICTURES_AT_ONCE]


def labelled_face(image: Image, path: Path, detector: FaceDetector) -> NDArray[np.uint8]:
    """112×112×3 uint8 BGR: the face that a picture of a person is about. Raises PhotoError when there is none."""
    height, width = image.shape[:2]
    faces = detector.detect_in_photo(image)
    if not faces:
        raise PhotoError(f"{path} shows no face: leave it out or use another picture.")
    chosen = min(faces, key=lambda face: _distance_from_centre(face, width, height))
    return np.asarray(align(image, chosen.landmarks[None])[0])


def _distance_from_centre(face: Face, width: int, height: int) -> float:
    """In pixels, less 0.3 of the size: who a picture is about stands in its middle, but is not always the largest."""
    x, y, w, h = face.box
    return float(np.hypot(x + w / 2 - width / 2, y + h / 2 - height / 2) - 0.3 * np.sqrt(w * h))
