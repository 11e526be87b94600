"""The panel beside the map: the live faces to choose from, and why the chosen one is named."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QListView, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from gui.live.face_label import label_text
from gui.look.pictures import rounded
from gui.look.scrolling import Scrolling
from gui.look.thumbnails import Thumbnails
from gui.look.tooltip import tooltip
from gui.metric.gathering import LiveFace, Picture
from gui.metric.live_faces import Chosen
from gui.metric.neighbours import NeighbourRows
from gui.metric.reason import Reason

FACE, PICTURE = 48, 84
"""Sides of a live face in the list, and of the picture of the chosen one, in pixels."""
CHOICE = """QListWidget { border: none; background: transparent; outline: none; }
    QListWidget:focus { border: 1px solid palette(highlight); border-radius: 8px; }
    QListWidget::item { padding: 4px 2px; border-radius: 8px; border: 1px solid transparent; }
    QListWidget::item:selected { color: palette(text); background: palette(base); border-color: palette(highlight); }"""
KEY_ROLE = int(Qt.ItemDataRole.UserRole)


class WhyPanel(QWidget):
    """Lists the live faces and shows the reason for the chosen one."""

    chosen = Signal(object)
    """Chosen: one of the live faces."""

    def __init__(self, pictures: Thumbnails[Picture], parent: QWidget | None = None) -> None:
        """pictures: those of the enrolled."""
        super().__init__(parent)
        self._pictures = pictures
        self._shown: Picture | None = None
        pictures.arrived.connect(self._show_picture)
        self.faces = _make_list()
        self.faces.setAccessibleName(self.tr("Live faces"))
        self.faces.itemClicked.connect(self._choose)
        self.faces.itemActivated.connect(self._choose)
        self.faces.hide()
        self.no_faces = _label(self.tr("Nobody is in view."), quiet=True)
        self.hint = _label(
            self.tr("Choose a live face or a photo on the map to see its nearest neighbours and why it is named."),
            quiet=True,
        )
        self.picture = QLabel()
        self.picture.setFixedSize(PICTURE, PICTURE)
        self.title = _label(heading=True)
        self.verdict = _label()
        self.neighbours_title = _label(self.tr("Nearest neighbours"), heading=True)
        self.neighbours = NeighbourRows(pictures)
        self.quality = _label(quiet=True)
        self._reason = Scrolling(self._lay_out_reason())
        self._reason.hide()
        self._lay_out()

    def _lay_out_reason(self) -> QWidget:
        words = QVBoxLayout()
        words.setSpacing(4)
        words.addWidget(self.title)
        words.addWidget(self.verdict, 1)
        self.verdict.setAlignment(Qt.AlignmentFlag.AlignTop)
        top = QHBoxLayout()
        top.setSpacing(14)
        top.addWidget(self.picture, 0, Qt.AlignmentFlag.AlignTop)
        top.addLayout(words, 1)
        reason = QWidget()
        layout = QVBoxLayout(reason)
        layout.setContentsMargins(0, 0, 6, 0)
        layout.setSpacing(8)
        layout.addLayout(top)
        layout.addWidget(self.quality)
        layout.addSpacing(4)
        layout.addWidget(self.neighbours_title)
        layout.addWidget(self.neighbours)
        layout.addStretch(1)
        return reason

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 0, 8, 0)
        layout.setSpacing(8)
        layout.addWidget(_label(self.tr("Live faces"), heading=True))
        layout.addWidget(self.no_faces)
        layout.addWidget(self.faces)
        layout.addWidget(self.hint)
        layout.addWidget(self._reason, 1)
        layout.addStretch()

    def show_faces(self, faces: tuple[LiveFace, ...]) -> None:
        """Shows the current live faces; those shown before keep their place and selection."""
        there = {face.key: face for face in faces}
        for row in reversed(range(self.faces.count())):
            if self.faces.item(row).data(KEY_ROLE) not in there:
                self.faces.takeItem(row)
        known = {self.faces.item(row).data(KEY_ROLE): self.faces.item(row) for row in range(self.faces.count())}
        for key, face in there.items():
            item = known.get(key) or QListWidgetItem(self.faces)
            item.setData(KEY_ROLE, key)
            item.setText(label_text(face.face)[0])
            item.setToolTip(tooltip(item.text()))
            item.setIcon(_icon(rounded(face.face.crop, FACE, self.devicePixelRatioF(), FACE / 2)))
        self.faces.setVisible(bool(faces))
        self.no_faces.setVisible(not faces)

    def select(self, chosen: Chosen | None) -> None:
        """Selects a face in the list if it is one of the live faces."""
        self.faces.clearSelection()
        for row in range(self.faces.count()):
            item = self.faces.item(row)
            if chosen and chosen.live and item.data(KEY_ROLE) == chosen.number:
                item.setSelected(True)

    def show_reason(self, reason: Reason | None) -> None:
        """Shows a reason; None shows a hint instead."""
        self.hint.setVisible(reason is None)
        self._reason.setVisible(reason is not None)
        if reason is None:
            return
        self._shown = reason.picture if isinstance(reason.picture, tuple) else None
        if isinstance(reason.picture, tuple):
            self.picture.clear()
            self._show_picture()
        else:
            self.picture.setPixmap(rounded(reason.picture, PICTURE, self.devicePixelRatioF(), PICTURE / 2))
        self.title.setText(reason.title)
        self.verdict.setText(reason.verdict)
        self.quality.setText(reason.quality)
        self.quality.setVisible(bool(reason.quality))
        self.neighbours_title.setVisible(bool(reason.neighbours))
        self.neighbours.show_neighbours(reason.neighbours, reason.threshold)

    def _show_picture(self) -> None:
        """Shows the enrolled picture, once it has been read."""
        picture = self._pictures.get(self._shown, PICTURE, self.devicePixelRatioF()) if self._shown else None
        if picture:
            self.picture.setPixmap(picture)

    def _choose(self, item: QListWidgetItem) -> None:
        self.chosen.emit(Chosen(True, int(item.data(KEY_ROLE))))


def _make_list() -> QListWidget:
    faces = QListWidget()
    faces.setViewMode(QListView.ViewMode.IconMode)
    faces.setMovement(QListView.Movement.Static)
    faces.setWrapping(False)
    faces.setIconSize(QSize(FACE, FACE))
    faces.setGridSize(QSize(FACE + 54, FACE + 34))
    faces.setStyleSheet(CHOICE)
    faces.setTextElideMode(Qt.TextElideMode.ElideRight)
    faces.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    faces.setFixedHeight(FACE + 54)
    return faces


def _icon(picture: QPixmap) -> QIcon:
    """An icon that looks the same when selected, so that faces aren't tinted."""
    icon = QIcon(picture)
    icon.addPixmap(picture, QIcon.Mode.Selected)
    return icon


def _label(text: str = "", *, quiet: bool = False, heading: bool = False) -> QLabel:
    label = QLabel(text, wordWrap=True, textFormat=Qt.TextFormat.PlainText)
    label.setProperty("quiet", quiet)
    label.setProperty("heading", heading)
    return label
