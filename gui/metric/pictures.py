"""Pictures of the enrolled for the metric page, read on a thread when they come into view."""

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
"""Pictures read in one task."""
SIDES = (32, 48, 64, 84, 112)
"""Sides in which pictures are made, in device-independent pixels; other sizes are scaled when painted."""


def enrolled_pictures(gallery: "Callable[[], Gallery | None]", parent: QObject) -> Thumbnails[Picture]:
    """A cache of round pictures. gallery: returns it, None until it is known; called on a thread."""

    def read(picture: Picture) -> Image:
        template, person = picture
        there = gallery()
        for photo in there.templates(person) if there else []:
            if photo.id == template:
                return photo.crop
        raise GalleryError("This photo has just been deleted.")

    return Thumbnails(read, 0.5, MOST_PICTURES, AT_ONCE, parent)


def made_side(side: float) -> int:
    """The side in which a picture is made to be painted at `side`."""
    return next((made for made in SIDES if made >= side), SIDES[-1])
