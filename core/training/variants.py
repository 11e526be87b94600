"""Training faces with poorer pictures of the same: every epoch sees each face once, clean or in one of its variants."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from core.dataset import FaceSet

CLEAN = 0.4
"""Share of an epoch's faces that stay as they are, so that good pictures are not forgotten."""


class Variants:
    """The same faces degraded in several ways; a picture in which no face was found any more stays clean."""

    def __init__(self, faces: FaceSet, degraded: Sequence[FaceSet], seed: int = 0) -> None:
        """degraded: of the same pictures, each as `load_faces` gives it with a seed of its own; or none."""
        self._clean, self._seed = faces.crops, seed
        self._degraded = [variant.crops for variant in degraded]
        places = [{file: row for row, file in enumerate(variant.files)} for variant in degraded]
        self._rows = np.array([[place.get(file, -1) for file in faces.files] for place in places], np.int64)

    def epoch(self, epoch: int) -> NDArray[np.uint8]:
        """n×168×168×3 BGR, as the faces are to be seen in that epoch: the same for the same seed and epoch."""
        if not self._degraded:
            return self._clean
        random = np.random.default_rng([self._seed, epoch])
        chosen = random.integers(len(self._degraded), size=len(self._clean))
        chosen[random.random(len(self._clean)) < CLEAN] = -1
        crops = np.array(self._clean)
        for variant, degraded in enumerate(self._degraded):
            seen = (chosen == variant) & (self._rows[variant] >= 0)
            crops[seen] = degraded[self._rows[variant][seen]]
        return crops
