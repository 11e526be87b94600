"""The live view: every captured frame, with the newest result painted over it."""

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QFocusEvent, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QPushButton, QSizePolicy, QVBoxLayout, QWidget

from core.types import Box, Frame, Recognition, RecognizedFace
from gui.live.label_places import LabelPlaces
from gui.live.labelled_faces import LabelledFace, label_faces, paint_faces
from gui.live.notice import Notice as Notice
from gui.live.notice import paint_notice
from gui.live.presence import CALM, who_is_there
from gui.look import theme
from gui.look.pictures import painted

OLDEST_RESULT = 1.0
"""Seconds after which a result no longer tells where faces are."""


class LiveView(QWidget):
    """Paints frames letterboxed, with a label for each face. Faces can be clicked."""

    face_clicked = Signal(object)
    """RecognizedFace: clicked, or chosen by its digit."""
    button_clicked = Signal()
    """The notice's button was clicked."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMinimumSize(320, 240)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Live view"))
        self.mirrored = False
        self._names_hidden = False
        self.painted = 0
        """Number of times a frame was painted."""
        self._frame: Frame | None = None
        self._result: Recognition | None = None
        self._painted: tuple[Frame, QImage] | None = None
        """The last frame and its scaled picture, painted again when a result comes between frames."""
        self._notice: Notice | None = None
        self._hovered: RecognizedFace | None = None
        self._dropping = False
        self._focus_shown = False
        self._label_places = LabelPlaces()
        self._calm = QTimer(self, singleShot=True, interval=CALM)
        self._calm.timeout.connect(self._describe)
        self._button = QPushButton(self)
        self._button.clicked.connect(self.button_clicked)
        self._button.hide()
        layout = QVBoxLayout(self)
        layout.addStretch(5)
        layout.addWidget(self._button, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(3)

    # Display

    def show_frame(self, frame: Frame, result: Recognition | None) -> None:
        """Shows the newest frame with the newest result, which may be of an earlier frame."""
        self._frame, self._result = frame, result
        if not self._calm.isActive():
            self._describe()
        self.update()

    def show_notice(self, notice: Notice | None) -> None:
        """Shows a notice over the dimmed last picture; None removes it."""
        if notice == self._notice:
            return
        self._notice = notice
        self._button.setVisible(bool(notice and notice.button))
        self._button.setText(notice.button if notice else "")
        self._describe()
        self.update()

    def _describe(self) -> None:
        """Tells screen readers the notice, or who is in view; then nothing else for `CALM`."""
        told = f"{self._notice.title}. {self._notice.text}" if self._notice else ""
        if not told and self._frame and not self._names_hidden:
            told = who_is_there(face for face, _box in self.faces())
        if told != self.accessibleDescription():
            self.setAccessibleDescription(told)
            self._calm.start()

    def clear(self) -> None:
        """Clears the picture before another source."""
        self._frame = self._result = self._painted = None
        self.update()

    def show_dropping(self, dropping: bool) -> None:
        """Shows an invitation to drop while a photo is dragged over the window."""
        self._dropping = dropping
        self.update()

    def hide_names(self, hidden: bool) -> None:
        """Shows the picture as it is, without frames and names, also to screen readers and in snapshots."""
        self._names_hidden = hidden
        self._describe()
        self.update()

    # Geometry

    def picture_rect(self) -> QRectF:
        """Where the frame is painted, in the view's pixels: centred, as large as fits."""
        if self._frame is None:
            return QRectF(self.rect())
        rows, columns = self._frame.image.shape[:2]
        size = QSize(columns, rows).scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        corner = QPoint((self.width() - size.width()) // 2, (self.height() - size.height()) // 2)
        return QRectF(corner, size)

    def faces(self) -> list[tuple[RecognizedFace, QRectF]]:
        """Each face with its box in the view's pixels, extrapolated to the time of the frame shown."""
        return self._faces_in(self.picture_rect())

    def _faces_in(self, picture: QRectF) -> list[tuple[RecognizedFace, QRectF]]:
        if self._frame is None or self._result is None:
            return []
        ahead = self._frame.time - self._result.frame.time
        if ahead > OLDEST_RESULT:
            return []
        columns = self._frame.image.shape[1]
        return [(face, self._to_view(face.box_at(ahead), columns, picture)) for face in self._result.faces]

    def labelled(self) -> list[LabelledFace]:
        """Each face with its box and its label, in the view's pixels."""
        family, ratio = self.font().family(), self.devicePixelRatioF()
        return label_faces(self.faces(), self.picture_rect(), self._label_places, family=family, ratio=ratio)

    def frame_of(self, face: RecognizedFace) -> Frame | None:
        """The frame in which a face was recognised; None if the face is no longer shown."""
        there = self._result is not None and any(face is one for one in self._result.faces)
        return self._result.frame if self._result and there else None

    def _to_view(self, box: Box, columns: int, picture: QRectF) -> QRectF:
        scale = picture.width() / columns
        x, y, width, height = box
        if self.mirrored:
            x = columns - x - width
        return QRectF(picture.x() + x * scale, picture.y() + y * scale, width * scale, height * scale)

    # Painting

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paints the picture, and over it the faces or a notice."""
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        colours = theme.colours()
        painter.fillRect(self.rect(), colours.stage)
        if self._frame:
            painter.drawImage(self.picture_rect(), self._picture(self._frame))
            self.painted += 1
        if self._notice:
            self._paint_notice(painter, self._notice)
        else:
            self._paint_faces(painter, self.labelled(), self._hovered)
        if self._dropping:
            self._paint_drop(painter)
        elif self._focus_shown:
            painter.setPen(QPen(theme.ACCENT, 4))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.rect())
        painter.end()

    def snapshot(self) -> QImage | None:
        """The picture at its full size with its labels, without a notice; None if there is no picture."""
        if self._frame is None:
            return None
        rows, columns = self._frame.image.shape[:2]
        whole = QRectF(0, 0, columns, rows)
        faces = label_faces(self._faces_in(whole), whole, LabelPlaces(), family=self.font().family(), largest=rows)
        picture = painted(self._frame.image, columns, rows, mirrored=self.mirrored)
        painter = QPainter(picture)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        self._paint_faces(painter, faces)
        painter.end()
        return picture

    def _paint_faces(self, painter: QPainter, faces: list[LabelledFace], hovered: RecognizedFace | None = None) -> None:
        if not self._names_hidden:
            paint_faces(painter, faces, hovered)

    def _picture(self, frame: Frame) -> QImage:
        """The frame scaled to the view, in physical pixels."""
        size = self.picture_rect().size() * self.devicePixelRatioF()
        width, height = max(round(size.width()), 1), max(round(size.height()), 1)
        if self._painted is None or self._painted[0] is not frame or self._painted[1].size() != QSize(width, height):
            self._painted = (frame, painted(frame.image, width, height, mirrored=self.mirrored))
        return self._painted[1]

    def _paint_notice(self, painter: QPainter, notice: Notice) -> None:
        if self._frame:
            shade = QColor(theme.colours().stage)
            shade.setAlpha(205)
            painter.fillRect(self.rect(), shade)
        paint_notice(painter, notice, QRectF(self.rect()), self.devicePixelRatioF())

    def _paint_drop(self, painter: QPainter) -> None:
        shade = QColor(theme.ACCENT)
        shade.setAlpha(215)
        painter.fillRect(self.rect(), shade)
        painter.setPen(Qt.GlobalColor.white)
        font = painter.font()
        font.setPixelSize(24)
        font.setBold(True)
        painter.setFont(font)
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.tr("Drop a photo to enroll a person"))

    # Input

    def face_at(self, point: QPointF) -> RecognizedFace | None:
        """The smallest face under a point of the view."""
        hit = [(box.width() * box.height(), face) for face, box in self.faces() if box.contains(point)]
        return min(hit, key=lambda item: item[0])[1] if hit and not self._notice else None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Highlights the face under the pointer."""
        hovered = self.face_at(event.position())
        if hovered is not self._hovered:
            self._hovered = hovered
            shape = Qt.CursorShape.PointingHandCursor if hovered else Qt.CursorShape.ArrowCursor
            self.setCursor(shape)
            self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Emits `face_clicked` for the face under the pointer."""
        face = self.face_at(event.position())
        if face and event.button() == Qt.MouseButton.LeftButton:
            self.face_clicked.emit(face)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Shows a focus frame if the view was reached by the Tab key."""
        by_keys = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
        self._focus_shown = event.reason() in by_keys
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Removes the focus frame."""
        self._focus_shown = False
        super().focusOutEvent(event)
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys 1 to 9 act like a click on the faces, counted from left to right."""
        number = event.key() - int(Qt.Key.Key_1)
        faces = sorted(self.faces(), key=lambda item: item[1].x())
        if 0 <= number < min(len(faces), 9):
            self.face_clicked.emit(faces[number][0])
        else:
            super().keyPressEvent(event)
