"""Reasons to doubt an enrolment: a photo of somebody else would put this name on strangers from then on."""

from dataclasses import dataclass
from enum import StrEnum

from core.gallery.names import clean_name
from core.types import Candidate, Person


class Doubt(StrEnum):
    """Why a photo may not show the person it is enrolled as."""

    SEVERAL_FACES = "several faces"
    UNLIKE = "unlike the other photos"
    OTHER_SPELLING = "another spelling"
    VERY_CLOSE = "very close to somebody else"


@dataclass(frozen=True, slots=True)
class Doubted:
    """One doubt, with a question for the user."""

    kind: Doubt
    question: str


def doubts(
    name: str, *, faces: int, known: Person | None, likeness: float | None, needed: float, close: Candidate | None
) -> tuple[Doubted, ...]:
    """The reasons to doubt that a face belongs to a name.

    faces: number of faces in the photo, or 1 if one was chosen explicitly. known: the person enrolled by that name.
    likeness: similarity to the closest of that person's photos. needed: similarity from which two photos show the same
    person. close: somebody else enrolled for whom the face would be taken.
    Raises GalleryError when the name is invalid.
    """
    found = []
    if faces > 1:
        found.append(Doubted(Doubt.SEVERAL_FACES, f"The photo shows {faces} faces: is the largest the right one?"))
    if known and likeness is not None and likeness < needed:
        question = (
            f"It does not look like {known.name} (similarity {likeness:.2f}; {needed:.2f} is needed): is it the same "
            "person?"
        )
        found.append(Doubted(Doubt.UNLIKE, question))
    if known and known.name.lower() != clean_name(name).lower():
        question = (
            f"{clean_name(name)} counts as the name {known.name}, which is already enrolled: is it the same person?"
        )
        found.append(Doubted(Doubt.OTHER_SPELLING, question))
    if close:
        # Measured on look-alikes: a second photo of each finds more of both; a margin between them did not pay.
        question = (
            f"It is very similar to {close.name} ({close.similarity:.2f}): is it the same person? If not, add a second "
            "photo of each, so that they are told apart."
        )
        found.append(Doubted(Doubt.VERY_CLOSE, question))
    return tuple(found)
