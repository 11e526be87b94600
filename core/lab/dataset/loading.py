"""Loads a folder of people as a `FaceSet`: reads each picture, detects its labelled face and aligns it.

Detection is repeated by every command unless its result is kept (`kept_faces.py`), which happens only on request:
faces and names are private.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

from core.errors import PhotoError
from core.faces.alignment import align
from core.faces.detector import YUNET, FaceDetector
from core.lab.dataset.face_set import FaceSet
from core.lab.dataset.kept_faces import KeptFaces, cache_key, read_kept, remove_drafts
from core.lab.dataset.kept_faces import keep as write_kept
from core.lab.dataset.labelled_face import labelled_face
from core.lab.dataset.people_folder import people_and_unreadable
from core.lab.dataset.unnamed_crops import UnnamedCrops
from core.lab.progress import Progress
from core.pictures.reading import read_picture
from core.types import Box, Image


@dataclass(frozen=True, slots=True, eq=False)
class Degrading:
    """A degradation that is applied to each picture before its face is aligned, such as a poor webcam's."""

    id: str
    """Identifies the result: equal ids give equal pictures."""
    apply: Callable[[Image, Box, str], Image]
    """(picture, box of its face, file as `NAME/FILE`) → the degraded picture."""


def load_faces(
    folder: Path,
    *,
    part: str | None = None,
    degrading: Degrading | None = None,
    keep: bool = False,
    progress: Progress | None = None,
) -> FaceSet:
    """The labelled face of every picture in a folder of people, aligned.

    The crops are in an unnamed file that disappears with the set, or in the cache if they were kept. Pictures that
    can't be read or show no face are left out, and listed with the reason.

    part: only some of the people, as for `list_people`. keep: also keep the faces and names in the home's
    `cache/faces`, unencrypted, until `doctor --clean` deletes them; later calls for the same pictures read them there.

    Raises PhotoError when the folder contains nobody, OutputError when the disk is full.
    """
    remove_drafts()
    people, unreadable = people_and_unreadable(folder, part)
    files = [path for paths in people.values() for path in paths]
    degraded = degrading.id if degrading else ""
    key = cache_key(files, YUNET.name, degraded)
    kept, file = read_kept(key), None
    if kept is None:
        kept, file = _detected(folder, files, degrading, progress)
        if keep:
            write_kept(key, kept)
    if progress:
        progress(len(files), len(files))
    names = np.array([name.partition("/")[0] for name in kept.files], dtype=np.str_)
    left_out = (*unreadable, *kept.left_out)
    return FaceSet(folder.resolve().name, names, kept.files, kept.crops, left_out, degraded, file)


def _detected(
    folder: Path, files: list[Path], degrading: Degrading | None, progress: Progress | None
) -> tuple[KeptFaces, IO[bytes]]:
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
    return KeptFaces(tuple(used), tuple(left_out), crops.mapped()), crops.file


def _labelled_crop(path: Path, name: str, detector: FaceDetector, degrading: Degrading | None) -> NDArray[np.uint8]:
    image = read_picture(path)
    face = labelled_face(image, path, detector)
    if degrading:
        image = degrading.apply(image, face.box, name)
        face = labelled_face(image, path, detector)
    return np.asarray(align(image, face.landmarks[None])[0])
