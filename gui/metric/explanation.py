"""Explains the map in a sentence or two, and what not to conclude from it."""

from PySide6.QtCore import QCoreApplication

from gui.metric.embedding_map import FEWEST_NEIGHBOURS, DirectionMap, Method
from gui.metric.gathering import Enrolled

NEARLY_ALL = 0.995
"""Share of the variance shown above which the warning that some is hidden is left out."""


def explanation(enrolled: Enrolled) -> str:
    """The text below the map; empty without a map."""
    if enrolled.map is None:
        return ""
    if isinstance(enrolled.map, DirectionMap):
        told = [_why_not_neighbours(enrolled), _directions(enrolled.map)]
    else:
        told = [_tr("Similar faces lie together; the distance between groups means nothing.")]
    line = _tr("A line connects each live face to the photo it is most similar to.")
    how = _tr("Click or use the arrow keys to choose, scroll to zoom, drag to move, double-click to show all.")
    return " ".join(filter(None, [*told, line])) + "\n" + how


def _why_not_neighbours(enrolled: Enrolled) -> str:
    count = len(enrolled.snapshot)
    if enrolled.asked is not Method.NEIGHBOURS:
        return ""
    if count >= FEWEST_NEIGHBOURS:
        return _tr("The map by neighbours needs openTSNE, which is not installed: this one is by main directions.")
    return _tr("The map by neighbours needs {} photos enrolled; so far: {}.").format(FEWEST_NEIGHBOURS, count)


def _directions(shown: DirectionMap) -> str:
    if shown.exact:
        return _tr("With so few, distances to live faces are exact: a live face is named if its centre is in a circle.")
    if shown.held > NEARLY_ALL:
        return _tr("So few differ in two directions only, both shown here; live faces differ in others too.")
    return _tr(
        "The two main directions (PCA) show {:.0f} % of how your people differ: two who lie together here may still "
        "be told apart."
    ).format(shown.held * 100)


def _tr(text: str) -> str:
    return QCoreApplication.translate("metric", text)
