"""Embeds the templates that an encoder hasn't embedded yet, from their crops."""

import logging
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from core.errors import GalleryError
from core.faces.alignment import middle
from core.gallery.database import Database
from core.gallery.embeddings import Embeddings
from core.gallery.pictures import decode
from core.types import CROP_SIZE

BATCH = 32
"""Templates embedded per transaction: the work that is lost if the process is killed."""

Embed = Callable[[NDArray[np.uint8]], NDArray[np.float32]]
"""Crops, n×168×168×3 uint8 BGR → embeddings, n×128 float32."""

log = logging.getLogger(__name__)


def embed_missing(
    database: Database,
    embeddings: Embeddings,
    damaged: set[int],
    encoder: str,
    embed: Embed,
    progress: Callable[[int, int], None] | None,
) -> int:
    """Does the work of `Gallery.embed_missing`.

    damaged: ids of templates to leave out; those whose picture can't be read are added.
    """
    if embeddings.complete(encoder):
        return 0
    missing = embeddings.missing(encoder)
    todo, saved = [template for template in missing if template not in damaged], True
    try:
        for start in range(0, len(todo), BATCH):
            if progress:
                progress(start, len(todo))
            crops = _crops(database, todo[start : start + BATCH], damaged)
            if crops:
                made = zip(crops, embed(np.stack(list(crops.values()))), strict=True)
                saved = embeddings.add(encoder, made, save=saved)
    finally:
        embeddings.catch_up(encoder, but=len(missing) - len(todo))
    if progress and todo:
        progress(len(todo), len(todo))
    return len(todo)


def _crops(database: Database, templates: Sequence[int], damaged: set[int]) -> dict[int, NDArray[np.uint8]]:
    with database.reading() as connection:
        marks = ",".join("?" * len(templates))
        rows = connection.execute(f"SELECT template, png FROM crop WHERE template IN ({marks})", templates).fetchall()
    crops = {}
    for template, png in rows:
        try:
            crops[template] = middle(decode(png), CROP_SIZE)
        except GalleryError as error:
            # One damaged picture must not keep others from being recognised.
            damaged.add(template)
            log.warning("%s", error)
    return crops
