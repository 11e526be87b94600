"""Eigenfaces (Turk and Pentland 1991): pixels reduced to principal components, a baseline for learned encoders.

The linear map, whose rows are the "eigenfaces", follows from which pixels vary together, not from pairs of people.
"""

from collections.abc import Iterable

import torch
from torch import Tensor, nn

from core.encoder.small_network import LUMA, SIDE, coarse, evenly_lit
from core.types import EMBEDDING_SIZE


class EigenfaceBranch(nn.Module):
    """Input: N×3×168×168 floats, RGB, 0 to 255. Output: N×128 floats, the coordinates along the components."""

    luma: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("luma", torch.tensor(LUMA).view(1, 3, 1, 1), persistent=False)
        self.linear = nn.Linear(SIDE**2, EMBEDDING_SIZE)

    def pixels(self, faces: Tensor) -> Tensor:
        """N×3×168×168 → N×3136: grey pixels at a third of the resolution, normalised in mean and contrast."""
        return evenly_lit(coarse(faces, self.luma)).flatten(1)

    def forward(self, faces: Tensor) -> Tensor:
        """N×3×168×168 RGB, 0 to 255 → N×128."""
        return self.linear(self.pixels(faces))  # type: ignore[no-any-return]


def fit_eigenfaces(parts: Iterable[Tensor]) -> dict[str, Tensor]:
    """Weights of an `EigenfaceBranch` with the mean and the first 128 principal components of these faces.

    parts: the faces in batches of n×3×168×168. With too few faces for 128 components, the remaining rows are 0. Raises
    ValueError when there are fewer than two faces.
    """
    branch = EigenfaceBranch()
    with torch.no_grad():
        pixels = torch.cat([branch.pixels(part) for part in parts])
        if len(pixels) < 2:
            raise ValueError("principal components need at least two faces")
        mean = pixels.mean(0)
        _, _, components = torch.linalg.svd(pixels - mean, full_matrices=False)
        found = min(EMBEDDING_SIZE, len(components))
        weight = torch.zeros(EMBEDDING_SIZE, SIDE**2)
        weight[:found] = components[:found]
        # A component's sign is arbitrary; a positive largest pixel makes the result unique.
        largest = weight.gather(1, weight.abs().argmax(1, keepdim=True))
        weight = weight * torch.where(largest < 0, -1.0, 1.0)
    return {"linear.weight": weight.contiguous(), "linear.bias": -(weight @ mean)}
