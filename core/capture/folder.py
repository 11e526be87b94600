"""Pictures as a source: a folder of pictures, one after the other, or a single one."""

import stat
from pathlib import Path

from core.capture.naming import shown
from core.capture.source import Kind, Source
from core.errors import PhotoError, SourceError
from core.pictures.reading import PICTURES, read_picture
from core.types import Image

FPS = 1.0
"""Pictures per second, slow enough to look at each."""


class PictureFolder(Source):
    """The pictures of a folder in order of their names, or one picture. Unreadable ones are skipped and reported."""

    kind = Kind.FOLDER
    stills = True

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path
        self.name = shown(path.name or path)
        self.fps = FPS
        self._waiting: list[Path] = []
        self._shown = 0

    def _open(self) -> None:
        """Raises SourceError if there is no picture."""
        self._waiting = self.files()
        if not self._waiting:
            raise SourceError(f"{shown(self.path)} contains no pictures: choose another folder.")

    def files(self) -> list[Path]:
        """The pictures in order of their names. Raises SourceError if the folder can't be read."""
        try:
            if not stat.S_ISDIR(self.path.stat().st_mode):
                return [self.path]
            return sorted(file for file in self.path.iterdir() if file.suffix.lower() in PICTURES and file.is_file())
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or "invalid name"
            raise SourceError(f"{shown(self.path)} can't be read ({why}): choose another folder.") from error

    def _read(self) -> tuple[Image, float] | None:
        """Raises SourceError if none of the pictures can be read."""
        while self._waiting and not self._closed.is_set():
            file = self._waiting.pop(0)
            try:
                image = read_picture(file)
            except PhotoError as error:
                if not self._waiting and not self._shown:
                    raise SourceError(str(error)) from error
                self.troubles.append(str(error))
                continue
            self._shown += 1
            self.end = self._shown / FPS
            return image, (self._shown - 1) / FPS
        return None

    def _let_go(self) -> None:
        self._waiting = []

    def fresh(self) -> "PictureFolder":
        """The same folder, from the first picture."""
        return PictureFolder(self.path)
