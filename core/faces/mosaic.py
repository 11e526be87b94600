"""Where faces are expected, cut out, brought to one size and laid side by side in one small picture.

Faces are found again in it for a fraction of what a search of the whole picture takes, and small ones better, since
they are enlarged. A tile can also show its face turned: the detector is sure only of faces that stand upright.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from core.faces.boxes import centre
from core.pictures.pyramid import Pyramid
from core.types import Box, Face

REACH = 1.6
"""Side of what a tile shows, in sides of the face's box: it may have moved by a third of its size since."""
TILE = 96
"""Side of a tile in pixels: faces are 60 pixels wide in it."""
COLUMNS = 4


@dataclass(frozen=True, slots=True)
class View:
    """What one tile shows: the surroundings of a box, turned so that a face with that roll stands upright."""

    box: Box
    """Where the face is expected, in the picture's pixels."""
    roll: float = 0.0
    """The face's tilt in degrees, positive clockwise in the picture."""


class Mosaic:
    """One tile for each view, in the order given."""

    def __init__(self, picture: Pyramid, views: Sequence[View], tile: int = TILE) -> None:
        """tile: side in pixels. Beyond the picture's border a tile is black."""
        self._tile = tile
        self._columns = min(len(views), COLUMNS)
        rows = -(-len(views) // self._columns)
        self.image = np.zeros((tile * rows, tile * self._columns, 3), np.uint8)
        self._views = views
        self._transforms = [self._lay(picture, view, number) for number, view in enumerate(views)]

    def _lay(self, picture: Pyramid, view: View, number: int) -> NDArray[np.float64]:
        """Fills a tile; returns the 2×3 matrix that maps the picture's pixels to the mosaic's."""
        transform = _transform(view, self._tile)
        scale = self._tile / (max(*view.box[2:], 1.0) * REACH)
        image, smaller = picture.at_least(scale)
        # A pixel's centre is at half a pixel: a smaller level's pixel q shows the picture's (q + 0.5) · smaller - 0.5.
        of_level = transform.copy()
        of_level[:, 2] += transform[:, :2] @ np.full(2, 0.5 * smaller - 0.5)
        of_level[:, :2] *= smaller
        x, y = self._corner(number)
        place = self.image[y : y + self._tile, x : x + self._tile]
        cv2.warpAffine(image, of_level, (self._tile, self._tile), dst=place, flags=cv2.INTER_LINEAR)
        transform[:, 2] += (x, y)
        return transform

    def _corner(self, number: int) -> tuple[int, int]:
        """Where a tile begins in the mosaic: x, y."""
        return number % self._columns * self._tile, number // self._columns * self._tile

    def located(self, face: Face) -> tuple[int, Face] | None:
        """A face found in the mosaic → the number of its tile, and the face in the picture's own pixels."""
        x, y = centre(face.box)
        row, column = int(y // self._tile), int(x // self._tile)
        number = row * self._columns + column
        if not (0 <= column < self._columns and 0 <= number < len(self._views)):
            return None
        back = cv2.invertAffineTransform(self._transforms[number])
        landmarks = (face.landmarks @ back[:, :2].T + back[:, 2]).astype(np.float32)
        middle_x, middle_y = (back[:, :2] @ (x - 0.5, y - 0.5) + back[:, 2] + 0.5).tolist()
        scale = float(np.hypot(back[0, 0], back[1, 0]))
        width, height = face.box[2] * scale, face.box[3] * scale
        if _on_its_side(self._views[number].roll):
            width, height = height, width
        return number, Face((middle_x - width / 2, middle_y - height / 2, width, height), face.score, landmarks)


def _transform(view: View, tile: int) -> NDArray[np.float64]:
    """2×3: the picture's pixels → the tile's, the box's centre in the middle of the tile, the face upright."""
    scale = tile / (max(*view.box[2:], 1.0) * REACH)
    angle = np.deg2rad(view.roll)
    across, down = np.cos(angle) * scale, np.sin(angle) * scale
    turn = np.array([[across, down], [-down, across]])
    middle = np.array(centre(view.box)) - 0.5
    return np.column_stack([turn, np.full(2, tile / 2 - 0.5) - turn @ middle])


def _on_its_side(roll: float) -> bool:
    """Whether a face with that roll is rather lying than standing."""
    return abs(math.cos(math.radians(roll))) < math.sqrt(0.5) - 1e-9
