"""Paints rings and labels on the map."""

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPalette, QPen
from PySide6.QtWidgets import QApplication

from gui.look import theme
from gui.metric.layout import beside

NAME_PIXELS = 12
"""Font size of names in pixels."""
WIDEST_LABEL = 220
"""Greatest width of a label's text in pixels."""


def name_font(font: QFont, *, bold: bool = False) -> QFont:
    """The font for names on the map."""
    font = QFont(font)
    font.setPixelSize(NAME_PIXELS + bold)
    font.setBold(bold)
    return font


def base() -> QColor:
    """The map's background colour."""
    return QApplication.palette().color(QPalette.ColorRole.Base)


def live_pen(known: bool, width: float) -> QPen:
    """The pen for a live face, as in the live view: solid for known, dashed for unknown."""
    pen = QPen(theme.colours().known if known else theme.colours().unknown, width)
    if not known:
        pen.setDashPattern([4, 2.5])
    return pen


def paint_ring(painter: QPainter, centre: QPointF, side: float, pen: QPen) -> None:
    """Paints a ring around a round picture."""
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawEllipse(centre, side / 2, side / 2)


def square(centre: QPointF, side: float) -> QRectF:
    """The square of that side around a centre."""
    return QRectF(centre.x() - side / 2, centre.y() - side / 2, side, side)


class Labels:
    """Paints labels, each where it hides least of the pictures and of the labels before it."""

    def __init__(self, painter: QPainter, area: QRectF, pictures: list[QRectF]) -> None:
        """area: labels stay inside it. pictures: what should stay visible."""
        self._painter, self._area = painter, area.adjusted(2, 2, -2, -2)
        self._font = name_font(painter.font(), bold=True)
        self._taken = list(pictures)

    def paint(self, name: str, colour: QColor, picture: QRectF, number: str = "") -> None:
        """Paints a label beside its picture. A long name is elided, the number after it never."""
        metrics = QFontMetricsF(self._font)
        number = f"  {number}" if number else ""
        room = WIDEST_LABEL - metrics.horizontalAdvance(number)
        text = metrics.elidedText(name, Qt.TextElideMode.ElideRight, room) + number
        label = beside(
            picture, QSizeF(metrics.horizontalAdvance(text) + 16, metrics.height() + 4), self._taken, self._area
        )
        self._taken.append(label)
        self._painter.setPen(QPen(colour, 1))
        self._painter.setBrush(base())
        self._painter.drawRoundedRect(label, label.height() / 2, label.height() / 2)
        self._painter.setFont(self._font)
        self._painter.setPen(QApplication.palette().color(QPalette.ColorRole.Text))
        self._painter.drawText(label, Qt.AlignmentFlag.AlignCenter, text)
