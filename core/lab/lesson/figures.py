"""Makes the drawing of each figure in the catalogue."""

from collections.abc import Callable

from core.encoder.checkpoint import Checkpoint
from core.encoder.encoder import Encoder
from core.lab.dataset.face_set import FaceSet
from core.lab.evaluation.plot_style import Drawing
from core.lab.lesson import contrastive, ellipse, neighbours, pairs, siamese, threshold, tradeoff, triplet, ways
from core.lab.progress import Progress

PLAIN: dict[str, Callable[[], Drawing]] = {
    "neighbours": neighbours.drawing,
    "ellipse": ellipse.drawing,
    "contrastive": contrastive.drawing,
    "triplet": triplet.drawing,
}
"""Figures that need no input, by name."""

OF_ENCODER: dict[str, Callable[[Encoder], Drawing]] = {
    "siamese": lambda encoder: siamese.drawing(encoder.checkpoint),
    "threshold": lambda encoder: threshold.drawing(encoder.curve),
}
"""Figures that show an encoder, by name."""

OF_FACES: dict[str, Callable[[FaceSet, Encoder], Drawing]] = {
    "tradeoff": tradeoff.drawing,
    "ways": ways.drawing,
}
"""Figures that show an encoder on people's pictures, by name."""


def training_drawing(faces: FaceSet, checkpoint: Checkpoint | None, progress: Progress | None = None) -> Drawing:
    """The figure "pairs", of what training changes. Without a checkpoint, trains one first."""
    return pairs.drawing(faces, checkpoint or pairs.trained(faces, progress))
