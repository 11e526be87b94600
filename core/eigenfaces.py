"""Pixels reduced by principal components (Turk and Pentland 1991): what a learned encoder is compared with.

Not learned from pairs of people, only from which pixels vary together: a linear map whose rows are "eigenfaces".
"""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from core.small_network import LUMA
from core.types import EMBEDDING_SIZE

SIDE = 56


class EigenfaceBranch(nn.Module):
    """Input: N×3×112×112 floats, RGB, 0 to 255. Output: N×128 floats: coordinates along the components."""

    luma: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("luma", torch.tensor(LUMA).view(1, 3, 1, 1), persistent=False)
        self.linear = nn.Linear(SIDE**2, EMBEDDING_SIZE)

    def pixels(self, faces: Tensor) -> Tensor:
        """N×3×112×112 → N×3136: grey, at half the side, of one mean and contrast."""
        grey = nn.functional.avg_pool2d((faces * self.luma).sum(1, keepdim=True), 2).flatten(1)
        return (grey - grey.mean(1, keepdim=True)) / (grey.std(1, keepdim=True) + 4.0)

    def forward(self, faces: Tensor) -> Tensor:
        """N×3×112×112 RGB, 0 to 255 → N×128."""
        return self.linear(self.pixels(faces))  # type: ignore[no-any-return]


def fit_eigenfaces(faces: NDArray[np.uint8]) -> dict[str, Tensor]:
    """n×112×112×3 BGR → the branch's weights: mean and up to 128 principal components; with fewer faces the rest is 0.

    Raises ValueError with fewer than two faces.
    """
    if len(faces) < 2:
        raise ValueError("principal components need at least two faces")
    branch = EigenfaceBranch()
    with torch.no_grad():
        parts = [
            branch.pixels(torch.from_numpy(np.ascontiguousarray(part[..., ::-1].transpose(0, 3, 1, 2))).float())
            for part in np.array_split(faces, -(-len(faces) // 256))
        ]
        pixels = torch.cat(parts)
        mean = pixels.mean(0)
        _, _, components = torch.linalg.svd(pixels - mean, full_matrices=False)
        found = min(EMBEDDING_SIZE, len(components))
        weight = torch.zeros(EMBEDDING_SIZE, SIDE**2)
        weight[:found] = components[:found]
        # The sign of a component is any; its largest pixel bright makes the result one.
        largest = weight.gather(1, weight.abs().argmax(1, keepdim=True))
        weight = weight * torch.where(largest < 0, -1.0, 1.0)
    return {"linear.weight": weight.contiguous(), "linear.bias": -(weight @ mean)}
