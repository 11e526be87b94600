"""From a figure's name to its drawing."""

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
"""Figures that need nothing."""

OF_ENCODER: dict[str, Callable[[Encoder], Drawing]] = {
    "siamese": lambda encoder: siamese.drawing(encoder.checkpoint),
    "threshold": lambda encoder: threshold.drawing(encoder.curve),
}

OF_FACES: dict[str, Callable[[FaceSet, Encoder], Drawing]] = {
    "tradeoff": tradeoff.drawing,
    "ways": ways.drawing,
}


def training_drawing(faces: FaceSet, checkpoint: Checkpoint | None, progress: Progress | None = None) -> Drawing:
    """Of "pairs": what training did; without a checkpoint, it is done first."""
    return pairs.drawing(faces, checkpoint or pairs.trained(faces, progress))
