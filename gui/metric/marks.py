"""What marks somebody on the map: a ring around the picture, a label."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPalette, QPen
from PySide6.QtWidgets import QApplication

from gui import theme

NAME_PIXELS = 12
WIDEST_LABEL = 260


def name_font(font: QFont, *, bold: bool = False) -> QFont:
    """For names on the map."""
    font = QFont(font)
    font.setPixelSize(NAME_PIXELS + bold)
    font.setBold(bold)
    return font


def base() -> QColor:
    """What the map is painted on."""
    return QApplication.palette().color(QPalette.ColorRole.Base)


def live_pen(known: bool, width: float) -> QPen:
    """As in the live view: solid for the known, dashed for the unknown."""
    pen = QPen(theme.colours().known if known else theme.colours().unknown, width)
    if not known:
        pen.setDashPattern([4, 2.5])
    return pen


def paint_ring(painter: QPainter, centre: QPointF, side: float, pen: QPen) -> None:
    """Around a round picture."""
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawEllipse(centre, side / 2, side / 2)


class Labels:
    """Labels of one painting: none hides another where there are two places for it, none leaves the area."""

    def __init__(self, painter: QPainter, area: QRectF) -> None:
        self._painter, self._area = painter, area
        self._font = name_font(painter.font(), bold=True)
        self._taken: list[QRectF] = []

    def paint(self, text: str, colour: QColor, top: QPointF, other: QPointF | None = None) -> None:
        """The label's top middle is at `top`, or at `other` where it would hide another label."""
        metrics = QFontMetricsF(self._font)
        text = metrics.elidedText(text, Qt.TextElideMode.ElideMiddle, WIDEST_LABEL)
        width, height = metrics.horizontalAdvance(text) + 16, metrics.height() + 4
        label = self._inside(QRectF(top.x() - width / 2, top.y(), width, height))
        if other is not None and any(label.intersects(there) for there in self._taken):
            label = self._inside(QRectF(other.x() - width / 2, other.y(), width, height))
        self._taken.append(label)
        self._painter.setPen(QPen(colour, 1))
        self._painter.setBrush(base())
        self._painter.drawRoundedRect(label, height / 2, height / 2)
        self._painter.setFont(self._font)
        self._painter.setPen(QApplication.palette().color(QPalette.ColorRole.Text))
        self._painter.drawText(label, Qt.AlignmentFlag.AlignCenter, text)

    def _inside(self, label: QRectF) -> QRectF:
        area = self._area.adjusted(2, 2, -2, -2)
        left = max(min(label.left(), area.right() - label.width()), area.left())
        top = max(min(label.top(), area.bottom() - label.height()), area.top())
        return QRectF(left, top, label.width(), label.height())
