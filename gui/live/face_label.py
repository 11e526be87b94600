"""Paints the frame and label of one face. Known and unknown differ in line, sign and fill, not only in colour."""

import math
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QApplication

from core.types import Certainty, Problem, RecognizedFace
from gui.live.label_places import GAP
from gui.look.theme import ON_PICTURE

LABELS_KEPT = 256
"""Labels cached."""
WIDTH_STEP = 40
"""Step in which a label's greatest width grows, in device-independent pixels."""
PADDING = 9.0
HIDING = (Problem.COVERED, Problem.HALF_LIT, Problem.NOISY)
"""Problems shown on an unknown face's label, since they may be why it is unknown; the card shows all problems."""
ON_DARK = QColor("#4fd3a2")
"""Colour of a known person on the dark background of an outlined label."""


def label_text(face: RecognizedFace) -> tuple[str, str]:
    """Returns the name, or "Unknown" with the problem that may be why; and the similarity, or "".

    A name that is only held has no similarity, since the face doesn't look like the person now.
    """
    named = face.decision.named
    if named is None:
        obstacle = face.decision.obstacle or next((p for p in face.quality.problems if p in HIDING), None)
        unknown = QApplication.translate("face_label", "Unknown")
        return (f"{unknown} · {_tr_problem(obstacle)}" if obstacle else unknown), ""
    return named.name, "" if face.decision.held else f"{named.similarity:.2f}"


def paint_frame(painter: QPainter, face: RecognizedFace, box: QRectF, *, hovered: bool) -> None:
    """Paints the frame: solid if the name is sure, thinner if likely, dashed if held or unknown.

    box: the face in the view's pixels.
    """
    certainty = face.decision.certainty
    known = certainty is not Certainty.UNKNOWN
    colour = ON_PICTURE.known if known else ON_PICTURE.unknown
    radius = min(box.width(), box.height()) / 10
    line = max(2.0, min(box.width() / 50, 5.0)) * (0.6 if certainty is Certainty.LIKELY else 1)
    line += 1.5 if hovered else 0
    shadow = QPen(QColor(0, 0, 0, 110), line + 2)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(shadow)
    painter.drawRoundedRect(box, radius, radius)
    pen = QPen(colour, line)
    if certainty in (Certainty.UNKNOWN, Certainty.HELD):
        pen.setDashPattern([4, 3])
    painter.setPen(pen)
    painter.drawRoundedRect(box, radius, radius)


def label_of(
    face: RecognizedFace, box: QRectF, bounds: QRectF, family: str, ratio: float, largest: float, *, short: bool = False
) -> QPixmap:
    """A face's label.

    bounds: the picture in the view's pixels. family: font family. ratio: the screen's pixel ratio. largest: greatest
    font size in pixels. short: about as wide as the face, without similarity and "Unknown"; for a crowd.
    """
    size = round(max(13.0, min(bounds.height() / 34, largest)))
    name, similarity = label_text(face)
    most = max(box.width(), 7 * size) if short else max(box.width() * 1.6, 20 * size)
    most = min(most, bounds.width())
    # In steps, so that a moving face doesn't need a new label for each frame.
    most = int(most // WIDTH_STEP) * WIDTH_STEP
    if short:
        name, similarity = name if face.decision.named else "", ""
    return _label(name, similarity, face.decision.certainty, size, most, family, ratio)


def paint_lead(painter: QPainter, face: RecognizedFace, place: QRectF, box: QRectF) -> None:
    """Paints a line from a label to its face, unless they are next to each other."""
    away = place.height()
    if not place.adjusted(-away, -away, away, away).intersects(box):
        painter.setPen(QPen(ON_PICTURE.known if face.decision.named else ON_PICTURE.unknown, 2))
        painter.drawLine(place.center(), box.center())


@lru_cache(LABELS_KEPT)
def _label(
    name: str, similarity: str, certainty: Certainty, size: int, most: int, family: str, ratio: float
) -> QPixmap:
    """A label as a pixmap, filled with colour only if the name is sure.

    Cached, since texts seldom change and take longest to paint. size: font size. most: greatest width. Both in
    device-independent pixels. ratio: the screen's pixel ratio.
    """
    known, filled = certainty is not Certainty.UNKNOWN, certainty is Certainty.SURE
    colour = ON_PICTURE.known if known else ON_PICTURE.unknown
    # On the dark background of an outlined label the colour itself would be hard to read.
    ink = colour if filled or not known else ON_DARK
    font = QFont(family)
    font.setPixelSize(size)
    font.setBold(filled)
    metrics = QFontMetricsF(font)
    numbers = metrics.horizontalAdvance(similarity) + PADDING if similarity else 0.0
    room = most - 3 * PADDING - size - numbers
    name = metrics.elidedText(name, Qt.TextElideMode.ElideRight, max(room, 40.0))
    words = metrics.horizontalAdvance(name) + PADDING if name else 0.0
    width = math.ceil(words + size + numbers + 2 * PADDING)
    height = math.ceil(metrics.height() + GAP)
    pixmap = QPixmap(round(width * ratio), round(height * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(ink, 1.5) if not filled else Qt.PenStyle.NoPen)
    painter.setBrush(colour if filled else QColor(20, 22, 26, 225))
    line = 0.75 if not filled else 0.0
    painter.drawRoundedRect(QRectF(0, 0, width, height).adjusted(line, line, -line, -line), height / 2, height / 2)
    text = QColor(Qt.GlobalColor.white)
    _paint_sign(painter, QRectF(PADDING, (height - size) / 2, size, size), certainty, text if filled else ink)
    painter.setFont(font)
    painter.setPen(text)
    middle = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
    painter.drawText(QRectF(2 * PADDING + size - 3, 0, width, height), middle, name)
    if similarity:
        painter.setPen(QColor(255, 255, 255, 215))
        right = QRectF(0, 0, width - PADDING - 2, height)
        painter.drawText(right, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, similarity)
    painter.end()
    return pixmap


def _paint_sign(painter: QPainter, area: QRectF, certainty: Certainty, colour: QColor) -> None:
    """Paints a tick for a name, three dots for one that is only held, a question mark for a stranger."""
    pen = QPen(colour, max(area.width() / 8, 1.8))
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    if certainty is Certainty.HELD:
        for third in (0.15, 0.5, 0.85):
            painter.drawPoint(QPointF(area.x() + third * area.width(), area.center().y()))
        return
    if certainty is not Certainty.UNKNOWN:
        points = [(0.15, 0.55), (0.42, 0.8), (0.85, 0.25)]
        painter.drawPolyline([QPointF(area.x() + u * area.width(), area.y() + v * area.height()) for u, v in points])
        return
    font = painter.font()
    font.setPixelSize(round(area.height()))
    font.setBold(True)
    painter.setFont(font)
    painter.drawText(area, Qt.AlignmentFlag.AlignCenter, "?")


def _tr_problem(problem: Problem) -> str:
    return QApplication.translate("face_label", str(problem))
