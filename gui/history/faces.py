"""The faces of sightings, as small pictures."""

from PySide6.QtCore import QObject

from core.errors import GalleryError
from core.gallery import Gallery
from core.gallery.pictures import decode
from core.types import Image
from gui.look.thumbnails import Thumbnails

MOST = 2000
"""Pictures kept in memory."""


def faces_of(gallery: Gallery, parent: QObject) -> Thumbnails[tuple[int, float]]:
    """Pictures by a sighting's id and quality: a better picture of the same sighting is another one."""

    def read(key: tuple[int, float]) -> Image:
        pictures = gallery.history.pictures(key[0])
        if pictures is None:
            raise GalleryError("This sighting has been deleted in the meantime: reload the list.")
        return decode(pictures.face)

    return Thumbnails(read, 1 / 6, MOST, parent=parent)
