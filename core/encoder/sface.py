"""SFace's architecture in numbers (Zhong et al., arXiv 2205.12010): what each runtime builds its network from.

A MobileNet (Howard et al., arXiv 1704.04861) with PReLU. In the weights, unit i of `units` is `features.i`: its
convolution `.0`, its batch norm `.1`, its slopes `.2`. Then `norm`, `linear` and `output_norm`.
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
"""Of each depthwise-separable block: output channels, stride of its depthwise convolution."""

CHANNELS = BLOCKS[-1][0]
"""Before the linear layer."""
FINAL_SIDE = 7
"""112 halved by the four strides of 2: what is left of the picture's side before the linear layer."""

PIXEL_MEAN, PIXEL_SCALE = 127.5, 128.0

UNIT_EPSILON = 1e-3
"""Added to the variance by a unit's batch norm."""
NORM_EPSILON = 2e-5
"""The same before and after the linear layer."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A convolution without bias, batch norm, and PReLU with one slope a channel."""

    inputs: int
    outputs: int
    kernel: int
    """Side in pixels; padded so that nothing is lost at the border."""
    stride: int = 1
    groups: int = 1
    """As many as inputs: each channel by itself (depthwise)."""


def units() -> Iterator[Unit]:
    """All up to the linear layer, in order."""
    yield Unit(3, STEM_CHANNELS, 3)
    inputs = STEM_CHANNELS
    for outputs, stride in BLOCKS:
        yield Unit(inputs, inputs, 3, stride, groups=inputs)
        yield Unit(inputs, outputs, 1)
        inputs = outputs
