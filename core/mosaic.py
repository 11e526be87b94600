"""Where faces were a moment ago, cut out, brought to one size and laid side by side in one small picture.

Faces are found again in it for a fraction of what a search of the whole picture takes, and small ones better, since
they are enlarged.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from core.pyramid import Pyramid
from core.types import Box, Face

TILE = 96
"""Side of a tile in pixels."""
REACH = 1.6
"""Side of what a tile shows, in sides of the face's box: it may have moved by a third of its size since."""
COLUMNS = 4


@dataclass(frozen=True, slots=True)
class _Tile:
    left: int
    top: int
    """Where its corner is, in the picture's pixels."""
    scale: float
    """Pixels of the tile to one of the picture."""


class Mosaic:
    """One tile for each box, in the order given."""

    def __init__(self, picture: Pyramid, boxes: Sequence[Box]) -> None:
        """boxes: where faces are expected, in the picture's pixels."""
        self._columns = min(len(boxes), COLUMNS)
        rows = -(-len(boxes) // self._columns)
        self.image = np.zeros((TILE * rows, TILE * self._columns, 3), np.uint8)
        self._tiles = [self._lay(picture, box, *self._corner(number)) for number, box in enumerate(boxes)]

    def _corner(self, number: int) -> tuple[int, int]:
        """Of a tile in the mosaic: x, y."""
        return number % self._columns * TILE, number // self._columns * TILE

    def _lay(self, picture: Pyramid, box: Box, x: int, y: int) -> _Tile:
        side = max(*box[2:], 1.0) * REACH
        image, smaller = picture.at_least(TILE / side)
        side /= smaller
        left, top = (
            round((start + size / 2) / smaller - side / 2) for start, size in zip(box[:2], box[2:], strict=True)
        )
        scale = TILE / side
        rows, columns = image.shape[:2]
        x0, y0 = max(left, 0), max(top, 0)
        part = image[y0 : min(top + round(side), rows), x0 : min(left + round(side), columns)]
        if part.size:
            size = (min(max(round(part.shape[1] * scale), 1), TILE), min(max(round(part.shape[0] * scale), 1), TILE))
            place = self.image[y : y + size[1], x : x + size[0]]
            cv2.resize(part, size, dst=place, interpolation=cv2.INTER_LINEAR)
        return _Tile(x0 * smaller, y0 * smaller, scale / smaller)

    def located(self, face: Face) -> tuple[int, Face] | None:
        """A face found in the mosaic → the number of its tile, and the face in the picture's own pixels."""
        x, y, width, height = face.box
        row, column = int((y + height / 2) // TILE), int((x + width / 2) // TILE)
        number = row * self._columns + column
        if not (0 <= column < self._columns and 0 <= number < len(self._tiles)):
            return None
        tile, corner = self._tiles[number], np.array(self._corner(number))
        start = np.array([tile.left, tile.top])
        left, top = ((np.array([x, y]) - corner) / tile.scale + start).tolist()
        landmarks = ((face.landmarks - corner) / tile.scale + start).astype(np.float32)
        return number, Face((left, top, width / tile.scale, height / tile.scale), face.score, landmarks)
