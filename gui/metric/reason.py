"""Why a face was named so, in words and neighbours."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication

from core.types import Certainty, Image, RecognizedFace
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
    """A live face's crop; of somebody enrolled, which picture."""
    verdict: str
    quality: str
    neighbours: tuple[Neighbour, ...]
    threshold: float


def of_live(recognizer: "Recognizer", enrolled: Enrolled, face: RecognizedFace, *, gone: bool) -> Reason:
    """Of a face of the live view, in the gallery as it is now. gone: it is no longer in view."""
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
    """Of an enrolled photo: what would name it if it were not enrolled itself."""
    index, threshold = recognizer.state()
    snapshot = enrolled.snapshot
    found = index.neighbours(snapshot.embeddings[row], NEIGHBOURS + 1)
    others = [c for c in found if c.template != snapshot.templates[row] and c.template in enrolled.rows]
    other = next((c for c in others if c.person != snapshot.persons[row]), None)
    if other is None:
        verdict = _tr("Enrolled. Nobody else is near.")
    elif other.similarity < threshold.similarity:
        verdict = _tr(
            "Enrolled. The nearest other person, {}, is {} below what is needed: these two are told apart."
        ).format(other.name, apart(other.similarity, threshold.similarity).margin)
    else:
        verdict = _tr("Enrolled. {} is {} above what is needed: one of these two could be taken for the other.").format(
            other.name, apart(other.similarity, threshold.similarity).margin
        )
    neighbours = tuple(_neighbour(enrolled, c.template, c.similarity) for c in others[:NEIGHBOURS])
    return Reason(enrolled.title(row), enrolled.picture(row), verdict, "", neighbours, threshold.similarity)


def _neighbour(enrolled: Enrolled, template: int, similarity: float) -> Neighbour:
    row = enrolled.row(template)
    assert row is not None
    return Neighbour(enrolled.snapshot.names[row], enrolled.photo(row), similarity, enrolled.picture(row))


def _live_verdict(face: RecognizedFace) -> str:
    decision = face.decision
    if decision.similarity is None:
        return _tr("Nobody is enrolled, so there is nobody it could be.")
    if decision.obstacle:
        return _tr("Not named, however similar. {}").format(decision.obstacle.remedy)
    if not decision.threshold.reachable:
        return _tr("Not named: so rare a rate can't be promised with this encoder, and nobody is.")
    told = {
        Certainty.SURE: _tr(
            "Named: its nearest neighbour is {similarity} like it, {margin} above the {needed} needed."
        ),
        Certainty.LIKELY: _tr(
            "Named, likely rather than surely: its nearest neighbour is {similarity} like it, {margin} above the "
            "{needed} needed."
        ),
        Certainty.HELD: _tr("Keeps its name for now, though {similarity} is {margin} below the {needed} needed."),
        Certainty.UNKNOWN: _tr(
            "Not named: even the nearest neighbour is only {similarity} like it, {margin} below the {needed} needed."
        ),
    }[decision.certainty]
    if decision.certainty is Certainty.UNKNOWN and decision.stricter:
        told = _tr("Not named yet: {similarity} is {margin} below the {needed} that first looks need.")
    return told.format(**apart(decision.similarity, decision.needed)._asdict())


def _quality(face: RecognizedFace) -> str:
    """How good the picture is, and what would mend it."""
    quality = face.quality
    measures = _tr("Picture: quality {:.0f} %, {:.0f} px between the eyes, turned {:.0f}° to the side.").format(
        quality.score * 100, quality.eye_distance, abs(quality.yaw)
    )
    return "\n".join([measures, *(f"•  {problem.remedy}" for problem in quality.problems)])


def _tr(text: str) -> str:
    return QApplication.translate("metric", text)
