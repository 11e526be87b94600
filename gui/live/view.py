"""The live picture: every captured frame, with the newest result laid over it."""

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
"""Seconds: an older result says nothing of where faces are now."""


class LiveView(QWidget):
    """Paints frames letterboxed, with a label to each face; a click on a face asks for it."""

    face_clicked = Signal(object)
    """RecognizedFace."""
    button_clicked = Signal()
    """Of the notice."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMinimumSize(320, 240)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Live view"))
        self.mirrored = False
        self.painted = 0
        """Frames painted so far."""
        self._frame: Frame | None = None
        self._result: Recognition | None = None
        self._painted: tuple[Frame, QImage] | None = None
        """The frame as it was painted last: results come between frames, and are painted over the same picture."""
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

    # What is shown

    def show_frame(self, frame: Frame, result: Recognition | None) -> None:
        """The newest frame, and the newest result, which may be of an earlier frame."""
        self._frame, self._result = frame, result
        if not self._calm.isActive():
            self._describe()
        self.update()

    def show_notice(self, notice: Notice | None) -> None:
        """A message over the dimmed last picture; None takes it away."""
        if notice == self._notice:
            return
        self._notice = notice
        self._button.setVisible(bool(notice and notice.button))
        self._button.setText(notice.button if notice else "")
        self._describe()
        self.update()

    def _describe(self) -> None:
        """What is said, or who is there, for those who don't see it. Nothing else for a while."""
        told = f"{self._notice.title}. {self._notice.text}" if self._notice else ""
        if not told and self._frame:
            told = who_is_there(face for face, _box in self.faces())
        if told != self.accessibleDescription():
            self.setAccessibleDescription(told)
            self._calm.start()

    def clear(self) -> None:
        """Forgets the last picture: another source comes."""
        self._frame = self._result = self._painted = None
        self.update()

    def show_dropping(self, dropping: bool) -> None:
        """Invites to let go of a photo that is dragged over the window."""
        self._dropping = dropping
        self.update()

    # Where things are

    def picture_rect(self) -> QRectF:
        """Of the frame inside the view, in its pixels: as large as fits, in the middle."""
        if self._frame is None:
            return QRectF(self.rect())
        rows, columns = self._frame.image.shape[:2]
        size = QSize(columns, rows).scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        corner = QPoint((self.width() - size.width()) // 2, (self.height() - size.height()) // 2)
        return QRectF(corner, size)

    def faces(self) -> list[tuple[RecognizedFace, QRectF]]:
        """Each face with its frame in the view's pixels, extrapolated to the frame being shown."""
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
        """Each face with its frame and its label, in the view's pixels."""
        family, ratio = self.font().family(), self.devicePixelRatioF()
        return label_faces(self.faces(), self.picture_rect(), self._label_places, family=family, ratio=ratio)

    def frame_of(self, face: RecognizedFace) -> Frame | None:
        """The frame in which one of the faces shown was recognised; None when it is shown no more."""
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
        """Paints picture, faces and notice."""
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
            paint_faces(painter, self.labelled(), self._hovered)
        if self._dropping:
            self._paint_drop(painter)
        elif self._focus_shown:
            painter.setPen(QPen(theme.ACCENT, 4))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.rect())
        painter.end()

    def snapshot(self) -> QImage | None:
        """The picture with its labels, as large as it is, without what is said over it; None without a picture."""
        if self._frame is None:
            return None
        rows, columns = self._frame.image.shape[:2]
        whole = QRectF(0, 0, columns, rows)
        faces = label_faces(self._faces_in(whole), whole, LabelPlaces(), family=self.font().family(), largest=rows)
        picture = painted(self._frame.image, columns, rows, mirrored=self.mirrored)
        painter = QPainter(picture)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        paint_faces(painter, faces)
        painter.end()
        return picture

    def _picture(self, frame: Frame) -> QImage:
        """In the screen's pixels."""
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

    # Asking

    def face_at(self, point: QPointF) -> RecognizedFace | None:
        """The smallest face under a point of the view."""
        hit = [(box.width() * box.height(), face) for face, box in self.faces() if box.contains(point)]
        return min(hit, key=lambda item: item[0])[1] if hit and not self._notice else None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Shows that faces can be clicked."""
        hovered = self.face_at(event.position())
        if hovered is not self._hovered:
            self._hovered = hovered
            shape = Qt.CursorShape.PointingHandCursor if hovered else Qt.CursorShape.ArrowCursor
            self.setCursor(shape)
            self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Asks for the face under the pointer."""
        face = self.face_at(event.position())
        if face and event.button() == Qt.MouseButton.LeftButton:
            self.face_clicked.emit(face)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Shows that keys go to it, when it was come to by keys."""
        by_keys = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
        self._focus_shown = event.reason() in by_keys
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """No longer."""
        self._focus_shown = False
        super().focusOutEvent(event)
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Digits 1 to 9 ask for the faces from left to right, as a click would."""
        number = event.key() - int(Qt.Key.Key_1)
        faces = sorted(self.faces(), key=lambda item: item[1].x())
        if 0 <= number < min(len(faces), 9):
            self.face_clicked.emit(faces[number][0])
        else:
            super().keyPressEvent(event)
