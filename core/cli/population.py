"""What commands tell of the population: how well it is known, and how alike its people are."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from core.gallery import Gallery
    from core.types import Threshold


def population_record(threshold: "Threshold") -> dict[str, Any] | None:
    """For JSON; None if the metric has no centre to take away."""
    return asdict(threshold.population) if threshold.population else None


def threshold_of(gallery: "Gallery") -> "Threshold":
    """The threshold in a gallery by the default encoder, from the embeddings there are, without running the encoder.

    Raises GalleryError and ModelError.
    """
    from core.encoder.checkpoint import Checkpoint
    from core.matching.index import Index
    from core.matching.rate import DEFAULT_RATE

    checkpoint = Checkpoint.load()
    curve = checkpoint.curve
    assert curve, "the default encoder has an impostor curve"
    seen = gallery.seen(checkpoint.id, curve.metric.id)
    return Index(gallery.snapshot_of(checkpoint.id), curve.metric, curve, seen).threshold(DEFAULT_RATE)
