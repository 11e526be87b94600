"""The photos to enroll from, one after the other."""

from collections.abc import Sequence
from pathlib import Path

from core.types import Image

Photo = Path | Image


class PhotoQueue:
    """A list of photos with a current one."""

    def __init__(self, photos: Sequence[Photo]) -> None:
        self._photos = list(photos)
        self._at = 0

    @property
    def current(self) -> Photo | None:
        """The current photo; None past the last one."""
        return self._photos[self._at] if self._at < len(self._photos) else None

    @property
    def number(self) -> int:
        """Number of the current photo, counted from 1."""
        return self._at + 1

    def __len__(self) -> int:
        """Number of all photos, including those done."""
        return len(self._photos)

    @property
    def more(self) -> bool:
        """Whether there are photos after the current one."""
        return self._at + 1 < len(self._photos)

    def next(self) -> Photo | None:
        """Goes on to the next photo and returns it; None if there is none."""
        self._at += 1
        return self.current

    def replace(self, photos: Sequence[Photo]) -> None:
        """Replaces the current photo by others; those after it stay."""
        self._photos[self._at : self._at + 1] = photos
