"""Crops as the gallery stores them."""

import cv2
import numpy as np

from core.errors import GalleryError
from core.types import Image


def encode(crop: Image) -> bytes:
    """Encodes a crop as PNG."""
    return cv2.imencode(".png", crop)[1].tobytes()


def decode(png: bytes) -> Image:
    """Decodes a stored crop. Raises GalleryError when it is damaged."""
    crop = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_COLOR) if png else None
    if crop is None:
        raise GalleryError("A picture in the gallery is damaged: restore the gallery from a backup.")
    return np.asarray(crop, dtype=np.uint8)
