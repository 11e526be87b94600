"""Small changes to aligned faces, so that a network trained on few pictures doesn't learn them by heart.

They are as small as what the detector's landmarks and a room's light vary. What is done to a face is drawn apart from
doing it: several processes draw for the whole batch from one seed, and each does its own part.
"""

from dataclasses import dataclass, fields

import torch
from torch import Tensor
from torch.nn import functional


@dataclass(frozen=True, slots=True)
class Strength:
    """The most of each change; every face gets a random part of it."""

    shift: float = 0.07
    """Of the side, to each direction."""
    turn: float = 0.2
    """Radians, 11°, to each side."""
    scale: float = 0.13
    """Larger or smaller."""
    contrast: float = 0.3
    """Times 0.7 to 1.3."""
    brightness: float = 35.0
    """Added or taken, of 255."""
    cut: float = 0.6
    """How often a square is cut out (DeVries and Taylor, arXiv 1708.04552)."""
    cut_side: float = 0.4
    """Of the square, at most, as part of the picture's."""


AUGMENTATIONS = {
    "full": Strength(),
    "mirror": Strength(shift=0, turn=0, scale=0, contrast=0, brightness=0, cut=0),
    "none": None,
}
"""By name: everything; only left and right exchanged, every other time; nothing."""


@dataclass(frozen=True, slots=True, eq=False)
class Changes:
    """What is done to each of n faces."""

    affine: Tensor
    """n×2×3: where in the face each point of the result comes from, in halves of the side from its middle."""
    gain: Tensor
    """n: times."""
    bias: Tensor
    """n: plus, of 255."""
    square: Tensor
    """n×3: middle and half the side of what is cut out, in halves of the side; half a side of 0 cuts nothing."""

    def of(self, rows: slice) -> "Changes":
        """Those of some of the faces."""
        return Changes(*(getattr(self, field.name)[rows] for field in fields(self)))


def draw_changes(count: int, generator: torch.Generator, most: Strength) -> Changes:
    """For so many faces. The same generator's state gives the same changes."""

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
    """n×3×S×S floats, RGB, 0 to 255 → the same, changed; on the faces' device. Beyond the edge it is repeated."""
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
    """n → n×1×1×1."""
    return values.to(device)[:, None, None, None]
