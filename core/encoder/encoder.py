"""Aligned faces in, embeddings out: the border where pictures become the network's input."""

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
"""Faces per batch. On a CPU, the activations of large batches don't fit the cache: batches of 1, 2, 4, 8 faces take 30,
25, 25, 30 ms per face (two threads, oneDNN; each face goes in twice, once mirrored)."""


class Encoder:
    """Turns aligned faces into embeddings. Thread-safe."""

    def __init__(
        self,
        weights: Path | Checkpoint | None = None,
        *,
        mirror: bool = True,
        runtime: Runtime | None = None,
        threads: int | None = None,
        float32: bool = False,
    ) -> None:
        """Loads a checkpoint (default: `DEFAULT_ENCODER`) onto the fastest device available.

        mirror: add the mirrored face's embedding, which averages out differences between a face's halves.
        runtime: how to run the network; by default the fastest available. threads, float32: see `prepare`.
        Raises ModelError when the file is missing or damaged, or its weights don't fit the architecture.
        """
        self.path = None if isinstance(weights, Checkpoint) else weights or DEFAULT_ENCODER
        self.checkpoint = weights if isinstance(weights, Checkpoint) else Checkpoint.load(weights or DEFAULT_ENCODER)
        self.id = self.checkpoint.id + ("" if mirror else ":unmirrored")
        self.side = side_of(self.checkpoint.architecture)
        self.runtime = runtime or fastest(self.checkpoint.architecture)
        self._mirror = mirror
        prepared = prepare(self.checkpoint, self.runtime, threads, float32=float32)
        self.device, self._run = prepared.device, prepared.run

    @property
    def curve(self) -> ImpostorCurve:
        """The encoder's own impostor curve, which includes its metric. Raises ModelError when it has none."""
        curve = self.checkpoint.curve
        if curve is None:
            raise ModelError(
                f"The encoder {self.path or self.id} has no impostor curve, so no threshold: make one with "
                f"`firstsight calibrate DIR --encoder {self.path or 'FILE'}`."
            )
        curve.require(self.id)
        return curve

    def embed(self, faces: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Embeds crops as returned by `align`, n×168×168×3 uint8 BGR → n×128 float32.

        The embeddings are raw: compare them only through a metric. Crops without surroundings, n×112×112×3, suffice if
        the encoder uses none.
        """
        return self._embed(faces, mirror=self._mirror)

    def embed_one_way(self, faces: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Like `embed`, without the mirrored face: half the work, for faces that are embedded more than once.

        Its embeddings can be compared with those of `embed`, at the same thresholds: on LFW, as many non-mated pairs
        reach each, and 0.2 % fewer mated pairs.
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
    """The central part of crops, n×S×S×3 uint8 BGR → n×3×side×side float32 RGB, 0 to 255.

    Raises ValueError if the crops have another shape or type.
    """
    known = {(size, size, 3) for size in (ALIGNED_SIZE, CROP_SIZE)}
    if crops.ndim != 4 or crops.shape[1:] not in known or crops.dtype != np.uint8:
        raise ValueError(f"crops are n×{CROP_SIZE}×{CROP_SIZE}×3 uint8, not {crops.shape} {crops.dtype}")
    rgb = middle(crops, side)[..., ::-1].transpose(0, 3, 1, 2)
    return np.ascontiguousarray(rgb, np.float32)
