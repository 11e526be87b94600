"""The pictures of a folder as a camera would see them: degraded, in one frame or pooled over a track of several."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.dataset import FaceSet, Progress, load_faces
from core.degradation.conditions import degrading
from core.encoder import Encoder
from core.evaluation.people import embed_faces
from core.metric import unit
from core.types import EMBEDDING_SIZE

Bar = Callable[[str], AbstractContextManager[Progress]]
"""A heading → what is told of the progress below it."""


def seen_under(
    condition: str,
    folder: Path,
    faces: FaceSet,
    encoder: Encoder,
    bar: Bar,
    *,
    part: str | None = None,
    frames: int = 1,
) -> NDArray[np.float32]:
    """n×128: of each face of `faces`, the embedding under a condition, such as "webcam" or "size=32".

    frames: degrade each picture so often, by other seeds, and take the mean direction, as a track pools its frames.
    A row is not a number where no face was found in any frame. Raises ValueError for an unknown condition.
    """
    total = np.zeros((len(faces), EMBEDDING_SIZE), np.float32)
    for frame in range(frames):
        heading = condition if frames == 1 else f"{condition}, frame {frame + 1} of {frames}"
        with bar(f"Finding faces: {heading}") as report:
            degraded = load_faces(folder, part=part, degrading=degrading(condition, frame), progress=report)
        rows = {file: row for row, file in enumerate(faces.files)}
        used = [file in rows for file in degraded.files]
        with bar(f"Embedding: {heading}") as report:
            found = unit(embed_faces(degraded.of_rows(np.flatnonzero(used)), encoder, report).embeddings)
        total[[rows[file] for file, is_used in zip(degraded.files, used, strict=True) if is_used]] += found
    total[~total.any(axis=1)] = np.nan
    return total
