"""The dialog with a person's photos and counter-examples: look at them, and delete some."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QDateTime, QLocale, Qt
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from gui.background import tasks
from gui.background.writes import Writes
from gui.look.errors import sentence
from gui.look.pictures import rounded
from gui.look.scrolling import Scrolling
from gui.look.window_size import resize_to_fit

if TYPE_CHECKING:
    from core.recognizer import PhotoOf, Recognizer

SIDE = 112
"""Side of a photo in pixels."""


class PhotosDialog(QDialog):
    """Reads the photos on a thread; deleting one is written at once."""

    def __init__(self, recognizer: "Recognizer", name: str, writes: Writes, parent: QWidget | None = None) -> None:
        """name: of the person."""
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._recognizer, self._name, self._writes = recognizer, name, writes
        self.setWindowTitle(self.tr("Photos of {}").format(name))
        self.note = QLabel(self.tr("Reading the photos…"), wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self.note.setProperty("quiet", True)
        self.cards: list[_Card] = []
        self._page = QWidget()
        self._grid = QVBoxLayout(self._page)
        self._grid.setContentsMargins(0, 0, 8, 0)
        self._grid.setSpacing(10)
        self._grid.addStretch()
        close = QPushButton(self.tr("Close"), default=True)
        close.clicked.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(22, 22, 22, 18)
        layout.setSpacing(14)
        layout.addWidget(self.note)
        layout.addWidget(Scrolling(self._page), 1)
        layout.addWidget(close, 0, Qt.AlignmentFlag.AlignRight)
        resize_to_fit(self, 520, 560)
        self.read()

    def read(self) -> None:
        """Reads the photos again."""
        tasks.run(lambda: self._recognizer.photos(self._name), self._show, self._failed, self)

    def _show(self, photos: "list[PhotoOf]") -> None:
        for card in self.cards:
            card.deleteLater()
        own = sum(not photo.counter for photo in photos)
        self.cards = [_Card(photo, self._name, last=own == 1, parent=self._page) for photo in photos]
        for place, card in enumerate(self.cards):
            self._grid.insertWidget(place, card)
            card.delete.clicked.connect(lambda _checked=False, card=card: self._delete(card))
        unlike = sum(photo.unlike for photo in photos)
        text = self.tr("By these photos {} is recognised.").format(self._name)
        if len(photos) > own:
            text += " " + self.tr("Faces like the counter-examples are not called {}.").format(self._name)
        if unlike:
            text = self.tr("{} of these photos does not look like the others: is it {}?").format(unlike, self._name)
        self.note.setText(text)

    def _delete(self, card: "_Card") -> None:
        card.setEnabled(False)
        gallery, number = self._recognizer.gallery, card.photo.template.id

        def failed(error: Exception) -> None:
            card.setEnabled(True)
            self._failed(error)

        self._writes.run(lambda: gallery.forget_template(number), lambda _nothing: self.read(), failed, self)

    def _failed(self, error: Exception) -> None:
        self.note.setText(sentence(error))


class _Card(QFrame):
    """One photo, what it is, and a button to delete it."""

    def __init__(self, photo: "PhotoOf", name: str, *, last: bool, parent: QWidget) -> None:
        """last: whether it may not be deleted, as the person's only photo."""
        super().__init__(parent)
        self.photo = photo
        picture = QLabel()
        picture.setPixmap(rounded(photo.template.crop, SIDE, self.devicePixelRatioF(), 12))
        moment = QDateTime.fromSecsSinceEpoch(int(photo.template.created))
        added = QLocale().toString(moment, QLocale.FormatType.ShortFormat)
        title = QLabel(self.tr("Not {}").format(name) if photo.counter else self.tr("Photo"), wordWrap=True)
        title.setTextFormat(Qt.TextFormat.PlainText)
        title.setProperty("heading", True)
        told = [self.tr("Added {}").format(added)]
        if photo.likeness is not None:
            told.append(self.tr("Similarity to the others: {:.2f}").format(photo.likeness))
        if photo.unlike:
            told.append(self.tr("Does not look like the others."))
        words = QLabel("\n".join(told), wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        words.setProperty("warning" if photo.unlike else "quiet", True)
        self.delete = QPushButton(self.tr("Delete"), autoDefault=False)
        self.delete.setAccessibleName(self.tr("Delete this photo"))
        self.delete.setVisible(photo.counter or not last)
        column = QVBoxLayout()
        column.setSpacing(4)
        column.addWidget(title)
        column.addWidget(words)
        column.addStretch()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(14)
        row.addWidget(picture, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(column, 1)
        row.addWidget(self.delete, 0, Qt.AlignmentFlag.AlignTop)
