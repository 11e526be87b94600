"""Aligned faces in, embeddings out: the border at which pictures become the network's input."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.encoder.architectures import side_of
from core.encoder.checkpoint import Checkpoint
from core.encoder.runtime import Runtime, fastest, prepare
from core.encoder.shipped import DEFAULT_ENCODER
from core.errors import ModelError
from core.faces.alignment import middle
from core.matching.curve import ImpostorCurve
from core.types import ALIGNED_SIZE, CROP_SIZE, EMBEDDING_SIZE

BATCHES = {"cpu": 4, "cuda": 64, "mps": 64}
"""Faces sent through the network at once. On a processor the activations of many don't fit its cache: 30, 25, 25, 30 ms
a face by 1, 2, 4, 8 at once (each goes in twice, mirrored; two threads, oneDNN)."""


class Encoder:
    """Turns aligned faces into embeddings. May be used from several threads."""

    def __init__(
        self,
        weights: Path | Checkpoint | None = None,
        *,
        mirror: bool = True,
        runtime: Runtime | None = None,
        threads: int | None = None,
    ) -> None:
        """Loads a checkpoint (default: `DEFAULT_ENCODER`) on the fastest device there is.

        mirror: add the mirrored face's embedding, which averages out what differs between a face's halves.
        runtime: how the network is run; by default the fastest way there is. threads: see `prepare`.
        Raises ModelError when the file is missing, damaged or of another architecture.
        """
        self.path = None if isinstance(weights, Checkpoint) else weights or DEFAULT_ENCODER
        self.checkpoint = weights if isinstance(weights, Checkpoint) else Checkpoint.load(weights or DEFAULT_ENCODER)
        self.id = self.checkpoint.id + ("" if mirror else ":unmirrored")
        self.side = side_of(self.checkpoint.architecture)
        self.runtime = runtime or fastest(self.checkpoint.architecture)
        self._mirror = mirror
        prepared = prepare(self.checkpoint, self.runtime, threads)
        self.device, self._run = prepared.device, prepared.run

    @property
    def curve(self) -> ImpostorCurve:
        """The encoder's own impostor curve, and with it its metric. Raises ModelError when it has none."""
        curve = self.checkpoint.curve
        if curve is None:
            raise ModelError(
                f"The encoder {self.path or self.id} has no impostor curve, so no threshold: make one with "
                f"`firstsight calibrate DIR --encoder {self.path or 'FILE'}`."
            )
        curve.require(self.id)
        return curve

    def embed(self, faces: NDArray[np.uint8]) -> NDArray[np.float32]:
        """n×168×168×3 uint8 BGR, as `align` gives them → n×128 float32, as the network gives them: compare them through
        a metric only. Crops without surroundings, n×112×112×3, do where the encoder looks at no more."""
        return self._embed(faces, mirror=self._mirror)

    def embed_one_way(self, faces: NDArray[np.uint8]) -> NDArray[np.float32]:
        """As `embed`, without the mirrored face: half the work, for faces that are looked at more than once.

        May be compared with what `embed` gives, by the same thresholds: on LFW as many pairs of different people reach
        each, and 0.2 % fewer of one person.
        """
        return self._embed(faces, mirror=False)

    def _embed(self, faces: NDArray[np.uint8], *, mirror: bool) -> NDArray[np.float32]:
        embeddings = np.empty((len(faces), EMBEDDING_SIZE), np.float32)
        size = BATCHES[self.device]
        for start in range(0, len(faces), size):
            part = slice(start, start + size)
            batch = network_input(faces[part], self.side)
            if mirror:
                both = self._run(np.concatenate([batch, batch[..., ::-1]]))
                embeddings[part] = both[: len(batch)] + both[len(batch) :]
            else:
                embeddings[part] = self._run(batch)
        return embeddings


def network_input(crops: NDArray[np.uint8], side: int) -> NDArray[np.float32]:
    """n×S×S×3 uint8 BGR → n×3×side×side RGB, 0 to 255: of each crop the middle. Raises ValueError."""
    known = {(size, size, 3) for size in (ALIGNED_SIZE, CROP_SIZE)}
    if crops.ndim != 4 or crops.shape[1:] not in known or crops.dtype != np.uint8:
        raise ValueError(f"crops are n×{CROP_SIZE}×{CROP_SIZE}×3 uint8, not {crops.shape} {crops.dtype}")
    rgb = middle(crops, side)[..., ::-1].transpose(0, 3, 1, 2)
    return np.ascontiguousarray(rgb, np.float32)
