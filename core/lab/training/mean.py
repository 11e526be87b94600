"""One encoder from several that were fine-tuned from the same weights: the mean of them ("model soup").

Trainings that began at the same place end in the same valley, and its middle does better on people none of them saw
than any of its sides (Wortsman et al., arXiv 2203.05482). The weights that they began with may be among them: the
larger their share, the more of what was known stays.
"""

import math
from collections.abc import Sequence

import numpy as np

from core.encoder.checkpoint import Checkpoint, Weights
from core.errors import ModelError


def mean_of(checkpoints: Sequence[Checkpoint], shares: Sequence[float], *, half: bool = False) -> Checkpoint:
    """The mean of all weights, without a curve: what it computes has to be measured anew.

    shares: of each checkpoint, above 0; only their ratios count. half: kernels and matrices in float16, half the file.
    Raises ModelError when they aren't of one architecture, ValueError when there isn't one share for each.
    """
    if len(shares) != len(checkpoints) or not all(0 < share < math.inf for share in shares):
        raise ValueError("give one share above 0 for each checkpoint")
    architectures = {checkpoint.architecture for checkpoint in checkpoints}
    if len(architectures) != 1:
        raise ModelError(f"A mean needs encoders of one architecture, not of {' and '.join(sorted(architectures))}.")
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
