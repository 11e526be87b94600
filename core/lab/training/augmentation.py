"""Augmentation: small random changes to aligned faces, so that a network trained on few pictures doesn't memorise them.

They are about as large as the variation of the detector's landmarks and of indoor light. Drawing the changes is
separate from applying them: with several processes, each draws them for the whole batch from the same seed, and applies
its own part.
"""

from dataclasses import dataclass, fields

import torch
from torch import Tensor
from torch.nn import functional


@dataclass(frozen=True, slots=True)
class Strength:
    """Greatest extent of each change; for every face, a random amount up to it is drawn."""

    shift: float = 0.07
    """Shift in each direction, as a share of the picture's side."""
    turn: float = 0.2
    """Rotation either way, in radians; 0.2 is 11°."""
    scale: float = 0.13
    """Relative change in size, larger or smaller."""
    contrast: float = 0.3
    """Relative change in contrast; 0.3 multiplies by 0.7 to 1.3."""
    brightness: float = 35.0
    """Value added or subtracted, on the scale of 0 to 255."""
    cut: float = 0.6
    """Probability that a square is cut out (DeVries and Taylor, arXiv 1708.04552)."""
    cut_side: float = 0.4
    """Greatest side of that square, as a share of the picture's side."""


AUGMENTATIONS = {
    "full": Strength(),
    "mirror": Strength(shift=0, turn=0, scale=0, contrast=0, brightness=0, cut=0),
    "none": None,
}
"""By name: all changes; only mirroring, with probability 1/2; none."""


@dataclass(frozen=True, slots=True, eq=False)
class Changes:
    """The changes drawn for n faces. Coordinates run from −1 to 1 across the picture, as in `affine_grid`."""

    affine: Tensor
    """Affine map from each point of the result to the point in the face that it shows, n×2×3."""
    gain: Tensor
    """Factor of the contrast, about mid-grey (n)."""
    bias: Tensor
    """Value added, on the scale of 0 to 255 (n)."""
    square: Tensor
    """Centre x, centre y and half the side of the square cut out, n×3; half a side of 0 cuts nothing."""

    def of(self, rows: slice) -> "Changes":
        """The changes of some of the faces."""
        return Changes(*(getattr(self, field.name)[rows] for field in fields(self)))


def draw_changes(count: int, generator: torch.Generator, most: Strength) -> Changes:
    """Draws changes for `count` faces up to the strength `most`. The same generator state gives the same changes."""

    def between(low: float, high: float) -> Tensor:
        return low + (high - low) * torch.rand(count, generator=generator)

    mirror = torch.where(between(0, 1) < 0.5, -1.0, 1.0)
    angle, scale = between(-most.turn, most.turn), 1 + between(-most.scale, most.scale)
    cosine, sine = scale * torch.cos(angle), scale * torch.sin(angle)
    across, down = 2 * between(-most.shift, most.shift), 2 * between(-most.shift, most.shift)
    affine = torch.stack([mirror * cosine, -sine, across, mirror * sine, cosine, down], 1).view(count, 2, 3)
    gain, bias = 1 + between(-most.contrast, most.contrast), between(-most.brightness, most.brightness)
    half = torch.where(between(0, 1) < most.cut, between(0.3, 1) * most.cut_side, torch.zeros(count))
    return Changes(affine, gain, bias, torch.stack([between(-1, 1), between(-1, 1), half], 1))


def augment(faces: Tensor, changes: Changes) -> Tensor:
    """Applies changes to n faces, n×3×S×S floats, RGB, 0 to 255, on their device. Edge pixels fill what moves in."""
    device = faces.device
    grid = functional.affine_grid(changes.affine.to(device), list(faces.shape), align_corners=False)
    moved = functional.grid_sample(faces, grid, padding_mode="border", align_corners=False)
    lit = (moved - 127.5) * _each(changes.gain, device) + 127.5 + _each(changes.bias, device)
    return _cut(lit.clamp(0, 255), changes.square.to(device))


def _cut(faces: Tensor, square: Tensor) -> Tensor:
    side = faces.shape[-1]
    places = (torch.arange(side, device=faces.device) + 0.5) * 2 / side - 1
    x, y, half = (square[:, column, None] for column in range(3))
    across, down = (places - x).abs() < half, (places - y).abs() < half
    hidden = (down[:, :, None] & across[:, None, :])[:, None]
    return torch.where(hidden, faces.mean((1, 2, 3), keepdim=True), faces)


def _each(values: Tensor, device: torch.device) -> Tensor:
    """One value per face (n), shaped n×1×1×1 to broadcast over the pixels."""
    return values.to(device)[:, None, None, None]
