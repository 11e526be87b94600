"""The tab with unknown people: each once, however often they came; to be named, ignored or deleted."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon, QPixmap
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QHBoxLayout,
    QInputDialog,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from core.errors import GalleryError
from core.gallery import Gallery
from core.gallery.names import clean_name
from core.gallery.sightings import Keeping
from core.history import unknowns
from core.history.unknowns import Group
from gui.background.refreshing import Refreshing
from gui.background.writes import Writes
from gui.history.faces import faces_of
from gui.history.model import counted, moment
from gui.look.errors import show_error

if TYPE_CHECKING:
    from core.recognizer import Recognizer

SIDE, CELL = 112, QSize(176, 178)
"""Side of a face and size of its cell, in pixels."""
GROUP = Qt.ItemDataRole.UserRole


class UnknownTab(QWidget):
    """Groups of sightings of people not named."""

    said = Signal(str)
    """A sentence for the status line."""
    changed = Signal()
    """Somebody was named, ignored or deleted."""
    keeping_asked = Signal()
    """The user wants to choose for how long unknown faces are kept."""

    def __init__(
        self, gallery: Gallery, recognizer: "Callable[[], Recognizer | None]", writes: Writes, parent: QWidget
    ) -> None:
        """recognizer: returns the one in use; None until it is loaded."""
        super().__init__(parent)
        self._gallery, self._recognizer, self._writes = gallery, recognizer, writes
        self._faces = faces_of(gallery, self)
        self._faces.arrived.connect(self._show_pictures)
        self._groups: list[Group] = []
        self.note = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self.note.setProperty("quiet", True)
        self.keep = QPushButton(self.tr("How long to keep sightings…"))
        self.keep.clicked.connect(self.keeping_asked)
        self.ignored = QCheckBox(self.tr("Show ignored people"))
        self.ignored.toggled.connect(lambda _on: self._show())
        self.list = QListWidget()
        self.list.setObjectName("unknown")
        self.list.setAccessibleName(self.tr("Unknown people"))
        self.list.setViewMode(QListWidget.ViewMode.IconMode)
        self.list.setResizeMode(QListWidget.ResizeMode.Adjust)
        self.list.setMovement(QListWidget.Movement.Static)
        self.list.setIconSize(QSize(SIDE, SIDE))
        self.list.setGridSize(CELL)
        self.list.setWordWrap(True)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.list.currentItemChanged.connect(lambda *_: self._update_buttons())
        self.list.itemActivated.connect(lambda _item: self.ask_name())
        self.name = QPushButton(self.tr("Who is this?"))
        self.name.clicked.connect(lambda: self.ask_name())
        self.ignore, self.delete = QPushButton(), QPushButton(self.tr("Delete"))
        self.ignore.clicked.connect(lambda: self._ignore())
        self.delete.clicked.connect(lambda: self._delete())
        self._reading = Refreshing(self._read, self._loaded, lambda error: show_error(self, error), self)
        self._lay_out()
        self._update_buttons()

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self.note, 1)
        top.addWidget(self.ignored)
        top.addWidget(self.keep)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.name)
        buttons.addWidget(self.ignore)
        buttons.addWidget(self.delete)
        buttons.addStretch()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 8, 0)
        layout.setSpacing(10)
        layout.addLayout(top)
        layout.addWidget(self.list, 1)
        layout.addLayout(buttons)

    # Display

    def refresh(self) -> None:
        """Reads everything again. Returns at once."""
        self._reading.ask()

    def _read(self) -> tuple[list[Group], Keeping] | None:
        recognizer = self._recognizer()
        return (unknowns.groups(recognizer), self._gallery.history.keeping) if recognizer else None

    def _loaded(self, answer: tuple[list[Group], Keeping] | None) -> None:
        if answer is None:
            self.note.setText(self.tr("Recognition is still loading: try again in a moment."))
            return
        self._groups, keeping = answer
        self._kept = bool(keeping.unknown_hours)
        self._show()

    def _show(self) -> None:
        chosen = self.chosen
        shown = [group for group in self._groups if group.ignored is self.ignored.isChecked()]
        self.list.clear()
        for group in shown:
            item = QListWidgetItem(self._words(group))
            item.setData(GROUP, group)
            item.setTextAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
            item.setSizeHint(CELL)
            self.list.addItem(item)
            if chosen and set(chosen.ids) & set(group.ids):
                self.list.setCurrentItem(item)
        self._show_pictures()
        self._update_buttons()
        if shown:
            self.note.setText(self._counted(len(shown)))
        elif self.ignored.isChecked():
            self.note.setText(self.tr("Nobody is ignored."))
        elif self._kept:
            self.note.setText(self.tr("Nobody unknown was seen, or it is no longer kept."))
        else:
            self.note.setText(
                self.tr("Faces of unknown people are not kept. Keep them for a day to name people after they left.")
            )

    def _counted(self, count: int) -> str:
        return self.tr("1 unknown person") if count == 1 else self.tr("%n unknown people, newest first", "", count)

    def _words(self, group: Group) -> str:
        count = len(group.sightings)
        times = self.tr("Came once") if count == 1 else self.tr("Came %n times", "", count)
        return f"{times}\n{moment(group.last)}"

    def _show_pictures(self) -> None:
        for row in range(self.list.count()):
            item = self.list.item(row)
            best = item.data(GROUP).best
            picture = self._faces.get((best.id, best.quality), SIDE, self.devicePixelRatioF())
            if picture is None:
                picture = QPixmap(SIDE, SIDE)
                picture.fill(Qt.GlobalColor.transparent)
            item.setIcon(QIcon(picture))

    @property
    def chosen(self) -> Group | None:
        """The group selected."""
        item = self.list.currentItem()
        return item.data(GROUP) if item else None

    def _update_buttons(self) -> None:
        group = self.chosen
        for button in (self.name, self.ignore, self.delete):
            button.setEnabled(group is not None)
        self.ignore.setText(self.tr("Stop ignoring") if group and group.ignored else self.tr("Ignore"))

    # Changes

    def ask_name(self) -> None:
        """Asks who the person selected is."""
        group = self.chosen
        if group is None:
            return
        dialog = QInputDialog(self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle(self.tr("Who is this?"))
        dialog.setLabelText(self.tr("Name. Sightings of this person get it too."))
        dialog.textValueSelected.connect(lambda name: self.give_name(group, name))
        dialog.open()

    def give_name(self, group: Group, name: str) -> None:
        """Enrolls a person of this tab, and names their sightings."""
        recognizer = self._recognizer()
        if recognizer is None:
            return
        try:
            name = clean_name(name)
        except GalleryError as error:
            show_error(self, error)
            return
        told = self.tr("{} is enrolled.").format(name)
        self._write(lambda: unknowns.name_group(recognizer, group, name), told, announced=True)

    def _ignore(self) -> None:
        group = self.chosen
        if group:
            ignored, ids = not group.ignored, group.ids
            told = self.tr("This person is not shown any more.") if ignored else self.tr("This person is shown again.")
            self._write(lambda: self._gallery.history.ignore(ids, ignored=ignored), told)

    def _delete(self) -> None:
        group = self.chosen
        if group:
            ids = group.ids
            self._write(lambda: self._gallery.history.delete(ids), self.tr("Deleted: {}.").format(counted(len(ids))))

    def _write(self, work: Callable[[], object], told: str, *, announced: bool = False) -> None:
        def done(_result: object) -> None:
            self.said.emit(told)
            self.refresh()
            self.changed.emit()

        self._writes.run(work, done, lambda error: show_error(self, error), self, announced=announced)
