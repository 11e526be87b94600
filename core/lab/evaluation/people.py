"""Embeddings of labelled faces: the input of calibration and evaluation."""

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
    """Embeddings of a set of n faces, sorted by person, then by file name."""

    folder: str
    """Name of the folder that the pictures come from."""
    names: NDArray[np.str_]
    """Name of the person each face shows (n)."""
    embeddings: NDArray[np.float32]
    """Raw embeddings from the encoder, n×128."""
    left_out: tuple[str, ...] = field(default=())
    """One sentence for each picture that could not be used."""

    @property
    def people(self) -> int:
        """Number of different people."""
        return len(np.unique(self.names))


def embed_faces(faces: FaceSet, encoder: Encoder, progress: Progress | None = None) -> LabelledFaces:
    """Embeds every face in a set."""
    embeddings = np.empty((len(faces), EMBEDDING_SIZE), np.float32)
    for start in range(0, len(faces), AT_ONCE):
        if progress:
            progress(start, len(faces))
        embeddings[start : start + AT_ONCE] = encoder.embed(np.asarray(faces.crops[start : start + AT_ONCE]))
    if progress:
        progress(len(faces), len(faces))
    return LabelledFaces(faces.folder, faces.names, embeddings, faces.left_out)
