"""Labelled faces as embeddings: what calibration and evaluation measure on."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from core.encoder.encoder import Encoder
from core.lab.dataset.face_set import FaceSet
from core.lab.progress import Progress
from core.types import EMBEDDING_SIZE

AT_ONCE = 16
"""Faces embedded between two reports of progress."""


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


def embed_faces(faces: FaceSet, encoder: Encoder, progress: Progress | None = None) -> LabelledFaces:
    """Embeds every face of a set."""
    embeddings = np.empty((len(faces), EMBEDDING_SIZE), np.float32)
    for start in range(0, len(faces), AT_ONCE):
        if progress:
            progress(start, len(faces))
        embeddings[start : start + AT_ONCE] = encoder.embed(np.asarray(faces.crops[start : start + AT_ONCE]))
    if progress:
        progress(len(faces), len(faces))
    return LabelledFaces(faces.folder, faces.names, embeddings, faces.left_out)
