"""What speaks against enrolling a face under a name: a photo of somebody else would name strangers for ever."""

from dataclasses import dataclass
from enum import StrEnum

from core.gallery.names import clean_name
from core.types import Candidate, Person


class Doubt(StrEnum):
    """Why the photo may not be of whom it is said to be."""

    SEVERAL_FACES = "several faces"
    UNLIKE = "unlike the other photos"
    OTHER_SPELLING = "another spelling"
    VERY_CLOSE = "very close to somebody else"


@dataclass(frozen=True, slots=True)
class Doubted:
    """One doubt, in a sentence that asks."""

    kind: Doubt
    question: str


def doubts(
    name: str, *, faces: int, known: Person | None, likeness: float | None, needed: float, close: Candidate | None
) -> tuple[Doubted, ...]:
    """faces: in the photo, if nobody chose one; else 1. known: who has that name already. likeness: similarity to the
    closest of that person's photos; needed: for two photos to show one person. close: somebody else enrolled whom the
    face would be taken for.

    Raises GalleryError when the name is no name.
    """
    found = []
    if faces > 1:
        found.append(Doubted(Doubt.SEVERAL_FACES, f"The photo shows {faces} faces: is the largest the right one?"))
    if known and likeness is not None and likeness < needed:
        question = (
            f"It does not look like {known.name} ({likeness:.2f}, where {needed:.2f} would do): is it the same person?"
        )
        found.append(Doubted(Doubt.UNLIKE, question))
    if known and known.name.lower() != clean_name(name).lower():
        question = f"{clean_name(name)} is taken for {known.name}, who is enrolled already: is it the same person?"
        found.append(Doubted(Doubt.OTHER_SPELLING, question))
    if close:
        question = f"It is very close to {close.name} ({close.similarity:.2f}): is it the same person?"
        found.append(Doubted(Doubt.VERY_CLOSE, question))
    return tuple(found)
