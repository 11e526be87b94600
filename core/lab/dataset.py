"""Folders of people, `NAME/*.jpg`, as labelled aligned faces: what is trained, calibrated and measured on.

Detection and alignment are done once, by whoever begins with a folder. They are kept from one command to the next only
if asked: faces and names are nobody else's business.
"""

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

from core.errors import PhotoError
from core.faces.alignment import align
from core.faces.detector import YUNET, FaceDetector
from core.faces.photo_search import faces_in_photo
from core.lab.crops import KeptCrops, UnnamedCrops, read_kept, remove_drafts
from core.lab.crops import keep as write_kept
from core.pictures.reading import PICTURES, read_picture
from core.types import Box, Face, Image

VERSION = 2
"""Of what is kept: another one is made anew."""

Progress = Callable[[int, int], None]
"""Told (done, all) after each step; may raise to cancel."""


@dataclass(frozen=True, slots=True, eq=False)
class Degrading:
    """What to do to each picture before its face is looked for, as a camera would."""

    id: str
    """The same for the same results."""
    apply: Callable[[Image, Box, str], Image]
    """Picture, the face's box in it and the picture's name (`NAME/FILE`) → the degraded picture."""


@dataclass(frozen=True, slots=True, eq=False)
class FaceSet:
    """Labelled aligned faces: people in order of name, the pictures of each in order of file name."""

    folder: str
    names: NDArray[np.str_]
    """n: whose face each is."""
    files: tuple[str, ...]
    """n: `NAME/FILE`, below the folder."""
    crops: NDArray[np.uint8]
    """n×168×168×3 BGR; read from disk when used."""
    left_out: tuple[str, ...] = ()
    """One sentence for each picture that could not be used."""
    degraded: str = ""
    """What was done to the pictures before, by `Degrading.id`."""
    file: IO[bytes] | None = field(default=None, repr=False)
    """The file without a name in which the crops lie; None where they lie in memory or are kept."""

    def __len__(self) -> int:
        """Faces."""
        return len(self.names)

    @property
    def people(self) -> int:
        """Different people."""
        return len(np.unique(self.names))

    def of_people(self, names: set[str]) -> "FaceSet":
        """Only those people's faces."""
        return self.of_rows(np.flatnonzero([name in names for name in self.names.tolist()]))

    def of_rows(self, rows: NDArray[np.intp]) -> "FaceSet":
        """Only these faces."""
        files = tuple(self.files[row] for row in rows)
        return FaceSet(self.folder, self.names[rows], files, self.crops[rows], degraded=self.degraded)


def join(sets: Sequence[FaceSet]) -> FaceSet:
    """All faces of several sets of pictures of the same folder, for instance as they are and degraded."""
    names = np.concatenate([faces.names for faces in sets])
    order = np.argsort(names, kind="stable")
    files = [file for faces in sets for file in faces.files]
    crops = np.concatenate([faces.crops for faces in sets])[order]
    degraded = " and ".join(faces.degraded or "clean" for faces in sets)
    return FaceSet(sets[0].folder, names[order], tuple(files[row] for row in order), crops, degraded=degraded)


def split_people(faces: FaceSet, apart: int, seed: int = 0) -> tuple[FaceSet, FaceSet]:
    """Two sets without a person in common: the rest, and `apart` people drawn by the seed.

    Raises PhotoError when that leaves fewer than two people in either.
    """
    people = np.unique(faces.names)
    if apart < 2 or len(people) - apart < 2:
        raise PhotoError(f"{faces.folder} has {len(people)} people: {apart} can't be kept apart for validation.")
    drawn = set(np.random.default_rng(seed).permutation(people)[:apart].tolist())
    return faces.of_people(set(people.tolist()) - drawn), faces.of_people(drawn)


def list_people(folder: Path, part: str | None = None) -> dict[str, list[Path]]:
    """The pictures of each person, by name. part, as "1/2": only people in the first of two halves.

    The part of a person follows from a hash of the name: the same on every machine, and independent of the others.
    Raises PhotoError when there is no such folder or nobody in it.
    """
    return _listed(folder, part)[0]


def _listed(folder: Path, part: str | None) -> tuple[dict[str, list[Path]], list[str]]:
    """The pictures of each person, and a sentence for each folder that can't be read."""
    wanted = _part(part)
    people: dict[str, list[Path]] = {}
    left_out: list[str] = []
    for person in _people_in(folder):
        if wanted(person.name):
            try:
                pictures = sorted(path for path in person.iterdir() if path.suffix.lower() in PICTURES)
            except OSError as error:
                left_out.append(f"The folder {person} can't be read ({error.strerror}): check its permissions.")
            else:
                people |= {person.name: pictures} if pictures else {}
    if not people:
        why = f" {left_out[0]}" if left_out else ""
        raise PhotoError(f"{folder} holds no folders of pictures: give one with a folder for each person.{why}")
    return people, left_out


