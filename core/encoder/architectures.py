"""The architectures of the Siamese encoder, by name. Each maps N×3×S×S RGB, 0 to 255, to N×128 embeddings."""

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

from core.types import ALIGNED_SIZE, CROP_SIZE

if TYPE_CHECKING:
    from torch import nn

SFACE, SMALL, EIGENFACES = "sface", "small", "eigenfaces"


@dataclass(frozen=True, slots=True)
class Architecture:
    """Where an architecture is implemented, and the size of its input."""

    branch: str
    """`MODULE:CLASS`, imported only when built, so that PyTorch loads only when needed."""
    side: int
    """S: side in pixels of the central part of a crop that it takes."""


ARCHITECTURES = {
    SFACE: Architecture("core.encoder.network:SiameseBranch", ALIGNED_SIZE),
    SMALL: Architecture("core.encoder.small_network:SmallBranch", CROP_SIZE),
    EIGENFACES: Architecture("core.lab.training.eigenfaces:EigenfaceBranch", CROP_SIZE),
}


def build(name: str) -> "nn.Module":
    """Builds an untrained branch. Raises ValueError if the name is unknown."""
    module, _, branch = _known(name).branch.partition(":")
    return getattr(import_module(module), branch)()  # type: ignore[no-any-return]


def side_of(name: str) -> int:
    """S: side in pixels of the central part of a crop that it takes. Raises ValueError if the name is unknown."""
    return _known(name).side


def _known(name: str) -> Architecture:
    if name not in ARCHITECTURES:
        raise ValueError(f"there is no architecture {name!r}: choose one of {', '.join(ARCHITECTURES)}")
    return ARCHITECTURES[name]
