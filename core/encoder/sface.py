"""SFace's architecture in numbers (Zhong et al., arXiv 2205.12010), from which each runtime builds its network.

A MobileNet (Howard et al., arXiv 1704.04861) with PReLU. In the weights, unit i of `units` is `features.i`, with its
convolution `.0`, batch norm `.1` and slopes `.2`; `norm`, `linear` and `output_norm` follow.
"""

from collections.abc import Iterator
from dataclasses import dataclass

STEM_CHANNELS = 32
BLOCKS = (
    (64, 1),
    (128, 2),
    (128, 1),
    (256, 2),
    (256, 1),
    (512, 2),
    (512, 1),
    (512, 1),
    (512, 1),
    (512, 1),
    (512, 1),
    (1024, 2),
    (1024, 1),
)
"""Output channels of each depthwise-separable block, and stride of its depthwise convolution."""

CHANNELS = BLOCKS[-1][0]
"""Channels before the linear layer."""
FINAL_SIDE = 7
"""Side of the features before the linear layer: 112 halved by four strides of 2."""

PIXEL_MEAN, PIXEL_SCALE = 127.5, 128.0

UNIT_EPSILON = 1e-3
"""Added to the variance by the batch norm of a unit."""
NORM_EPSILON = 2e-5
"""Added to the variance by the batch norms before and after the linear layer."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A convolution without bias, batch norm, and PReLU with one slope per channel."""

    inputs: int
    outputs: int
    kernel: int
    """Side in pixels; the input is padded by half of it."""
    stride: int = 1
    groups: int = 1
    """Equal to `inputs` if each channel is convolved by itself (depthwise)."""


def units() -> Iterator[Unit]:
    """All units before the linear layer, in order."""
    yield Unit(3, STEM_CHANNELS, 3)
    inputs = STEM_CHANNELS
    for outputs, stride in BLOCKS:
        yield Unit(inputs, inputs, 3, stride, groups=inputs)
        yield Unit(inputs, outputs, 1)
        inputs = outputs