def _people_in(folder: Path) -> list[Path]:
    try:
        return sorted(path for path in folder.iterdir() if path.is_dir())
    except (FileNotFoundError, NotADirectoryError) as error:
        raise PhotoError(
            f"There is no folder {folder}: give one that holds a folder of pictures for each person."
        ) from error
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise PhotoError(f"The folder {folder} can't be read ({why}): check its name and permissions.") from error


def _part(part: str | None) -> Callable[[str], bool]:
    if part is None:
        return lambda _name: True
    match = re.fullmatch(r"([1-9]\d*)/([1-9]\d*)", part)
    if not match or int(match[1]) > int(match[2]):
        raise PhotoError(f"{part!r} is no part of the people: write 1/2 for the first half, 2/2 for the second.")
    number, parts = int(match[1]), int(match[2])
    return lambda name: int(hashlib.sha256(name.encode()).hexdigest(), 16) % parts == number - 1


def load_faces(
    folder: Path,
    *,
    part: str | None = None,
    degrading: Degrading | None = None,
    keep: bool = False,
    progress: Progress | None = None,
) -> FaceSet:
    """Finds and aligns the labelled face of every picture. They lie in a file without a name, which goes with the set.

    keep: also keep them and their names in the home's `cache/faces`, not encrypted, until `doctor --clean` removes
    them: the next call for the same pictures reads them there. Pictures that can't be read or show no face are left
    out, and listed with the reason. Raises PhotoError when there is nobody in the folder, OutputError when the disk is
    full.
    """
    remove_drafts()
    people, unreadable = _listed(folder, part)
    files = [path for paths in people.values() for path in paths]
    key = _key(files, degrading)
    kept, file = read_kept(key), None
    if kept is None:
        kept, file = _found(folder, files, degrading, progress)
        if keep:
            write_kept(key, kept)
    if progress:
        progress(len(files), len(files))
    names = np.array([name.partition("/")[0] for name in kept.files], dtype=np.str_)
    left_out = (*unreadable, *kept.left_out)
    of = degrading.id if degrading else ""
    return FaceSet(folder.resolve().name, names, kept.files, kept.crops, left_out, of, file)


def _key(files: list[Path], degrading: Degrading | None) -> str:
    """Names what is kept: it changes when a picture, the detector or the degrading does."""
    digest = hashlib.sha256(f"{VERSION} {YUNET.name} {degrading.id if degrading else ''}".encode())
    for path in files:
        try:
            status = path.stat()
            seen = f"{path.resolve()} {status.st_size} {status.st_mtime_ns}\n"
        except OSError:
            # Gone meanwhile, or not to be read: it is left out below.
            seen = f"{path} is not there\n"
        digest.update(seen.encode(errors="surrogateescape"))
    return digest.hexdigest()[:24]


def _found(
    folder: Path, files: list[Path], degrading: Degrading | None, progress: Progress | None
) -> tuple[KeptCrops, IO[bytes]]:
    crops, detector = UnnamedCrops(len(files)), FaceDetector()
    used: list[str] = []
    left_out: list[str] = []
    for done, path in enumerate(files):
        if progress:
            progress(done, len(files))
        name = path.relative_to(folder).as_posix()
        try:
            crops.add(_labelled_crop(path, name, detector, degrading))
        except PhotoError as error:
            left_out.append(str(error))
        else:
            used.append(name)
    return KeptCrops(tuple(used), tuple(left_out), crops.mapped()), crops.file


def _labelled_crop(path: Path, name: str, detector: FaceDetector, degrading: Degrading | None) -> NDArray[np.uint8]:
    image = read_picture(path)
    face = labelled_face(image, path, detector)
    if degrading:
        image = degrading.apply(image, face.box, name)
        face = labelled_face(image, path, detector)
    return np.asarray(align(image, face.landmarks[None])[0])


def labelled_face(image: Image, path: Path, detector: FaceDetector) -> Face:
    """The face that a picture of a person is about. Raises PhotoError when there is none."""
    height, width = image.shape[:2]
    faces = faces_in_photo(detector, image)
    if not faces:
        raise PhotoError(f"{path} shows no face: leave it out or use another picture.")
    return min(faces, key=lambda face: _distance_from_centre(face, width, height))


def _distance_from_centre(face: Face, width: int, height: int) -> float:
    """In pixels, less 0.3 of the size: who a picture is about stands in its middle, but is not always the largest."""
    x, y, w, h = face.box
    return float(np.hypot(x + w / 2 - width / 2, y + h / 2 - height / 2) - 0.3 * np.sqrt(w * h))
