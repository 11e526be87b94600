"""Averages the weights of several encoders that were fine-tuned from the same checkpoint ("model soup").

Fine-tunings that begin with the same weights end in the same valley of the loss, and its middle does better on unseen
people than its sides (Wortsman et al., arXiv 2203.05482). The checkpoint they began with may be averaged in as well:
the larger its share, the more of its knowledge is kept.
"""

import math
from collections.abc import Sequence

import numpy as np

from core.encoder.checkpoint import Checkpoint, Weights
from core.errors import ModelError


def mean_of(checkpoints: Sequence[Checkpoint], shares: Sequence[float], *, half: bool = False) -> Checkpoint:
    """A checkpoint with the weighted mean of all weights. It has no impostor curve: that has to be measured again.

    shares: weight of each checkpoint, above 0; only their ratios count. half: store kernels and matrices as float16,
    which halves the file. Raises ModelError when the architectures differ, ValueError when there isn't one share above
    0 for each checkpoint.
    """
    if len(shares) != len(checkpoints) or not all(0 < share < math.inf for share in shares):
        raise ValueError("give one share above 0 for each checkpoint")
    architectures = {checkpoint.architecture for checkpoint in checkpoints}
    if len(architectures) != 1:
        raise ModelError(f"A mean needs encoders of the same architecture, not {' and '.join(sorted(architectures))}.")
    first, total = checkpoints[0], sum(shares)
    weights: Weights = {}
    for name, of_first in first.weights.items():
        if np.issubdtype(of_first.dtype, np.floating):
            mean = np.zeros(of_first.shape)
            for part, share in zip(checkpoints, shares, strict=True):
                mean += part.weights[name] * np.float64(share / total)
            weights[name] = mean.astype(np.float16 if half and mean.ndim > 1 else np.float32)
        else:
            weights[name] = of_first
    about = {"mean of": {part.id: share / total for part, share in zip(checkpoints, shares, strict=True)}}
    return Checkpoint(first.architecture, weights, about=about)
