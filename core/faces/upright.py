"""Finds the roll of a face, and its landmarks with the face rotated upright.

The detector's landmarks don't reveal the roll: it places them upright on anything it takes for a face. Its score does:
it is highest when the face is upright. So the detector is shown the face rotated in steps, each in a tile of its own,
and the landmarks are taken where the score peaks. Measured on 150 LFW pictures rotated by 0, 10, 20, 30, 45, 67 and
180°: the peak lies within 6° (standard deviation; 15° at 30°), and the mean similarity to another picture of the same
person is 0.635 to 0.640 at every angle, against 0.641 for the original pictures. With landmarks found without rotating,
it is 0.62 at 10°, 0.47 at 22° and 0.10 at 45°.
"""

from collections.abc import Sequence

import numpy as np

from core.faces.detector import FaceDetector
from core.faces.mosaic import View
from core.pictures.pyramid import Pyramid
from core.types import Box, Face

TILE = 128
"""Side of a tile in pixels; the face is 80 wide in it. Landmarks are equally good from a width of 45 on: with faces 24,
45, 80, 220 pixels wide, the mean similarity of 300 mated LFW pairs is 0.643, 0.665, 0.670, 0.670."""
TURNS = np.arange(-180.0, 180.0, 45.0)
"""Rotations to try, in degrees. With LFW's pictures rotated by any angle, one of the two nearest always scored best."""
NEAR = np.array([-30.0, -15.0, 0.0, 15.0, 30.0])
"""Degrees from the best rotation at which the score is sampled; a parabola through these samples gives the peak."""
LEANING = 3.0
"""Degrees by which the score peaks beside upright: the detector's training pictures were not all mirrored as well."""
SURELY_UPRIGHT = 0.92
"""Score from which an unrotated face counts as upright; of upside-down faces, 1 in 100 has more than 0.91."""


def stood_upright(detector: FaceDetector, picture: Pyramid, box: Box) -> Face | None:
    """The face in a box, with the landmarks found when it is rotated upright; None if no rotation shows a face.

    Its `roll` is its tilt in the picture, at any angle.
    """
    seen = _seen(detector, picture, box, TURNS.tolist())
    best = max(range(len(TURNS)), key=lambda turn: _score(seen[turn]))
    if seen[best] is None:
        return None
    peak = _peak(detector, picture, box, float(TURNS[best]))
    (face,) = _seen(detector, picture, box, [peak])
    return face or seen[best]


def stands_upright(detector: FaceDetector, picture: Pyramid, face: Face) -> bool:
    """Whether a face in a live frame is upright, not on its side or upside down."""
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
