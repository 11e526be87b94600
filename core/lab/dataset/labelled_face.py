"""Which face in a picture of a person is theirs, when there are several."""

from pathlib import Path

import numpy as np

from core.errors import PhotoError
from core.faces.detector import FaceDetector
from core.faces.photo_search import faces_in_photo
from core.types import Face, Image


def labelled_face(image: Image, path: Path, detector: FaceDetector) -> Face:
    """The face of the person whose folder the picture is in: the most central one, with a bonus for size.

    image: H×W×3. path: the picture's file, for the message. Raises PhotoError when no face is found.
    """
    height, width = image.shape[:2]
    faces = faces_in_photo(detector, image)
    if not faces:
        raise PhotoError(f"{path} shows no face: leave it out or use another picture.")
    return min(faces, key=lambda face: _distance_from_centre(face, width, height))


def _distance_from_centre(face: Face, width: int, height: int) -> float:
    """Pixels from the picture's centre, minus 0.3 of the face's size: a subject is central, but not always largest."""
    x, y, w, h = face.box
    return float(np.hypot(x + w / 2 - width / 2, y + h / 2 - height / 2) - 0.3 * np.sqrt(w * h))
