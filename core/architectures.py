"""The architectures of the Siamese encoder, by name. Each takes N×3×S×S RGB, 0 to 255, and gives N×128."""

from torch import nn

from core.eigenfaces import EigenfaceBranch
from core.network import SiameseBranch
from core.small_network import SmallBranch

ARCHITECTURES: dict[str, type[SiameseBranch | SmallBranch | EigenfaceBranch]] = {
    "sface": SiameseBranch,
    "small": SmallBranch,
    "eigenfaces": EigenfaceBranch,
}


def build(name: str) -> nn.Module:
    """An untrained branch. Raises ValueError with the names there are."""
    return _known(name)()


def side_of(name: str) -> int:
    """S: how much of a crop it looks at, in pixels. Raises ValueError with the names there are."""
    return _known(name).side


def _known(name: str) -> type[SiameseBranch | SmallBranch | EigenfaceBranch]:
    if name not in ARCHITECTURES:
        raise ValueError(f"there is no architecture {name!r}: choose one of {', '.join(ARCHITECTURES)}")
    return ARCHITECTURES[name]
