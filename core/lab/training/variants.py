"""Training faces with poorer pictures of the same: each time a face is shown, it is clean or one of its variants."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from core.lab.dataset.face_set import FaceSet

CLEAN = 0.4
"""Share of the faces that are shown as they are, so that good pictures are not forgotten."""


class Variants:
    """The same faces degraded in several ways; a picture in which no face was found any more stays clean."""

    def __init__(self, faces: FaceSet, degraded: Sequence[FaceSet], seed: int = 0) -> None:
        """degraded: of the same pictures, each as `load_faces` gives it with a seed of its own; or none."""
        self._clean, self._seed = faces.crops, seed
        self._degraded = [variant.crops for variant in degraded]
        places = [{file: row for row, file in enumerate(variant.files)} for variant in degraded]
        self._rows = np.array([[place.get(file, -1) for file in faces.files] for place in places], np.int64)

    def shown(self, rows: NDArray[np.int64], epoch: int, step: int) -> NDArray[np.uint8]:
        """Rows of the faces in a batch → n×168×168×3 BGR, as they are to be seen: the same for the same seed, epoch and
        step. A face that is twice in a batch is mostly seen in two ways."""
        crops = np.asarray(self._clean[rows])
        if not self._degraded:
            return crops
        random = np.random.default_rng([self._seed, epoch, step])
        chosen = random.integers(len(self._degraded), size=len(rows))
        places = np.where(random.random(len(rows)) < CLEAN, -1, self._rows[chosen, rows])
        for place in np.flatnonzero(places >= 0):
            crops[place] = self._degraded[chosen[place]][places[place]]
        return crops
