"""The architectures of the Siamese encoder, by name. Each takes N×3×112×112 RGB, 0 to 255, and gives N×128."""

from collections.abc import Callable

from torch import nn

from core.eigenfaces import EigenfaceBranch
from core.network import SiameseBranch
from core.small_network import SmallBranch

ARCHITECTURES: dict[str, Callable[[], nn.Module]] = {
    "sface": SiameseBranch,
    "small": SmallBranch,
    "eigenfaces": EigenfaceBranch,
}


def build(name: str) -> nn.Module:
    """An untrained branch. Raises ValueError with the names there are."""
    if name not in ARCHITECTURES:
        raise ValueError(f"there is no architecture {name!r}: choose one of {', '.join(ARCHITECTURES)}")
    return ARCHITECTURES[name]()
