"""Several photos to enroll from, one after the other."""

from collections.abc import Sequence
from pathlib import Path

from core.types import Image

Photo = Path | Image


class PhotoQueue:
    """Where among them one is."""

    def __init__(self, photos: Sequence[Photo]) -> None:
        self._photos = list(photos)
        self._at = 0

    @property
    def current(self) -> Photo | None:
        """The photo at hand; None without one."""
        return self._photos[self._at] if self._at < len(self._photos) else None

    @property
    def number(self) -> int:
        """Of the photo at hand, counted from 1."""
        return self._at + 1

    def __len__(self) -> int:
        """All of them, those done too."""
        return len(self._photos)

    @property
    def more(self) -> bool:
        """Whether others come after the one at hand."""
        return self._at + 1 < len(self._photos)

    def next(self) -> Photo | None:
        """Goes on to the one after, if there is one."""
        self._at += 1
        return self.current

    def replace(self, photos: Sequence[Photo]) -> None:
        """Others in place of the one at hand, before those that come after it."""
        self._photos[self._at : self._at + 1] = photos
