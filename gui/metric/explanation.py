"""What the map shows, in a sentence or two, and what not to read from it."""

from PySide6.QtCore import QCoreApplication

from gui.metric.embedding_map import FEWEST_NEIGHBOURS, DirectionMap, Method
from gui.metric.gathering import Enrolled

ALL = 0.995
"""Share of how the enrolled differ from which on nothing of it is said to be hidden."""


def explanation(enrolled: Enrolled) -> str:
    """Below the map."""
    if enrolled.map is None:
        return ""
    if isinstance(enrolled.map, DirectionMap):
        told = [_why_not_neighbours(enrolled), _directions(enrolled.map)]
    else:
        told = [_tr("Who is like whom lies together; how far groups are apart means nothing.")]
    line = _tr("A line leads from each live face to the photo it is most like.")
    how = _tr("Click or arrow keys choose, scrolling zooms, dragging moves, a double click shows all.")
    return " ".join(filter(None, [*told, line])) + "\n" + how


def _why_not_neighbours(enrolled: Enrolled) -> str:
    count = len(enrolled.snapshot)
    if enrolled.asked is not Method.NEIGHBOURS:
        return ""
    if count >= FEWEST_NEIGHBOURS:
        return _tr("The map of neighbours needs openTSNE, which is not installed here: these are the main directions.")
    return _tr("A map of neighbours needs {} photos enrolled; so far: {}.").format(FEWEST_NEIGHBOURS, count)


def _directions(shown: DirectionMap) -> str:
    if shown.exact:
        return _tr("With so few, every distance to them is true: a live face whose middle is inside a circle is named.")
    if shown.held > ALL:
        return _tr("So few differ in two directions only, which are these; a live face differs in others too.")
    return _tr(
        "The two directions in which your people differ most (PCA) show {:.0f} % of how they differ: two who lie "
        "together here may well be told apart."
    ).format(shown.held * 100)


def _tr(text: str) -> str:
    return QCoreApplication.translate("metric", text)
