"""The gallery at one moment, as the look-up reads it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.types import EMBEDDING_SIZE


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """Every template, immutable: swapped whole when the gallery changes, so that readers need no lock."""

    embeddings: NDArray[np.float32]
    """T×128, raw, read-only."""
    templates: tuple[int, ...]
    """T: each row's template."""
    persons: tuple[int, ...]
    """T: whose it is."""
    names: tuple[str, ...]
    """T: that person's name."""
    encoders: tuple[str, ...]
    """T: the encoder that made it."""

    def __post_init__(self) -> None:
        if self.embeddings.shape != (len(self.templates), EMBEDDING_SIZE):
            raise ValueError(f"{len(self.templates)} templates need T×128 embeddings, not {self.embeddings.shape}")
        self.embeddings.setflags(write=False)

    def __len__(self) -> int:
        return len(self.templates)

    def extended(
        self, embedding: NDArray[np.float32], template: int, person: int, name: str, encoder: str
    ) -> "Snapshot":
        """With one more template."""
        return Snapshot(
            embeddings=np.concatenate([self.embeddings, embedding[None]]),
            templates=(*self.templates, template),
            persons=(*self.persons, person),
            names=(*self.names, name),
            encoders=(*self.encoders, encoder),
        )

    def only(self, rows: list[int]) -> "Snapshot":
        """Those rows; itself if these are all."""
        if len(rows) == len(self):
            return self
        return Snapshot(
            embeddings=self.embeddings[rows],
            templates=tuple(self.templates[row] for row in rows),
            persons=tuple(self.persons[row] for row in rows),
            names=tuple(self.names[row] for row in rows),
            encoders=tuple(self.encoders[row] for row in rows),
        )
