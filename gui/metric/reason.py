"""Says why a face is named, in words and by its nearest neighbours."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication

from core.matching.index import Index
from core.types import Candidate, Certainty, Image, RecognizedFace
from gui.look.figures import apart
from gui.metric.gathering import Enrolled, Picture
from gui.metric.neighbours import Neighbour

if TYPE_CHECKING:
    from core.recognizer import Recognizer

NEIGHBOURS = 5


@dataclass(frozen=True, slots=True, eq=False)
class Reason:
    """What the panel says about one face."""

    title: str
    picture: Image | Picture
    """A live face's crop, or the key of an enrolled picture."""
    verdict: str
    quality: str
    neighbours: tuple[Neighbour, ...]
    threshold: float


def of_live(recognizer: "Recognizer", enrolled: Enrolled, face: RecognizedFace, *, gone: bool) -> Reason:
    """The reason for a live face, with its neighbours in the current gallery. gone: whether it has left the view."""
    index, threshold = recognizer.state()
    neighbours = tuple(
        _neighbour(enrolled, candidate.template, candidate.similarity)
        for candidate in index.neighbours(face.embedding, NEIGHBOURS)
        if candidate.template in enrolled.rows
    )
    return Reason(
        title=face.decision.name or _tr("Unknown"),
        picture=face.crop,
        verdict=(_tr("No longer in view.") + " " if gone else "") + _live_verdict(face),
        quality=_quality(face),
        neighbours=neighbours,
        threshold=threshold.similarity,
    )


def of_template(recognizer: "Recognizer", enrolled: Enrolled, row: int) -> Reason:
    """The reason for an enrolled photo: who it would be taken for if it were not enrolled itself."""
    index, threshold = recognizer.state()
    snapshot = enrolled.snapshot
    found = _as_if_not_enrolled(index, snapshot.templates[row])
    others = [c for c in found if c.template != snapshot.templates[row] and c.template in enrolled.rows]
    other = next((c for c in others if c.person != snapshot.persons[row]), None)
    if other is None:
        verdict = _tr("Enrolled. Nobody else is near.")
    elif other.similarity < threshold.similarity:
        verdict = _tr(
            "Enrolled. The nearest other person, {}, is {} below the threshold, so the two are told apart."
        ).format(other.name, apart(other.similarity, threshold.similarity).margin)
    else:
        verdict = _tr("Enrolled. {} is {} above the threshold, so one could be taken for the other.").format(
            other.name, apart(other.similarity, threshold.similarity).margin
        )
    neighbours = tuple(_neighbour(enrolled, c.template, c.similarity) for c in others[:NEIGHBOURS])
    return Reason(enrolled.title(row), enrolled.picture(row), verdict, "", neighbours, threshold.similarity)


def _as_if_not_enrolled(index: Index, template: int) -> tuple[Candidate, ...]:
    """The nearest neighbours of a template; none if it has been deleted in the meantime."""
    templates = index.snapshot.templates
    return index.look_up_enrolled(templates.index(template)).neighbours(NEIGHBOURS + 1) if template in templates else ()


def _neighbour(enrolled: Enrolled, template: int, similarity: float) -> Neighbour:
    row = enrolled.row(template)
    assert row is not None
    return Neighbour(enrolled.snapshot.names[row], enrolled.photo(row), similarity, enrolled.picture(row))


def _live_verdict(face: RecognizedFace) -> str:
    decision = face.decision
    if decision.similarity is None:
        return _tr("Nobody is enrolled yet.")
    if decision.obstacle:
        return _tr("Not named, however similar. {}").format(decision.obstacle.remedy)
    if not decision.threshold.reachable:
        return _tr("Not named: this encoder can't promise a rate this strict, so nobody is named.")
    told = {
        Certainty.SURE: _tr("Named: similarity {similarity}, {margin} above the {needed} needed."),
        Certainty.LIKELY: _tr("Named, likely: similarity {similarity}, {margin} above the {needed} needed."),
        Certainty.HELD: _tr(
            "Keeps its name for now: the similarity is {similarity}, {margin} below the {needed} needed."
        ),
        Certainty.UNKNOWN: _tr(
            "Not named: the closest similarity is {similarity}, {margin} below the {needed} needed."
        ),
    }[decision.certainty]
    if decision.certainty is Certainty.UNKNOWN and decision.stricter:
        told = _tr(
            "Not named yet: the closest similarity is {similarity}, {margin} below the {needed} needed while a face is "
            "new."
        )
    return told.format(**apart(decision.similarity, decision.needed)._asdict())


def _quality(face: RecognizedFace) -> str:
    """How good the picture is, and how to improve it."""
    quality = face.quality
    measures = _tr("Picture: quality {:.0f} %, {:.0f} px between the eyes, turned {:.0f}° to the side.").format(
        quality.score * 100, quality.eye_distance, abs(quality.yaw)
    )
    return "\n".join([measures, *(f"•  {problem.remedy}" for problem in quality.problems)])


def _tr(text: str) -> str:
    return QApplication.translate("metric", text)
