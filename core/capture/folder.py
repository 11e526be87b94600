"""Pictures as a source: a folder of them, one after the other, or a single one."""

import logging
from pathlib import Path

from core.errors import PhotoError, SourceError
from core.images import PICTURES, read_picture
from core.types import Image

FPS = 1.0
"""Pictures a second: time to look at each."""

log = logging.getLogger(__name__)


class PictureFolder:
    """The pictures of a folder by name, or one picture. Pictures that can't be read are passed over, and logged."""

    live = False
    can_resume = False

    def __init__(self, path: Path) -> None:
        self.path = path
        self.name = path.name or str(path)
        self.fps = FPS
        self._waiting: list[Path] = []
        self._shown = 0

    def open(self) -> None:
        """Raises SourceError when there is no picture."""
        try:
            if self.path.is_dir():
                files = self.path.iterdir()
                self._waiting = sorted(file for file in files if file.suffix.lower() in PICTURES and file.is_file())
            else:
                self._waiting = [self.path]
        except OSError as error:
            told = f"The folder {self.path} can't be read ({error.strerror}): check its permissions."
            raise SourceError(told) from error
        if not self._waiting:
            raise SourceError(f"{self.path} holds no pictures: choose another folder.")

    def read(self) -> tuple[Image, float] | None:
        """Raises SourceError when none of them can be read."""
        while self._waiting:
            file = self._waiting.pop(0)
            try:
                image = read_picture(file)
            except PhotoError as error:
                if not self._waiting and not self._shown:
                    raise SourceError(str(error)) from error
                log.warning("%s", error)
                continue
            self._shown += 1
            return image, (self._shown - 1) / FPS
        return None

    def close(self) -> None:
        """Forgets what is left."""
        self._waiting = []

    def fresh(self) -> "PictureFolder":
        """From the first picture."""
        return PictureFolder(self.path)
