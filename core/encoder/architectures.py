"""The architectures of the Siamese encoder, by name. Each takes N×3×S×S RGB, 0 to 255, and gives N×128."""

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

from core.types import ALIGNED_SIZE, CROP_SIZE

if TYPE_CHECKING:
    from torch import nn

SFACE, SMALL, EIGENFACES = "sface", "small", "eigenfaces"


@dataclass(frozen=True, slots=True)
class Architecture:
    """Where its branch is, and what it looks at."""

    branch: str
    """`MODULE:CLASS`; imported when it is built, for that brings PyTorch, which running it may not need."""
    side: int
    """S: how much of a crop it looks at, in pixels."""


ARCHITECTURES = {
    SFACE: Architecture("core.encoder.network:SiameseBranch", ALIGNED_SIZE),
    SMALL: Architecture("core.encoder.small_network:SmallBranch", CROP_SIZE),
    EIGENFACES: Architecture("core.lab.training.eigenfaces:EigenfaceBranch", CROP_SIZE),
}


def build(name: str) -> "nn.Module":
    """An untrained branch. Raises ValueError with the names there are."""
    module, _, branch = _known(name).branch.partition(":")
    return getattr(import_module(module), branch)()  # type: ignore[no-any-return]


def side_of(name: str) -> int:
    """S: how much of a crop it looks at, in pixels. Raises ValueError with the names there are."""
    return _known(name).side


def _known(name: str) -> Architecture:
    if name not in ARCHITECTURES:
        raise ValueError(f"there is no architecture {name!r}: choose one of {', '.join(ARCHITECTURES)}")
    return ARCHITECTURES[name]
