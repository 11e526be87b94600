"""A small Siamese branch that learns from nothing, on a few hundred pictures and an ordinary processor, in minutes.

Grey, so that grey and colour pictures are the same to it, and at a third of the side: what tells a few dozen people
apart is coarse, and hair and outline are much of it. Four blocks of convolution, as in Koch, Zemel and Salakhutdinov's
one-shot network (2015), with batch norm. Pooling comes first in a block: what follows has a quarter of the work.
"""

import torch
from torch import Tensor, nn

from core.types import CROP_SIZE, EMBEDDING_SIZE

CHANNELS = (32, 64, 128, 128)
LUMA = (0.299, 0.587, 0.114)
"""Of red, green and blue (ITU-R BT.601)."""
SHRINK = 3
SIDE = CROP_SIZE // SHRINK
"""Pixels of the picture that it works on."""
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
    """N×3×168×168 → N×1×56×56: grey, at a third of the side."""
    return nn.functional.avg_pool2d((faces * luma).sum(1, keepdim=True), SHRINK)


def evenly_lit(grey: Tensor) -> Tensor:
    """N×1×H×W → the same, each face of mean 0 and contrast 1: light then needn't be learned."""
    mean, spread = grey.mean((2, 3), keepdim=True), grey.std((2, 3), keepdim=True)
    return (grey - mean) / (spread + 4.0)
