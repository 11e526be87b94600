"""Reads what is dropped or pasted: a photo to enroll from, many people to import, or a video to watch.

Programs offer the same thing in several forms. The best one is taken: a file, else a picture, else a picture's bytes.
"""

import base64
import os
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote_to_bytes

from PySide6.QtCore import QCoreApplication, QMimeData, QUrl
from PySide6.QtGui import QImage, QPixmap

from core.errors import PhotoError
from core.pictures.endings import VIDEOS
from core.pictures.reading import decode_picture
from core.types import Image
from gui.look.pictures import from_qimage

MANY = 3
"""Photos from which on they are imported together."""
IN_HTML = re.compile(r"""<img\b[^>]*?\bsrc\s*=\s*["']?([^"'\s>]+)""", re.IGNORECASE)


def may_hold_something(data: QMimeData) -> bool:
    """Whether a drop may be accepted; what it is, `content` tells."""
    return data.hasUrls() or data.hasImage() or bool(_picture_formats(data)) or any(_addresses(data))


def content(data: QMimeData) -> Path | Image | None:
    """The first file, else the picture as H×W×3 uint8 BGR; None if there is neither.

    Raises PhotoError if the picture is damaged, or would have to be downloaded.
    """
    addresses = list(_addresses(data))
    files = [_local_file(address) for address in addresses if address.isLocalFile()]
    if files:
        return files[0]
    picture = data.imageData() if data.hasImage() else None
    if isinstance(picture, QPixmap):
        picture = picture.toImage()
    if isinstance(picture, QImage) and not picture.isNull():
        return from_qimage(picture)
    told = QCoreApplication.translate("dropped", "The picture")
    for kind in _picture_formats(data):
        return decode_picture(bytes(data.data(kind).data()), told)
    for address in addresses:
        if address.scheme() == "data":
            return decode_picture(_bytes_within(address), told)
    if any(address.scheme() in ("http", "https") for address in addresses):
        raise PhotoError(
            QCoreApplication.translate(
                "dropped",
                "This picture is on the web, and nothing is downloaded: save it first, then use the file.",
            )
        )
    return None


def is_source(file: Path) -> bool:
    """Whether a file is to be watched rather than enrolled from: a video."""
    return file.suffix.lower() in VIDEOS


def to_import(data: QMimeData) -> list[Path]:
    """The files that are more than the enrolment dialog is for: folders, tables, or many photos. Else empty."""
    files = _files_to_enroll(data)
    many = len(files) >= MANY or any(_is_folder(file) or file.suffix.lower() == ".csv" for file in files)
    return files if many else []


def _is_folder(file: Path) -> bool:
    try:
        return file.is_dir()
    except (OSError, ValueError):  # The system refuses the name.
        return False


def _picture_formats(data: QMimeData) -> list[str]:
    return [kind for kind in data.formats() if kind.startswith("image/")]


def _addresses(data: QMimeData) -> Iterator[QUrl]:
    """Addresses in the list of URLs, in HTML pictures, and in the text."""
    yield from data.urls()
    if data.hasHtml():
        yield from (QUrl(source.replace("&amp;", "&")) for source in IN_HTML.findall(data.html()))
    if data.hasText() and re.match(r"(?:https?|file|data):\S+$", data.text().strip()):
        yield QUrl(data.text().strip())


def _local_file(address: QUrl) -> Path:
    name = address.toLocalFile()
    if os.name == "posix" and "\N{REPLACEMENT CHARACTER}" in name:  # The name is not valid UTF-8.
        name = os.fsdecode(unquote_to_bytes(address.path(QUrl.ComponentFormattingOption.FullyEncoded)))
    return Path(name)


def _bytes_within(address: QUrl) -> bytes:
    """The bytes in a `data:image/png;base64,…` URL (RFC 2397). If malformed, the picture decoder reports it."""
    about, _, packed = bytes(address.toEncoded().data()).partition(b",")
    unquoted = unquote_to_bytes(packed)
    if not about.endswith(b";base64"):
        return unquoted
    try:
        return base64.b64decode(unquoted + b"==")
    except ValueError:
        return b""


def photos(data: QMimeData) -> list[Path | Image]:
    """All that can be enrolled from: every file that is not a source, else the picture. Raises PhotoError."""
    files = _files_to_enroll(data)
    if files:
        return [*files]
    picture = content(data)
    return [] if picture is None or isinstance(picture, Path) else [picture]


def _files_to_enroll(data: QMimeData) -> list[Path]:
    """Every file that is not a source, once: a single one is offered as an address and as a text."""
    files = dict.fromkeys(_local_file(address) for address in _addresses(data) if address.isLocalFile())
    return [file for file in files if not is_source(file)]
