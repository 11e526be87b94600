"""One sighting: the picture of the moment, who it was, and what can be said about it."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from core.errors import FirstsightError
from core.gallery import Gallery
from core.gallery.pictures import decode
from core.gallery.sightings import Pictures, Sighting
from core.types import Box
from gui.background import tasks
from gui.history.model import moment
from gui.look import theme
from gui.look.pictures import to_qimage

WIDTH = 320
"""Of the whole, in pixels."""
LONGEST = 24
"""Most characters of a name on a button."""


class Details(QWidget):
    """Shows one sighting; its buttons ask for changes."""

    rejected = Signal(object)
    """Sighting: it was not of the person named."""
    confirmed = Signal(object)
    """Sighting: it was of the person named, and its picture is to be added to theirs."""
    deleted = Signal(object)
    """Sighting: to be deleted."""

    def __init__(self, gallery: Gallery, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._gallery = gallery
        self.sighting: Sighting | None = None
        self.picture = _Moment()
        self.title = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self.title.setProperty("heading", True)
        self.words = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self.words.setProperty("quiet", True)
        self.yes, self.no = QPushButton(), QPushButton()
        self.delete = QPushButton(self.tr("Delete"))
        for button, signal in ((self.yes, self.confirmed), (self.no, self.rejected), (self.delete, self.deleted)):
            button.clicked.connect(lambda _checked=False, signal=signal: signal.emit(self.sighting))
        buttons = QVBoxLayout()
        buttons.setSpacing(8)
        for button in (self.yes, self.no, self.delete):
            buttons.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 0, 8, 0)
        layout.setSpacing(10)
        layout.addWidget(self.picture)
        layout.addWidget(self.title)
        layout.addWidget(self.words)
        layout.addLayout(buttons)
        layout.addStretch()
        self.setFixedWidth(WIDTH)
        self.show_sighting(None)

    def show_sighting(self, sighting: Sighting | None) -> None:
        """Shows another sighting; None for nothing."""
        before, self.sighting = self.sighting, sighting
        named = sighting is not None and sighting.person is not None
        for button in (self.yes, self.no):
            button.setVisible(named)
        self.delete.setVisible(sighting is not None)
        if sighting is None:
            self.picture.show_picture(None)
            self.title.clear()
            self.words.setText(self.tr("Choose a sighting to see its picture."))
            return
        short = sighting.name if len(sighting.name) <= LONGEST else sighting.name[: LONGEST - 1] + "…"
        self.yes.setText(self.tr("Yes, {}").format(short.replace("&", "&&")))
        self.yes.setToolTip(self.tr("Adds this picture to the person's photos."))
        self.no.setText(self.tr("Not {}").format(short.replace("&", "&&")))
        self.no.setToolTip(self.tr("Deletes this sighting, and faces like this one won't be called that again."))
        self.title.setText(sighting.name or self.tr("Unknown"))
        told = [self.tr("{} to {}").format(moment(sighting.first), moment(sighting.last)), sighting.source]
        if sighting.similarity is not None and named:
            told.append(self.tr("Similarity up to {:.2f}").format(sighting.similarity))
        self.words.setText("\n".join(told))
        if before is None or before.id != sighting.id:
            self.picture.show_picture(None)
            self._read(sighting)
        elif before.quality != sighting.quality:
            self._read(sighting)

    def _read(self, sighting: Sighting) -> None:
        def read() -> tuple[QImage, Box] | None:
            pictures: Pictures | None = self._gallery.history.pictures(sighting.id)
            if pictures is None:
                return None
            try:
                return to_qimage(decode(pictures.moment)), pictures.box
            except FirstsightError:
                return None

        def done(shown: tuple[QImage, Box] | None) -> None:
            if self.sighting and self.sighting.id == sighting.id:
                self.picture.show_picture(*(shown or (None,)))

        tasks.run(read, done, lambda _error: None, self)


class _Moment(QWidget):
    """A picture with a face marked."""

    def __init__(self) -> None:
        super().__init__()
        self._picture: QImage | None = None
        self._box: Box = (0.0, 0.0, 0.0, 0.0)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Picture of the moment"))

    @property
    def shown(self) -> bool:
        """Whether there is a picture."""
        return self._picture is not None

    def show_picture(self, picture: QImage | None, box: Box = (0.0, 0.0, 0.0, 0.0)) -> None:
        """box: of the face, in pixels of the picture."""
        self._picture, self._box = picture, box
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """As wide as there is room, and as high as the picture's shape asks for."""
        if self._picture is None:
            return QSize(WIDTH - 16, (WIDTH - 16) * 9 // 16)
        width = WIDTH - 16
        return QSize(width, min(round(width * self._picture.height() / self._picture.width()), 2 * width))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        area = QRectF(self.rect())
        path = QPainterPath()
        path.addRoundedRect(area, 10, 10)
        painter.fillPath(path, theme.colours().stage)
        if self._picture is None:
            return
        painter.setClipPath(path)
        scale = min(area.width() / self._picture.width(), area.height() / self._picture.height())
        size = QSize(round(self._picture.width() * scale), round(self._picture.height() * scale))
        corner = QPointF((area.width() - size.width()) / 2, (area.height() - size.height()) / 2)
        painter.drawImage(QRectF(corner, size.toSizeF()), self._picture)
        x, y, width, height = (value * scale for value in self._box)
        face = QRectF(corner.x() + x, corner.y() + y, width, height)
        for colour, thickness in ((QColor(0, 0, 0, 120), 4.0), (QColor("white"), 2.0)):
            painter.setPen(QPen(colour, thickness))
            painter.drawRoundedRect(face, 6, 6)
