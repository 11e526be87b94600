"""What comes by drag and drop or from the clipboard: a photo to enroll from, or a source to watch.

Programs offer the same thing in several forms. Taken is the best there is: a file, a picture, the bytes of one.
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

IN_HTML = re.compile(r"""<img\b[^>]*?\bsrc\s*=\s*["']?([^"'\s>]+)""", re.IGNORECASE)


def may_hold_something(data: QMimeData) -> bool:
    """Whether it is worth being let go of here; `content` says what it is."""
    return data.hasUrls() or data.hasImage() or bool(_picture_formats(data)) or any(_addresses(data))


def content(data: QMimeData) -> Path | Image | None:
    """The first file, else the picture itself, H×W×3 BGR; None when it holds neither.

    Raises PhotoError when its picture is damaged, or is only to be had from a network.
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
                "This picture is on the web, from where nothing is fetched: save it first, then use the file.",
            )
        )
    return None


def is_source(file: Path) -> bool:
    """Whether it is watched rather than enrolled from: a video or a folder."""
    try:
        return file.suffix.lower() in VIDEOS or file.is_dir()
    except (OSError, ValueError):  # A name that the system doesn't take.
        return False


def _picture_formats(data: QMimeData) -> list[str]:
    return [kind for kind in data.formats() if kind.startswith("image/")]


def _addresses(data: QMimeData) -> Iterator[QUrl]:
    """As a list of addresses, as a picture in HTML, as text."""
    yield from data.urls()
    if data.hasHtml():
        yield from (QUrl(source.replace("&amp;", "&")) for source in IN_HTML.findall(data.html()))
    if data.hasText() and re.match(r"(?:https?|file|data):\S+$", data.text().strip()):
        yield QUrl(data.text().strip())


def _local_file(address: QUrl) -> Path:
    name = address.toLocalFile()
    if os.name == "posix" and "\N{REPLACEMENT CHARACTER}" in name:  # Bytes that are no UTF-8.
        name = os.fsdecode(unquote_to_bytes(address.path(QUrl.ComponentFormattingOption.FullyEncoded)))
    return Path(name)


def _bytes_within(address: QUrl) -> bytes:
    """Of `data:image/png;base64,…` (RFC 2397); what can't be read of it is left to who decodes the picture."""
    about, _, packed = bytes(address.toEncoded().data()).partition(b",")
    unquoted = unquote_to_bytes(packed)
    if not about.endswith(b";base64"):
        return unquoted
    try:
        return base64.b64decode(unquoted + b"==")
    except ValueError:
        return b""


def photos(data: QMimeData) -> list[Path | Image]:
    """Every file that isn't watched, else the picture itself: to enroll from, in turn. Raises PhotoError."""
    files = [_local_file(address) for address in _addresses(data) if address.isLocalFile()]
    if files:
        return [file for file in files if not is_source(file)]
    picture = content(data)
    return [] if picture is None else [picture]
