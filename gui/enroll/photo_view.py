"""Shows a photo with its faces, one of which is chosen."""

from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.types import Image, RecognizedFace
from gui.look import theme
from gui.look.pictures import to_qimage


class PhotoView(QWidget):
    """Shows a photo as large as fits. A click on a face or the arrow keys choose a face."""

    chosen = Signal(int)
    """Number of the face chosen, counted from 0."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._image = QImage()
        self._faces: list[RecognizedFace] = []
        self.current = 0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(240, 180)
        self.setAccessibleName(self.tr("Photo and its faces"))

    def sizeHint(self) -> QSize:
        """A size with room for a photo."""
        return QSize(560, 440)

    def show_photo(self, image: Image, faces: list[RecognizedFace]) -> None:
        """Shows a photo, H×W×3 uint8 BGR, and chooses its first face."""
        self._image, self._faces, self.current = to_qimage(image), faces, 0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if len(faces) > 1 else Qt.FocusPolicy.NoFocus)
        self._describe()
        self.update()

    def clear(self) -> None:
        """Removes the photo."""
        self._image, self._faces, self.current = QImage(), [], 0
        self._describe()
        self.update()

    @property
    def face(self) -> RecognizedFace | None:
        """The face chosen; None if there is none."""
        return self._faces[self.current] if self._faces else None

    def _describe(self) -> None:
        count = len(self._faces)
        told = self.tr("Face {} of {} selected.").format(self.current + 1, count) if count > 1 else ""
        self.setAccessibleDescription(told)

    def choose(self, number: int) -> None:
        """Chooses a face by its number, counted from 0."""
        if self._faces and number != self.current:
            self.current = number % len(self._faces)
            self._describe()
            self.update()
            self.chosen.emit(self.current)

    def face_rect(self, number: int) -> QRectF:
        """Where a face is, in the view's pixels."""
        picture = self._picture_rect()
        scale = picture.width() / self._image.width()
        x, y, width, height = self._faces[number].face.box
        return QRectF(picture.x() + x * scale, picture.y() + y * scale, width * scale, height * scale)

    def _picture_rect(self) -> QRectF:
        size = QSizeF(self._image.size()).scaled(QSizeF(self.size()), Qt.AspectRatioMode.KeepAspectRatio)
        return QRectF(QPointF((self.width() - size.width()) / 2, (self.height() - size.height()) / 2), size)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paints the photo and its faces."""
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        painter.fillRect(self.rect(), theme.colours().stage)
        if not self._image.isNull():
            painter.drawImage(self._picture_rect(), self._image)
            for number in range(len(self._faces)):
                self._paint_face(painter, number)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Accent), 4))
            painter.drawRect(self.rect())
        painter.end()

    def _paint_face(self, painter: QPainter, number: int) -> None:
        box = self.face_rect(number)
        chosen = number == self.current
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(0, 0, 0, 130), 5 if chosen else 3))
        painter.drawRoundedRect(box, 6, 6)
        painter.setPen(QPen(theme.ON_PICTURE.known if chosen else QColor(Qt.GlobalColor.white), 3 if chosen else 1.5))
        painter.drawRoundedRect(box, 6, 6)
        if len(self._faces) > 1:
            badge = QRectF(box.left() - 2, box.top() - 2, 24, 24)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.ON_PICTURE.known if chosen else QColor(0, 0, 0, 190))
            painter.drawEllipse(badge)
            painter.setPen(Qt.GlobalColor.white)
            painter.drawText(badge, Qt.AlignmentFlag.AlignCenter, str(number + 1))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Chooses the face under the pointer."""
        for number in reversed(range(len(self._faces))):
            if self.face_rect(number).contains(event.position()):
                self.choose(number)
                return

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and up choose the previous face, right and down the next."""
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1}.get(
            Qt.Key(event.key())
        )
        if step and self._faces:
            self.choose((self.current + step) % len(self._faces))
        else:
            super().keyPressEvent(event)
