"""The gallery at one moment, for look-ups."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from core.types import EMBEDDING_SIZE


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """T templates, one per row. Immutable; replaced as a whole when the gallery changes, so readers need no lock."""

    embeddings: NDArray[np.float32]
    """Raw embeddings, T×128, read-only."""
    templates: tuple[int, ...]
    """T ids of templates."""
    persons: tuple[int, ...]
    """T ids of the templates' people."""
    names: tuple[str, ...]
    """T names of those people."""
    encoders: tuple[str, ...]
    """T identities of the encoders that made the embeddings."""
    counters: "Snapshot | None" = None
    """Counter-examples: faces that were taken for their person and are somebody else's; None if there are none."""

    def __post_init__(self) -> None:
        if self.embeddings.shape != (len(self.templates), EMBEDDING_SIZE):
            raise ValueError(f"{len(self.templates)} templates need T×128 embeddings, not {self.embeddings.shape}")
        self.embeddings.setflags(write=False)

    def __len__(self) -> int:
        return len(self.templates)

    def extended(
        self, embedding: NDArray[np.float32], template: int, person: int, name: str, encoder: str
    ) -> "Snapshot":
        """A copy with one more template."""
        return Snapshot(
            embeddings=np.concatenate([self.embeddings, embedding[None]]),
            templates=(*self.templates, template),
            persons=(*self.persons, person),
            names=(*self.names, name),
            encoders=(*self.encoders, encoder),
            counters=self.counters,
        )

    def with_counter(
        self, embedding: NDArray[np.float32], template: int, person: int, name: str, encoder: str
    ) -> "Snapshot":
        """A copy with one more counter-example."""
        nobody = Snapshot(np.empty((0, EMBEDDING_SIZE), np.float32), (), (), (), ())
        more = (self.counters or nobody).extended(embedding, template, person, name, encoder)
        return replace(self, counters=more)

    @property
    def rows(self) -> int:
        """Number of templates and counter-examples."""
        return len(self) + (len(self.counters) if self.counters else 0)

    def changed(self, change: "Callable[[Snapshot], Snapshot]") -> "Snapshot":
        """The same change to the templates and to the counter-examples."""
        counters = change(self.counters) if self.counters else None
        return replace(change(self), counters=counters if counters and len(counters) else None)

    def only(self, rows: list[int]) -> "Snapshot":
        """A copy with only the given rows; the snapshot itself if these are all."""
        if len(rows) == len(self):
            return self
        return Snapshot(
            embeddings=self.embeddings[rows],
            templates=tuple(self.templates[row] for row in rows),
            persons=tuple(self.persons[row] for row in rows),
            names=tuple(self.names[row] for row in rows),
            encoders=tuple(self.encoders[row] for row in rows),
            counters=self.counters,
        )
