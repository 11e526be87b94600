"""Training faces with degraded variants: each time a face is shown, it is clean or one of its variants at random."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from core.lab.dataset.face_set import FaceSet

CLEAN = 0.4
"""Share of the faces that are shown clean, so that the network doesn't forget good pictures."""


class Variants:
    """Clean faces and their degraded variants. A face that wasn't detected in a degraded picture is shown clean."""

    def __init__(self, faces: FaceSet, degraded: Sequence[FaceSet], seed: int = 0) -> None:
        """degraded: variants of the same pictures, each loaded by `load_faces` with its own seed; may be empty."""
        self._clean, self._seed = faces.crops, seed
        self._degraded = [variant.crops for variant in degraded]
        places = [{file: row for row, file in enumerate(variant.files)} for variant in degraded]
        self._rows = np.array([[place.get(file, -1) for file in faces.files] for place in places], np.int64)

    def shown(self, rows: NDArray[np.int64], epoch: int, step: int) -> NDArray[np.uint8]:
        """The faces of a batch as they are shown in this step, n×168×168×3 BGR; deterministic by seed, epoch and step.

        rows: indices of the faces (n). A face that is in the batch twice is drawn twice, so mostly shown in two ways.
        """
        crops = np.asarray(self._clean[rows])
        if not self._degraded:
            return crops
        random = np.random.default_rng([self._seed, epoch, step])
        chosen = random.integers(len(self._degraded), size=len(rows))
        places = np.where(random.random(len(rows)) < CLEAN, -1, self._rows[chosen, rows])
        for place in np.flatnonzero(places >= 0):
            crops[place] = self._degraded[chosen[place]][places[place]]
        return crops
