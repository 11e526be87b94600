"""The pictures of a folder as a camera would see them: degraded, in one frame or pooled over a track of several."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.encoder.encoder import Encoder
from core.lab.dataset import FaceSet, Progress, load_faces
from core.lab.degradation.conditions import degrading
from core.lab.evaluation.people import embed_faces
from core.matching.vectors import unit
from core.types import EMBEDDING_SIZE

Bar = Callable[[str], AbstractContextManager[Progress]]
"""A heading → what is told of the progress below it."""


def seen_under(
    condition: str,
    folder: Path,
    faces: FaceSet,
    encoders: Mapping[str, Encoder],
    bar: Bar,
    *,
    part: str | None = None,
    frames: int = 1,
    keep: bool = False,
) -> dict[str, NDArray[np.float32]]:
    """By each encoder's label, n×128: of each face of `faces`, the embedding under a condition, such as "webcam" or
    "size=32". The pictures are degraded once for all encoders.

    frames: degrade each picture so often, by other seeds, and take the mean direction, as a track pools its frames.
    keep: as of `load_faces`. A row is not a number where no face was found in any frame. Raises ValueError for an
    unknown condition.
    """
    total = {label: np.zeros((len(faces), EMBEDDING_SIZE), np.float32) for label in encoders}
    rows = {file: row for row, file in enumerate(faces.files)}
    for frame in range(frames):
        heading = condition if frames == 1 else f"{condition}, frame {frame + 1} of {frames}"
        with bar(f"Finding faces: {heading}") as report:
            way = degrading(condition, frame)
            degraded = load_faces(folder, part=part, degrading=way, keep=keep, progress=report)
        used = [file in rows for file in degraded.files]
        places = [rows[file] for file, is_used in zip(degraded.files, used, strict=True) if is_used]
        found = degraded.of_rows(np.flatnonzero(used))
        for label, encoder in encoders.items():
            with bar(f"Embedding: {label}, {heading}") as report:
                total[label][places] += unit(embed_faces(found, encoder, report).embeddings)
    for embeddings in total.values():
        embeddings[~embeddings.any(axis=1)] = np.nan
    return total
