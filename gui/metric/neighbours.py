"""Shows a face's nearest neighbours as rows: picture, name, similarity and margin, and a scale with the threshold."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QWidget

from gui.look import theme
from gui.look.figures import apart
from gui.look.thumbnails import Thumbnails
from gui.metric.gathering import Picture
from gui.metric.marks import name_font
from gui.metric.pictures import made_side

ROW, PICTURE, SCALE = 56, 42, 6
"""Heights of a row, its picture and its scale, in pixels."""


@dataclass(frozen=True, slots=True, eq=False)
class Neighbour:
    """One template near a face."""

    name: str
    photo: str
    """Which photo, if the person has several; else empty."""
    similarity: float
    picture: Picture


class NeighbourRows(QWidget):
    """Rows of neighbours, nearest first."""

    def __init__(self, pictures: Thumbnails[Picture], parent: QWidget | None = None) -> None:
        """pictures: those of the enrolled, painted when they arrive."""
        super().__init__(parent)
        self._pictures = pictures
        pictures.arrived.connect(self.update)
        self.neighbours: tuple[Neighbour, ...] = ()
        self._threshold = 1.0

    def show_neighbours(self, neighbours: tuple[Neighbour, ...], threshold: float) -> None:
        """Shows these neighbours. threshold: the similarity at which a face is named."""
        self.neighbours, self._threshold = neighbours, threshold
        self.setFixedHeight(ROW * len(neighbours))
        told = ", ".join(f"{neighbour.name} {neighbour.photo} {neighbour.similarity:.2f}" for neighbour in neighbours)
        self.setAccessibleName(self.tr("Nearest neighbours: {}").format(told))
        self.update()

    def sizeHint(self) -> QSize:
        """One row for each neighbour."""
        return QSize(280, ROW * len(self.neighbours))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paints the rows."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for number, neighbour in enumerate(self.neighbours):
            self._paint_row(painter, QRectF(0, number * ROW, self.width(), ROW), neighbour)
        painter.end()

    def _paint_row(self, painter: QPainter, area: QRectF, neighbour: Neighbour) -> None:
        picture = self._pictures.get(neighbour.picture, made_side(PICTURE), self.devicePixelRatioF())
        if picture:
            place = QRectF(area.left(), area.top() + (ROW - PICTURE) / 2, PICTURE, PICTURE)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawPixmap(place, picture, QRectF(picture.rect()))
        words = area.adjusted(PICTURE + 12, 4, -2, -4)
        passed = neighbour.similarity >= self._threshold
        colour = theme.colours().known if passed else theme.colours().quiet
        painter.setFont(name_font(painter.font(), bold=True))
        figures = apart(neighbour.similarity, self._threshold)
        numbers = f"{figures.similarity}  ({'+' if passed else '−'}{figures.margin})"
        room = words.width() - painter.fontMetrics().horizontalAdvance(numbers) - 10
        name = painter.fontMetrics().elidedText(neighbour.name, Qt.TextElideMode.ElideRight, int(room))
        painter.setPen(self.palette().color(QPalette.ColorRole.Text))
        painter.drawText(words, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft, name)
        painter.setPen(theme.colours().quiet)
        painter.setFont(name_font(painter.font()))
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, neighbour.photo)
        painter.setFont(name_font(painter.font(), bold=True))
        painter.setPen(colour)
        painter.drawText(words, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignRight, numbers)
        self._paint_scale(painter, QRectF(words.left(), words.bottom() - SCALE - 4, words.width(), SCALE), neighbour)

    def _paint_scale(self, painter: QPainter, scale: QRectF, neighbour: Neighbour) -> None:
        """Paints a scale from similarity 0 to 1, with a mark at the threshold."""
        passed = neighbour.similarity >= self._threshold
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colours().line)
        painter.drawRoundedRect(scale, SCALE / 2, SCALE / 2)
        filled = QRectF(scale)
        filled.setWidth(max(scale.width() * min(neighbour.similarity, 1.0), SCALE))
        painter.setBrush(theme.colours().known if passed else theme.colours().quiet)
        painter.drawRoundedRect(filled, SCALE / 2, SCALE / 2)
        x = scale.left() + scale.width() * min(max(self._threshold, 0.0), 1.0)
        painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Text), 2))
        painter.drawLine(QPointF(x, scale.top() - 3), QPointF(x, scale.bottom() + 3))
