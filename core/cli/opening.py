"""Opens the gallery and the recogniser for a command."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from core.cli.progress import progress

if TYPE_CHECKING:
    from core.gallery import Gallery
    from core.recognizer import Recognizer


@contextmanager
def opened_gallery(file: Path | None, *, create: bool = False) -> Iterator["Gallery"]:
    """Opens a gallery, and closes it afterwards. create: whether it is created if it doesn't exist, to enroll."""
    from core.gallery import Gallery

    with Gallery(file, create=create, at_once=False) as gallery:
        yield gallery


@contextmanager
def recognizer_for(
    file: Path | None,
    rate: float,
    weights: Path | None = None,
    *,
    k: int = 1,
    weighted: bool = True,
    create: bool = False,
) -> Iterator["Recognizer"]:
    """Opens a gallery and loads the models. Templates that the encoder hasn't embedded yet are embedded now.

    file, create: as for `opened_gallery`. rate: share of strangers that may be named, 0 to 1. weights: the encoder's
    file. k: number of nearest templates that vote; weighted: whether nearer ones count more.
    """
    from core.encoder.encoder import Encoder
    from core.recognizer import Recognizer

    with opened_gallery(file, create=create) as gallery:
        with progress("Embedding the enrolled photos with this encoder") as report:
            recognizer = Recognizer(
                gallery, rate=rate, encoder=Encoder(weights), k=k, weighted=weighted, progress=report
            )
        yield recognizer
