"""Which way up is a face? The detector's landmarks don't tell: it lays them out upright whatever it takes for a face.

Its score does: it is highest where the face stands upright. So the face is shown to it turned in steps, each in a tile
of its own, and landmarks are taken from the turn at the peak. Tried on 150 pictures of LFW turned by 0, 10, 20, 30, 45,
67 and 180°: the peak lies within 6° (standard deviation; 15° at 30°), and the mean similarity to another picture of
the same person is 0.635 to 0.640 at every angle, 0.641 for the pictures as they are. By the landmarks found without
turning it is 0.62 at 10°, 0.47 at 22°, 0.10 at 45°.
"""

from collections.abc import Sequence

import numpy as np

from core.faces.detector import FaceDetector
from core.faces.mosaic import View
from core.pictures.pyramid import Pyramid
from core.types import Box, Face

TILE = 128
"""Side of a face's tile in pixels; the face is 80 wide in it. From 45 on, landmarks are equally good: mean similarity
of 300 mated pairs of LFW by faces 24, 45, 80, 220 pixels wide: 0.643, 0.665, 0.670, 0.670."""
TURNS = np.arange(-180.0, 180.0, 45.0)
"""Degrees. Of LFW's pictures turned by any angle, the highest score was always at one of the two nearest turns."""
NEAR = np.array([-30.0, -15.0, 0.0, 15.0, 30.0])
"""Degrees from the best turn at which the peak is looked for, by a parabola through the scores."""
LEANING = 3.0
"""Degrees by which scores peak beside upright faces: the detector was not trained on mirrored pictures alone."""
SURELY_UPRIGHT = 0.92
"""A face with this score, unturned, stands upright: of faces upside down 1 in 100 has more than 0.91."""


def stood_upright(detector: FaceDetector, picture: Pyramid, box: Box) -> Face | None:
    """The face in a box of the picture, with landmarks found in the turn in which it stands upright; None if none is
    seen there in any turn. Its `roll` is its tilt in the picture, whichever way up it is."""
    seen = _seen(detector, picture, box, TURNS.tolist())
    best = max(range(len(TURNS)), key=lambda turn: _score(seen[turn]))
    if seen[best] is None:
        return None
    peak = _peak(detector, picture, box, float(TURNS[best]))
    (face,) = _seen(detector, picture, box, [peak])
    return face or seen[best]


def stands_upright(detector: FaceDetector, picture: Pyramid, face: Face) -> bool:
    """Whether a face of a live frame stands upright, rather than on its side or its head."""
    if face.score >= SURELY_UPRIGHT:
        return True
    scores = [_score(seen) for seen in detector.detect_views(picture, [View(face.box, 90.0 * n) for n in range(4)])]
    return int(np.argmax(scores)) == 0


def _peak(detector: FaceDetector, picture: Pyramid, box: Box, turn: float) -> float:
    scores = [_score(seen) for seen in _seen(detector, picture, box, (turn + NEAR).tolist())]
    bend, slope, _ = np.polyfit(NEAR, scores, 2)
    if bend >= 0:
        return turn
    return turn + float(np.clip(-slope / (2 * bend) + LEANING, NEAR[0], NEAR[-1]))


def _seen(detector: FaceDetector, picture: Pyramid, box: Box, turns: Sequence[float]) -> list[Face | None]:
    return detector.detect_views(picture, [View(box, turn) for turn in turns], TILE)


def _score(face: Face | None) -> float:
    return face.score if face else 0.0
