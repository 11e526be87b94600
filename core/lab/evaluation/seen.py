"""Embeddings of degraded pictures, as a poor camera would see them: of one frame, or pooled over a track of several."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.encoder.encoder import Encoder
from core.lab.dataset.face_set import FaceSet
from core.lab.dataset.loading import load_faces
from core.lab.degradation.conditions import degrading
from core.lab.evaluation.people import embed_faces
from core.lab.progress import Progress
from core.matching.vectors import unit
from core.types import EMBEDDING_SIZE

Bar = Callable[[str], AbstractContextManager[Progress]]
"""Opens a progress bar with a heading."""


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
    """Embeddings of all `faces` under a condition such as "webcam" or "size=32": n×128 for each encoder, by label.

    Pictures are degraded once, for all encoders. A row is NaN if no face was detected in any frame.

    folder, part, keep: as for `load_faces`. frames: degrade each picture this many times, with different seeds, and
    take the mean direction, as a track pools its frames. Raises ValueError for an unknown condition.
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
