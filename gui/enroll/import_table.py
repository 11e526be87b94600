"""The table of an import: for each photo whether it is enrolled, under which name, and what was found in it."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QIcon, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from core.errors import GalleryError
from core.gallery.doubts import Doubt, Doubted
from core.gallery.names import clean_name, same_name_key
from core.importing.judging import Finding, Judged
from core.importing.reading import Read
from gui.look import theme
from gui.look.pictures import rounded
from gui.look.tooltip import tooltip

PHOTO, NAME, FOUND, FILE = range(4)
"""Columns."""
SIDE = 44
"""Side of a picture in pixels."""
NAME_WIDTH, FILE_WIDTH = 220, 190
"""Widths of columns at first, in pixels."""
TO_LOOK_AT = (Finding.DOUBTFUL, Finding.NO_NAME)

Index = QModelIndex | QPersistentModelIndex


class ImportModel(QAbstractTableModel):
    """One row for each photo: those to look at first, then those that are ready, then those that can't be used."""

    renamed = Signal()
    """A name was changed: the photos must be judged again."""
    ticked = Signal()
    """A photo was ticked or left out."""
    refused = Signal(str)
    """Why a name can't be used."""

    def __init__(self, ratio: float) -> None:
        """ratio: the screen's pixel ratio."""
        super().__init__()
        self._ratio = ratio
        self._rows: list[Judged] = []
        self._answers: dict[int, bool] = {}
        """Rows that the user has ticked or left out."""
        self._pictures: dict[int, QIcon] = {}

    def show(self, judged: Sequence[Judged]) -> None:
        """Replaces all rows, in the order in which they need a look."""
        self.beginResetModel()
        self._rows = sorted(judged, key=lambda one: 0 if one.finding in TO_LOOK_AT else 1 if one.has_face else 2)
        self._answers, self._pictures = {}, {}
        self.endResetModel()
        self.ticked.emit()

    def update(self, judged: Sequence[Judged]) -> None:
        """Replaces what is thought of the photos. judged: in the order of `photos`."""
        self._rows = list(judged)
        if self._rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._rows) - 1, FILE))
        self.ticked.emit()

    def photos(self) -> list[Read]:
        """The photos with their names, row by row."""
        return [one.read for one in self._rows]

    def rows(self) -> list[Judged]:
        """What is thought of the photos, row by row."""
        return list(self._rows)

    def chosen(self) -> list[Judged]:
        """The photos that are ticked."""
        return [one for row, one in enumerate(self._rows) if self._is_ticked(row)]

    def toggle(self, rows: Sequence[int]) -> None:
        """Ticks photos, or leaves them out if all are ticked."""
        rows = [row for row in rows if self._can_be_ticked(row)]
        tick = not all(self._is_ticked(row) for row in rows)
        for row in rows:
            self._answers[row] = tick
            self.dataChanged.emit(self.index(row, PHOTO), self.index(row, PHOTO))
        self.ticked.emit()

    def _can_be_ticked(self, row: int) -> bool:
        return self._rows[row].has_face and bool(self._rows[row].read.name)

    def _is_ticked(self, row: int) -> bool:
        return self._can_be_ticked(row) and self._answers.get(row, self._rows[row].finding is Finding.READY)

    # Interface to Qt

    def rowCount(self, parent: Index | None = None) -> int:
        """Number of photos."""
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index | None = None) -> int:
        """Picture with tick box, name, what was found, file."""
        return 0 if parent is not None and parent.isValid() else 4

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The columns' headings."""
        if orientation != Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        return (self.tr("Enroll"), self.tr("Name"), self.tr("What was found"), self.tr("Photo"))[section]

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Faces can be named; those with a name can be ticked."""
        flags = Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled
        if index.column() == NAME and self._rows[index.row()].has_face:
            flags |= Qt.ItemFlag.ItemIsEditable
        if index.column() == PHOTO and self._rows[index.row()].has_face:
            flags |= Qt.ItemFlag.ItemIsUserCheckable
        return flags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The texts, the tick box and the picture."""
        row, column = index.row(), index.column()
        judged = self._rows[row]
        if column == PHOTO:
            return self._tick_and_picture(row, role)
        text = (judged.read.name or judged.read.already, self._found(judged), judged.read.photo.name)[column - NAME]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return text
        if role == Qt.ItemDataRole.ToolTipRole:
            return tooltip(str(judged.read.photo) if column == FILE else text)
        if role == Qt.ItemDataRole.ForegroundRole and column != NAME:
            warns = column == FOUND and judged.finding in TO_LOOK_AT
            return theme.colours().warning if warns else theme.colours().quiet
        return None

    def _tick_and_picture(self, row: int, role: int) -> Any:
        if role == Qt.ItemDataRole.CheckStateRole and self._rows[row].has_face:
            return Qt.CheckState.Checked if self._is_ticked(row) else Qt.CheckState.Unchecked
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self.tr("Enroll {}").format(self._rows[row].read.name)
        crop = self._rows[row].read.crop
        if role != Qt.ItemDataRole.DecorationRole or crop is None:
            return None
        if row not in self._pictures:
            picture = rounded(crop, SIDE, self._ratio)
            self._pictures[row] = icon = QIcon(picture)
            # Else Qt tints the pictures of rows that are selected.
            icon.addPixmap(picture, QIcon.Mode.Selected)
        return self._pictures[row]

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Ticks a photo, or gives it a name."""
        row = index.row()
        if role == Qt.ItemDataRole.CheckStateRole:
            self.toggle([row])
            return True
        judged = self._rows[row]
        if role != Qt.ItemDataRole.EditRole or str(value) == judged.read.name:
            return False
        try:
            name = clean_name(str(value))
        except GalleryError as error:
            self.refused.emit(str(error))
            return False
        self._rows[row] = replace(judged, read=replace(judged.read, name=name))
        self.dataChanged.emit(self.index(row, PHOTO), self.index(row, FILE))
        self.renamed.emit()
        return True

    # Words

    def _found(self, judged: Judged) -> str:
        """What was found in a photo."""
        read = judged.read
        match judged.finding:
            case Finding.UNREADABLE:
                return read.trouble
            case Finding.ALREADY:
                return self.tr("Enrolled already from this photo")
            case Finding.NO_FACE:
                return self.tr("No face found")
            case Finding.NO_NAME:
                return self.tr("Type the name")
        # What is wrong, without what to do about it before a camera.
        words = [problem.remedy.partition(":")[0] + "." for problem in read.problems]
        words += [self._question(doubt, judged) for doubt in judged.doubts]
        if judged.known:
            words.append(self.tr("Adds a photo to {}").format(judged.known))
        return " ".join(words) if words else self.tr("Good enough to enroll")

    def _question(self, doubt: Doubted, judged: Judged) -> str:
        if doubt.kind is Doubt.SEVERAL_FACES:
            return self.tr("{} faces: is the largest the right one?").format(judged.read.faces)
        if doubt.kind is Doubt.UNLIKE:
            return self.tr("Does not look like the other photos of this person.")
        if doubt.kind is Doubt.VERY_CLOSE and judged.close:
            told = self.tr("Very similar to {} ({:.2f}): is it the same person?")
            return told.format(judged.close.name, judged.close.similarity)
        return doubt.question


class ImportTable(QTableView):
    """Up and down go through the photos; typing or F2 edits the name, Space ticks those selected."""

    def __init__(self, model: ImportModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self.setModel(model)
        self.setObjectName("import")
        self.setAccessibleName(self.tr("Photos to import"))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        trigger = QAbstractItemView.EditTrigger
        self.setEditTriggers(trigger.AnyKeyPressed | trigger.EditKeyPressed | trigger.DoubleClicked)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(True)
        self.setIconSize(QSize(SIDE, SIDE))
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(SIDE + 12)
        heads = self.horizontalHeader()
        heads.setHighlightSections(False)
        heads.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        heads.setSectionResizeMode(PHOTO, QHeaderView.ResizeMode.ResizeToContents)
        heads.setSectionResizeMode(FOUND, QHeaderView.ResizeMode.Stretch)
        self.setColumnWidth(NAME, NAME_WIDTH)
        self.setColumnWidth(FILE, FILE_WIDTH)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space ticks the rows selected; other keys go to the name of the current row."""
        current = self.currentIndex()
        if event.key() == Qt.Key.Key_Space and event.type() == QEvent.Type.KeyPress:
            self._model.toggle([index.row() for index in self.selectionModel().selectedRows()])
            return
        if current.isValid() and current.column() != NAME:
            self.selectionModel().setCurrentIndex(
                current.siblingAtColumn(NAME), self.selectionModel().SelectionFlag.NoUpdate
            )
        super().keyPressEvent(event)


def people_in(judged: Sequence[Judged]) -> int:
    """Number of different names."""
    return len({same_name_key(one.read.name) for one in judged})
