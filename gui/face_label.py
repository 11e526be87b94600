"""How one face is framed and labelled over the picture. Known and unknown differ in line, sign and fill, not only
in colour."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QApplication

from core.types import RecognizedFace
from gui.theme import ON_PICTURE

GAP = 6.0
PADDING = 9.0


def label_text(face: RecognizedFace) -> tuple[str, str]:
    """Name, or "Unknown", and the similarity that names it."""
    named = face.decision.named
    if named is None:
        return QApplication.translate("face_label", "Unknown"), ""
    return named.name, f"{named.similarity:.2f}"


def paint_face(painter: QPainter, face: RecognizedFace, box: QRectF, bounds: QRectF, *, hovered: bool) -> None:
    """box: the face in the view's pixels. bounds: the picture, which labels stay inside."""
    known = face.decision.named is not None
    colour = ON_PICTURE.known if known else ON_PICTURE.unknown
    radius = min(box.width(), box.height()) / 10
    line = max(2.0, min(box.width() / 50, 5.0)) + (1.5 if hovered else 0)
    shadow = QPen(QColor(0, 0, 0, 110), line + 2)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(shadow)
    painter.drawRoundedRect(box, radius, radius)
    pen = QPen(colour, line)
    if not known:
        pen.setDashPattern([4, 3])
    painter.setPen(pen)
    painter.drawRoundedRect(box, radius, radius)
    _paint_label(painter, face, box, bounds, colour, known)


def _paint_label(
    painter: QPainter, face: RecognizedFace, box: QRectF, bounds: QRectF, colour: QColor, known: bool
) -> None:
    size = max(13.0, min(bounds.height() / 34, 30.0))
    font = QFont(painter.font())
    font.setPixelSize(round(size))
    font.setBold(known)
    metrics = QFontMetricsF(font)
    name, similarity = label_text(face)
    sign = size
    numbers = metrics.horizontalAdvance(similarity) + PADDING if similarity else 0.0
    room = min(max(box.width() * 1.6, 20 * size), bounds.width()) - 3 * PADDING - sign - numbers
    name = metrics.elidedText(name, Qt.TextElideMode.ElideRight, max(room, 40.0))
    width = metrics.horizontalAdvance(name) + sign + numbers + 3 * PADDING
    height = metrics.height() + GAP
    x = min(max(box.center().x() - width / 2, bounds.left() + 2), max(bounds.right() - width - 2, bounds.left() + 2))
    above = box.top() - height - GAP
    y = above if above >= bounds.top() else min(box.bottom() + GAP, bounds.bottom() - height - 2)
    pill = QRectF(x, y, width, height)
    painter.setPen(QPen(colour, 1.5) if not known else Qt.PenStyle.NoPen)
    painter.setBrush(colour if known else QColor(20, 22, 26, 225))
    painter.drawRoundedRect(pill, height / 2, height / 2)
    text = QColor(Qt.GlobalColor.white)
    _paint_sign(painter, QRectF(x + PADDING, y + (height - sign) / 2, sign, sign), known, text if known else colour)
    painter.setFont(font)
    painter.setPen(text)
    middle = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
    painter.drawText(QRectF(x + 2 * PADDING + sign - 3, y, width, height), middle, name)
    if similarity:
        painter.setPen(QColor(255, 255, 255, 215))
        right = QRectF(x, y, width - PADDING - 2, height)
        painter.drawText(right, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, similarity)


def _paint_sign(painter: QPainter, area: QRectF, known: bool, colour: QColor) -> None:
    """A tick, or a question mark."""
    pen = QPen(colour, max(area.width() / 8, 1.8))
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    if known:
        points = [(0.15, 0.55), (0.42, 0.8), (0.85, 0.25)]
        painter.drawPolyline([QPointF(area.x() + u * area.width(), area.y() + v * area.height()) for u, v in points])
        return
    font = painter.font()
    font.setPixelSize(round(area.height()))
    font.setBold(True)
    painter.setFont(font)
    painter.drawText(area, Qt.AlignmentFlag.AlignCenter, "?")
