"""The Siamese branch: tensors in, embeddings out. No pictures, no files.

Two faces are compared by sending both through this one module, with the same weights, and measuring the angle
between what comes out: that is all that "Siamese" means (Bromley et al. 1993).
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
    """Convolution without bias, batch norm, PReLU with one slope a channel."""

    frozen = False
    """Whether norm and slopes are fixed while the kernel learns; the norm is then part of the kernel at each step,
    which gives the same function and gradients to rounding, and saves a third of a training's time on a processor."""

    def __init__(self, unit: Unit) -> None:
        place = (unit.kernel, unit.stride, unit.kernel // 2)
        super().__init__(
            nn.Conv2d(unit.inputs, unit.outputs, *place, groups=unit.groups, bias=False),
            nn.BatchNorm2d(unit.outputs, eps=UNIT_EPSILON),
            nn.PReLU(unit.outputs),
        )

    def freeze_norm(self) -> None:
        """From now on, norm and slopes stay as they are."""
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
    """PReLU whose slopes don't learn: PyTorch's own always works out their gradient, and takes longest of all."""

    @staticmethod
    def forward(context: Any, features: Tensor, slopes: Tensor) -> Tensor:
        """N×C×H×W and C → N×C×H×W."""
        context.save_for_backward(features, slopes)
        return functional.prelu(features, slopes)

    @staticmethod
    def backward(context: Any, gradient: Tensor) -> tuple[Tensor, None]:
        """Times 1 where the feature was above 0, else times the slope."""
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
    """Of a folded branch, up to the linear layer: each convolution, its bias and the slopes after it."""
    for unit in branch.features.children():
        assert isinstance(unit, ConvUnit)
        convolution, activation = unit[0], unit[2]
        assert isinstance(convolution, nn.Conv2d)
        assert isinstance(activation, nn.PReLU)
        assert convolution.bias is not None
        yield convolution, convolution.bias, activation.weight


def freeze_norms(branch: nn.Module) -> None:
    """From now on batch norm and slopes stay as they are, in training mode too; call it after each `train()`."""
    for module in branch.modules():
        if isinstance(module, ConvUnit):
            module.freeze_norm()
        elif isinstance(module, _BatchNorm):
            module.requires_grad_(False).eval()


def folded(branch: Branch) -> Branch:
    """A copy for inference with every batch norm folded into its neighbour; the same function to float32's rounding.

    In evaluation mode a batch norm is a fixed scale and shift a channel, so the linear map before it (or, for the
    one between the features and the linear layer, after it) can do its work.
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
    """What a batch norm does in evaluation mode: times the first, plus the second; of each channel."""
    mean, variance = norm.running_mean, norm.running_var
    assert mean is not None
    assert variance is not None
    scale = norm.weight / torch.sqrt(variance + norm.eps)
    return scale, norm.bias - mean * scale
