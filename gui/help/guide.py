"""A guide through a window: a small panel beside one part after the other, which is outlined."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QMainWindow, QPushButton, QVBoxLayout, QWidget

from gui.look import theme

WIDTH = 380
"""Greatest width of the panel in pixels, with letters of the usual size."""
GAP = 12
"""Pixels between the panel and the part it is about, and the window's edge."""


@dataclass(frozen=True, slots=True)
class Step:
    """One part of the window, and what is said of it."""

    part: QWidget
    title: str
    text: str


class Guide(QFrame):
    """The panel. It has the focus after each step, so that Return goes on; the rest of the window can be used."""

    ended = Signal()
    """The last step was passed, or the guide closed."""

    def __init__(self, steps: Sequence[Step], window: QMainWindow) -> None:
        super().__init__(window)
        self.setObjectName("guide")
        self._steps, self._window, self.number = steps, window, 0
        self._outline = _Outline(window)
        self.count, self.title, self.text = QLabel(), QLabel(wordWrap=True), QLabel(wordWrap=True)
        self.count.setProperty("quiet", True)
        font = self.font()
        font.setPointSizeF(font.pointSizeF() * 1.15)
        font.setBold(True)
        self.title.setFont(font)
        for label in (self.title, self.text):
            label.setTextFormat(Qt.TextFormat.PlainText)
        self.close_ = self._button(self.tr("End the tour"), self.ended.emit)
        self.back = self._button(self.tr("Back"), lambda: self.show_step(self.number - 1))
        self.next = self._button("", self._go_on)
        self.next.setProperty("primary", True)
        buttons = QHBoxLayout()
        buttons.addWidget(self.close_)
        buttons.addStretch()
        buttons.addWidget(self.back)
        buttons.addWidget(self.next)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 14, 16, 14)
        layout.setSpacing(8)
        for label in (self.count, self.title, self.text):
            layout.addWidget(label)
        layout.addLayout(buttons)
        window.installEventFilter(self)
        self.show_step(0)

    def _button(self, text: str, slot: object) -> QPushButton:
        # Outside of dialogs, Return presses only buttons that say so.
        button = QPushButton(text, autoDefault=True)
        button.clicked.connect(slot)
        return button

    def show_step(self, number: int) -> None:
        """Shows one step and takes the focus. number: counted from 0."""
        self.number, step = number, self._steps[number]
        self.count.setText(self.tr("{} of {}").format(number + 1, len(self._steps)))
        self.title.setText(step.title)
        self.text.setText(step.text)
        self.back.setEnabled(number > 0)
        self.next.setText(self.tr("Next") if number + 1 < len(self._steps) else self.tr("Done"))
        # A screen reader reads it with the button that has the focus.
        self.next.setAccessibleDescription(f"{step.title}. {step.text}")
        self.next.setFocus(Qt.FocusReason.TabFocusReason)
        self.place()

    def _go_on(self) -> None:
        if self.number + 1 < len(self._steps):
            self.show_step(self.number + 1)
        else:
            self.ended.emit()

    def place(self) -> None:
        """Puts the panel beside its part: where there is room, else at the bottom of the window."""
        part = self._steps[self.number].part
        about = QRect(part.mapTo(self._window, QPoint()), part.size()) if part.isVisibleTo(self._window) else QRect()
        size = self._size()
        room = self._window.rect().adjusted(GAP, GAP, -GAP, -GAP)
        corner = _beside(about, size, room) if about.isValid() else None
        if corner is None:
            status = self._window.statusBar().height()
            corner = QPoint(room.left(), room.bottom() - size.height() - status)
        self.setGeometry(QRect(corner, size))
        self._outline.setVisible(about.isValid())
        self._outline.setGeometry(about.adjusted(-3, -3, 3, 3))
        self._outline.raise_()
        self.raise_()
        self.show()

    def _size(self) -> QSize:
        letters = max(1.0, self.fontMetrics().height() / 18)
        width = min(round(WIDTH * letters), self._window.width() - 2 * GAP)
        width = max(width, self.minimumSizeHint().width())
        return QSize(width, self.heightForWidth(width))

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Follows the window's size, and what it shows."""
        if event.type() in (QEvent.Type.Resize, QEvent.Type.LayoutRequest):
            # Its parts are laid out first.
            QTimer.singleShot(0, self, self.place)
        return False

    def event(self, event: QEvent) -> bool:
        """Keeps Esc from the window while the guide has the focus."""
        overrides = event.type() == QEvent.Type.ShortcutOverride
        if overrides and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc ends the guide."""
        if event.key() == Qt.Key.Key_Escape:
            self.ended.emit()
        else:
            super().keyPressEvent(event)


def _beside(about: QRect, size: QSize, room: QRect) -> QPoint | None:
    """Where the panel's corner goes: below, above, left or right of the part, within the room; None if nowhere."""
    x = min(max(about.center().x() - size.width() // 2, room.left()), room.right() - size.width())
    y = min(max(about.top(), room.top()), room.bottom() - size.height())
    for corner in (
        QPoint(x, about.bottom() + GAP),
        QPoint(x, about.top() - GAP - size.height()),
        QPoint(about.left() - GAP - size.width(), y),
        QPoint(about.right() + GAP, y),
    ):
        if room.contains(QRect(corner, size)):
            return corner
    return None


class _Outline(QWidget):
    """A frame around a part, through which it can be clicked."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.ACCENT, 4))
        painter.drawRoundedRect(self.rect().adjusted(2, 2, -2, -2), 8, 8)
        painter.end()
