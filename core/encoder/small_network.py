"""A small Siamese branch that trains from scratch in minutes, on a few hundred pictures and an ordinary CPU.

Its input is grey, so that grey and colour pictures look the same, and reduced to a third of the side: what tells a few
dozen people apart is coarse, much of it hair and outline. Four convolution blocks, as in the one-shot network of Koch,
Zemel and Salakhutdinov (2015), with batch norm. Pooling directly follows convolution, so that the rest of a block does
a quarter of the work.
"""

import torch
from torch import Tensor, nn

from core.types import CROP_SIZE, EMBEDDING_SIZE

CHANNELS = (32, 64, 128, 128)
LUMA = (0.299, 0.587, 0.114)
"""Weights of red, green and blue (ITU-R BT.601)."""
SHRINK = 3
SIDE = CROP_SIZE // SHRINK
"""Side in pixels of the reduced picture."""
FINAL_SIDE = SIDE // 2 ** (len(CHANNELS) - 1)


class SmallBranch(nn.Module):
    """Input: N×3×168×168 floats, RGB, 0 to 255. Output: N×128 floats, not normalised."""

    luma: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("luma", torch.tensor(LUMA).view(1, 3, 1, 1), persistent=False)
        layers: list[nn.Module] = []
        inputs = 1
        for block, outputs in enumerate(CHANNELS):
            layers.append(nn.Conv2d(inputs, outputs, 3, padding=1, bias=False))
            if block < len(CHANNELS) - 1:
                layers.append(nn.MaxPool2d(2))
            layers += [nn.BatchNorm2d(outputs), nn.ReLU()]
            inputs = outputs
        self.features = nn.Sequential(*layers)
        self.dropout = nn.Dropout(0.4)
        self.linear = nn.Linear(inputs * FINAL_SIDE**2, EMBEDDING_SIZE)

    def forward(self, faces: Tensor) -> Tensor:
        """N×3×168×168 RGB, 0 to 255 → N×128."""
        features = self.features(evenly_lit(coarse(faces, self.luma)))
        return self.linear(self.dropout(features.flatten(1)))  # type: ignore[no-any-return]


def coarse(faces: Tensor, luma: Tensor) -> Tensor:
    """Faces in grey, at a third of the side, N×3×168×168 → N×1×56×56."""
    return nn.functional.avg_pool2d((faces * luma).sum(1, keepdim=True), SHRINK)


def evenly_lit(grey: Tensor) -> Tensor:
    """Faces normalised to mean 0 and contrast 1, so that light needn't be learned, N×1×H×W → N×1×H×W."""
    mean, spread = grey.mean((2, 3), keepdim=True), grey.std((2, 3), keepdim=True)
    return (grey - mean) / (spread + 4.0)
