"""Pictures of the enrolled for the metric page: read on a thread when they come into view."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from core.errors import GalleryError
from core.types import Image
from gui.look.thumbnails import Thumbnails
from gui.metric.gathering import Picture
from gui.metric.layout import MOST_PICTURES

if TYPE_CHECKING:
    from core.gallery import Gallery

AT_ONCE = 48
SIDES = (32, 48, 64, 84, 112)
"""Device-independent pixels in which pictures are made; between them they are scaled when painted."""


def enrolled_pictures(gallery: "Callable[[], Gallery | None]", parent: QObject) -> Thumbnails[Picture]:
    """Round ones. gallery: gives it once it is known; asked in a thread."""

    def read(picture: Picture) -> Image:
        template, person = picture
        there = gallery()
        for photo in there.templates(person) if there else []:
            if photo.id == template:
                return photo.crop
        raise GalleryError("This photo has been deleted meanwhile.")

    return Thumbnails(read, 0.5, MOST_PICTURES, AT_ONCE, parent)


def made_side(side: float) -> int:
    """In which size a picture of that side is made."""
    return next((made for made in SIDES if made >= side), SIDES[-1])
