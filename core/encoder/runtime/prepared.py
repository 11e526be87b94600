"""What every runtime provides: a function from faces to embeddings."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Prepared:
    """A network ready to run. Thread-safe."""

    run: Callable[[NDArray[np.float32]], NDArray[np.float32]]
    """N×3×S×S RGB, 0 to 255 → N×128 raw embeddings."""
    device: str
    """`cpu`, `cuda` or `mps`."""
