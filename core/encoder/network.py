"""The Siamese branch: tensors in, embeddings out. No pictures, no files.

Two faces are compared by passing both through this one module, with the same weights, and measuring the angle between
its two outputs: that is all that "Siamese" means (Bromley et al. 1993).
"""

import copy
from collections.abc import Iterator
from typing import Any, TypeVar

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.modules.batchnorm import _BatchNorm
from torch.nn.utils.fusion import fuse_conv_bn_eval, fuse_linear_bn_eval

from core.encoder.sface import CHANNELS, FINAL_SIDE, NORM_EPSILON, PIXEL_MEAN, PIXEL_SCALE, UNIT_EPSILON, Unit, units
from core.types import EMBEDDING_SIZE

Branch = TypeVar("Branch", bound=nn.Module)


class ConvUnit(nn.Sequential):
    """Convolution without bias, batch norm, PReLU with one slope per channel."""

    frozen = False
    """Whether batch norm and slopes are fixed while the kernel learns. The norm is then folded into the kernel at each
    step: the same function and gradients up to rounding, in two thirds of the training time on a CPU."""

    def __init__(self, unit: Unit) -> None:
        place = (unit.kernel, unit.stride, unit.kernel // 2)
        super().__init__(
            nn.Conv2d(unit.inputs, unit.outputs, *place, groups=unit.groups, bias=False),
            nn.BatchNorm2d(unit.outputs, eps=UNIT_EPSILON),
            nn.PReLU(unit.outputs),
        )

    def freeze_norm(self) -> None:
        """Fixes batch norm and slopes from now on."""
        self.frozen = True
        self[1].requires_grad_(False)
        self[2].requires_grad_(False)

    def forward(self, features: Tensor) -> Tensor:
        """N×inputs×H×W → N×outputs×H'×W'."""
        if not self.frozen:
            return super().forward(features)  # type: ignore[no-any-return, no-untyped-call]
        convolution, norm, activation = self
        assert isinstance(convolution, nn.Conv2d)
        assert isinstance(norm, _BatchNorm)
        assert isinstance(activation, nn.PReLU)
        scale, shift = _scale_and_shift(norm)
        kernel = convolution.weight * scale[:, None, None, None]
        stride, padding = convolution.stride, convolution.padding
        moved = functional.conv2d(features, kernel, shift, stride, padding, groups=convolution.groups)
        return FixedSlopes.apply(moved, activation.weight)  # type: ignore[no-any-return, no-untyped-call]


class FixedSlopes(torch.autograd.Function):
    """PReLU with fixed slopes. PyTorch's own always computes their gradient, which takes longest of all."""

    @staticmethod
    def forward(context: Any, features: Tensor, slopes: Tensor) -> Tensor:
        """N×C×H×W and C → N×C×H×W."""
        context.save_for_backward(features, slopes)
        return functional.prelu(features, slopes)

    @staticmethod
    def backward(context: Any, gradient: Tensor) -> tuple[Tensor, None]:
        """The gradient where the feature was above 0, elsewhere the gradient times the slope."""
        features, slopes = context.saved_tensors
        slopes = slopes[:, None, None]
        above = torch.ops.aten.threshold_backward(gradient, features, 0)
        return above.mul_(1 - slopes).addcmul_(gradient, slopes), None


class SiameseBranch(nn.Module):
    """One branch of the Siamese encoder; the other is the same module.

    Input: N×3×112×112 floats, RGB, 0 to 255. Output: N×128 floats, not normalised.
    """

    linear: nn.Linear

    def __init__(self) -> None:
        super().__init__()
        self.features = nn.Sequential(*(ConvUnit(unit) for unit in units()))
        self.norm = nn.BatchNorm2d(CHANNELS, eps=NORM_EPSILON)
        self.dropout = nn.Dropout(0.4)
        self.linear = nn.Linear(CHANNELS * FINAL_SIDE**2, EMBEDDING_SIZE)
        self.output_norm = nn.BatchNorm1d(EMBEDDING_SIZE, eps=NORM_EPSILON)

    def forward(self, faces: Tensor) -> Tensor:
        """N×3×112×112 RGB, 0 to 255 → N×128."""
        normalised: Tensor = self.features((faces - PIXEL_MEAN) / PIXEL_SCALE)
        embeddings: Tensor = self.output_norm(self.linear(self.dropout(self.norm(normalised)).flatten(1)))
        return embeddings


def layers(branch: SiameseBranch) -> Iterator[tuple[nn.Conv2d, Tensor, Tensor]]:
    """The convolutions of a folded branch in order, each with its bias and the PReLU slopes after it."""
    for unit in branch.features.children():
        assert isinstance(unit, ConvUnit)
        convolution, activation = unit[0], unit[2]
        assert isinstance(convolution, nn.Conv2d)
        assert isinstance(activation, nn.PReLU)
        assert convolution.bias is not None
        yield convolution, convolution.bias, activation.weight


def freeze_norms(branch: nn.Module) -> None:
    """Fixes batch norms and slopes, in training mode too; call it after each `train()`."""
    for module in branch.modules():
        if isinstance(module, ConvUnit):
            module.freeze_norm()
        elif isinstance(module, _BatchNorm):
            module.requires_grad_(False).eval()


def folded(branch: Branch) -> Branch:
    """A copy for inference with every batch norm folded into its neighbour; the same function up to float32 rounding.

    In evaluation mode a batch norm is a fixed scale and shift per channel, so the linear map before it (or after it,
    for the one between the features and the linear layer) can absorb it.
    """
    branch = copy.deepcopy(branch).eval()
    for unit in branch.modules():
        if isinstance(unit, ConvUnit):
            convolution, norm = unit[0], unit[1]
            assert isinstance(convolution, nn.Conv2d)
            assert isinstance(norm, nn.BatchNorm2d)
            unit[0], unit[1] = fuse_conv_bn_eval(convolution, norm), nn.Identity()
    if isinstance(branch, SiameseBranch):
        _fold_into_following(branch.norm, branch.linear)
        branch.norm = branch.dropout = nn.Identity()  # type: ignore[assignment]
        branch.linear = fuse_linear_bn_eval(branch.linear, branch.output_norm)
        branch.output_norm = nn.Identity()  # type: ignore[assignment]
    return branch.requires_grad_(False)


@torch.no_grad()
def _fold_into_following(norm: nn.BatchNorm2d, linear: nn.Linear) -> None:
    scale, shift = _scale_and_shift(norm)
    pixels = FINAL_SIDE**2
    linear.bias.add_(linear.weight @ shift.repeat_interleave(pixels))
    linear.weight.mul_(scale.repeat_interleave(pixels))


def _scale_and_shift(norm: _BatchNorm) -> tuple[Tensor, Tensor]:
    """The scale and the shift per channel that a batch norm applies in evaluation mode."""
    mean, variance = norm.running_mean, norm.running_var
    assert mean is not None
    assert variance is not None
    scale = norm.weight / torch.sqrt(variance + norm.eps)
    return scale, norm.bias - mean * scale
