"""A set of labelled, aligned faces in memory: whose face each is, and its pixels."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import IO

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class FaceSet:
    """n labelled, aligned faces, sorted by person, then by file name."""

    folder: str
    """Name of the folder that the pictures come from."""
    names: NDArray[np.str_]
    """Name of the person each face shows (n)."""
    files: tuple[str, ...]
    """Path of each picture inside the folder, `NAME/FILE` (n)."""
    crops: NDArray[np.uint8]
    """Aligned faces, n×168×168×3 BGR; usually memory-mapped, and read from disk on access."""
    left_out: tuple[str, ...] = ()
    """One sentence for each picture that could not be used."""
    degraded: str = ""
    """How the pictures were degraded before alignment (`Degrading.id`); empty if they weren't."""
    file: IO[bytes] | None = field(default=None, repr=False)
    """The unnamed file that holds the crops; None if they are in memory or in the cache."""

    def __len__(self) -> int:
        """Number of faces."""
        return len(self.names)

    @property
    def people(self) -> int:
        """Number of different people."""
        return len(np.unique(self.names))

    def of_people(self, names: set[str]) -> "FaceSet":
        """The subset that shows these people."""
        return self.of_rows(np.flatnonzero([name in names for name in self.names.tolist()]))

    def of_rows(self, rows: NDArray[np.intp]) -> "FaceSet":
        """The subset with these indices."""
        files = tuple(self.files[row] for row in rows)
        return FaceSet(self.folder, self.names[rows], files, self.crops[rows], degraded=self.degraded)


def join(sets: Sequence[FaceSet]) -> FaceSet:
    """Merges sets made from the same folder, for instance clean and degraded ones, sorted by person."""
    names = np.concatenate([faces.names for faces in sets])
    order = np.argsort(names, kind="stable")
    files = [file for faces in sets for file in faces.files]
    crops = np.concatenate([faces.crops for faces in sets])[order]
    degraded = " and ".join(faces.degraded or "clean" for faces in sets)
    return FaceSet(sets[0].folder, names[order], tuple(files[row] for row in order), crops, degraded=degraded)
