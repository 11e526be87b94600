"""What comes by drag and drop or from the clipboard: a photo to enroll from, or a source to watch."""

from pathlib import Path

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QImage

from core.types import Image
from gui.pictures import from_qimage

VIDEOS = {".mp4", ".mov", ".mkv", ".avi", ".webm", ".m4v", ".mpg", ".mpeg", ".wmv"}


def content(data: QMimeData) -> Path | Image | None:
    """The first file, else the picture itself, H×W×3 BGR; None when it holds neither."""
    files = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
    if files:
        return files[0]
    picture = data.imageData() if data.hasImage() else None
    return from_qimage(picture) if isinstance(picture, QImage) and not picture.isNull() else None


def is_source(file: Path) -> bool:
    """Whether it is watched rather than enrolled from: a video or a folder."""
    return file.suffix.lower() in VIDEOS or file.is_dir()


def photos(data: QMimeData) -> list[Path | Image]:
    """Every file that isn't watched, else the picture itself; to enroll from, one after the other."""
    files = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
    first = content(data)
    if first is None:
        return []
    return [file for file in files if not is_source(file)] if files else [first]
