"""Notices that the live view shows when there is no picture, or no new one."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QPainter

from gui.look import theme

MIDDLE = 5 / 8
"""Share of the view's height: the text ends above it, the button is below."""
WIDEST, MARGIN = 560.0, 24
"""Greatest width of the text, and least margin beside it, in pixels."""
SYMBOL, HIGHEST = 56, 400
"""Side of the symbol, and greatest height of a text, in pixels."""
WRAP = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop


@dataclass(frozen=True, slots=True)
class Notice:
    """A message over the live view, with an icon and, if `button` is not empty, a button."""

    title: str
    text: str = ""
    icon: str = "camera"
    button: str = ""


def paint_notice(painter: QPainter, notice: Notice, area: QRectF, ratio: float) -> None:
    """Paints symbol, title and text in the middle. area: the whole view. ratio: the screen's pixel ratio."""
    colours = theme.colours()
    width = min(area.width() - 2 * MARGIN, WIDEST)
    left = (area.width() - width) / 2
    large, small = _font(painter, 22, bold=True), _font(painter, 15, bold=False)
    painter.setFont(large)
    title = painter.boundingRect(QRectF(left, 0, width, HIGHEST), WRAP, notice.title)
    painter.setFont(small)
    text = painter.boundingRect(QRectF(left, 0, width, HIGHEST), WRAP, notice.text)
    text = _balanced(painter, notice.text, text)
    top = area.height() * MIDDLE - 44 - text.height() - 10 - title.height() - 18 - SYMBOL
    symbol = theme.symbol(notice.icon, SYMBOL, colours.quiet, ratio)
    painter.drawPixmap(QPointF((area.width() - SYMBOL) / 2, top), symbol)
    painter.setPen(colours.on_stage)
    painter.setFont(large)
    painter.drawText(QRectF(left, top + SYMBOL + 18, width, title.height() + 4), WRAP, notice.title)
    painter.setFont(small)
    painter.setPen(colours.quiet)
    text.moveTo((area.width() - text.width()) / 2, top + SYMBOL + 28 + title.height())
    painter.drawText(text, WRAP, notice.text)


def _font(painter: QPainter, pixels: int, *, bold: bool) -> QFont:
    font = QFont(painter.font())
    font.setPixelSize(pixels)
    font.setBold(bold)
    return font


def _balanced(painter: QPainter, text: str, whole: QRectF) -> QRectF:
    """The narrowest rectangle that needs no more lines for the text, so that no line holds a single word."""
    best = whole
    for width in range(int(whole.width()), int(whole.width() / 2), -8):
        tried = painter.boundingRect(QRectF(0, 0, width, HIGHEST), WRAP, text)
        if tried.height() > whole.height() or tried.width() > width:
            break
        best = QRectF(0, 0, width, tried.height())
    return best.adjusted(-2, 0, 2, 4)
