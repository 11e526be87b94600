"""The sightings shown, newest first, read page by page on a thread."""

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import (
    QAbstractTableModel,
    QCoreApplication,
    QDateTime,
    QLocale,
    QModelIndex,
    QPersistentModelIndex,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QPixmap

from core.gallery import Gallery
from core.gallery.history import PAGE
from core.gallery.sightings import Sighting, Wanted
from core.history.days import day_of
from gui.background import tasks

PERSON, LAST, STAYED, SIMILARITY, SOURCE = range(5)
ROOT = QModelIndex()
Index = QModelIndex | QPersistentModelIndex
SIDE = 36
"""Side of a face in pixels."""


class SightingsModel(QAbstractTableModel):
    """A table of sightings that grows as it is scrolled."""

    counted = Signal(int)
    """Number of sightings wanted, loaded or not."""
    failed = Signal(object)
    """Exception: the sightings could not be read; what is shown stays."""

    def __init__(self, gallery: Gallery, picture: Callable[[Sighting], QPixmap | None]) -> None:
        """picture: returns a sighting's face, None until it is read."""
        super().__init__()
        self._gallery, self._picture = gallery, picture
        self._rows: list[Sighting] = []
        self._more = self._reading = False
        self._request = 0
        self._wanted: Callable[[], Wanted] = Wanted
        self._today = datetime.now().date()

    # Reading

    def show(self, wanted: Callable[[], Wanted]) -> None:
        """Shows other sightings. wanted: returns which, called on a thread."""
        self._wanted = wanted
        self._read(PAGE)

    def refresh(self) -> None:
        """Reads again what is shown."""
        self._read(max(PAGE, len(self._rows)))

    def _read(self, most: int) -> None:
        self._request += 1
        request, wanted, history = self._request, self._wanted, self._gallery.history

        def work() -> tuple[list[Sighting], int]:
            chosen = wanted()
            return history.find(chosen, most), history.count(chosen)

        def done(answer: tuple[list[Sighting], int]) -> None:
            if request != self._request:
                return
            rows, count = answer
            self._reading = False
            self._more = count > len(rows)
            self._today = datetime.now().date()
            if rows != self._rows:
                self.beginResetModel()
                self._rows = rows
                self.endResetModel()
            self.counted.emit(count)

        self._reading = True
        tasks.run(work, done, self.failed.emit, self)

    def canFetchMore(self, parent: Index) -> bool:
        """Whether there are older sightings."""
        return not parent.isValid() and self._more and not self._reading

    def fetchMore(self, _parent: Index) -> None:
        """Reads the next page."""
        self._reading = True
        request, wanted, history, last = self._request, self._wanted, self._gallery.history, self._rows[-1]

        def done(rows: list[Sighting]) -> None:
            if request != self._request:
                return
            self._reading, self._more = False, len(rows) == PAGE
            self.beginInsertRows(QModelIndex(), len(self._rows), len(self._rows) + len(rows) - 1)
            self._rows += rows
            self.endInsertRows()

        tasks.run(lambda: history.find(wanted(), PAGE, last), done, self.failed.emit, self)

    # The table

    def sighting(self, row: int) -> Sighting:
        """The sighting in a row."""
        return self._rows[row]

    def row_of(self, sighting: int) -> int | None:
        """The row of a sighting, by id; None if it isn't shown."""
        return next((row for row, one in enumerate(self._rows) if one.id == sighting), None)

    def pictures_arrived(self) -> None:
        """Has the faces painted that have been read meanwhile."""
        if self._rows:
            self.dataChanged.emit(self.index(0, PERSON), self.index(len(self._rows) - 1, PERSON))

    def rowCount(self, parent: Index = ROOT) -> int:
        """Number of sightings read so far."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = ROOT) -> int:
        """Person, time, duration, similarity, source."""
        return 0 if parent.isValid() else 5

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The columns' titles."""
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        return (
            self.tr("Person"),
            self.tr("Last seen"),
            self.tr("For"),
            self.tr("Similarity"),
            self.tr("Source"),
        )[section]

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """What a cell shows."""
        sighting, column = self._rows[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(sighting, column)
        if role == Qt.ItemDataRole.DecorationRole and column == PERSON:
            return self._picture(sighting)
        if role == Qt.ItemDataRole.SizeHintRole and column == PERSON:
            return QSize(180, SIDE + 8)
        return None

    def _text(self, sighting: Sighting, column: int) -> str:
        if column == PERSON:
            return sighting.name or self.tr("Unknown")
        if column == LAST:
            return moment(sighting.last, today=day_of(sighting.last) == self._today)
        if column == STAYED:
            return self.duration(sighting.last - sighting.first)
        if column == SIMILARITY:
            if sighting.person is None or sighting.similarity is None:
                return ""
            return QLocale().toString(sighting.similarity, "f", 2)
        return sighting.source

    def duration(self, seconds: float) -> str:
        """How long somebody stayed."""
        if seconds < 60:
            return self.tr("{} s").format(int(seconds))
        if seconds < 3600:
            return self.tr("{} min").format(int(seconds // 60))
        return self.tr("{} h {} min").format(int(seconds // 3600), int(seconds % 3600 // 60))


def moment(when: float, *, today: bool = False) -> str:
    """A Unix time by the user's clock: with the date, unless it is today."""
    time = QDateTime.fromSecsSinceEpoch(int(when))
    if today:
        return QLocale().toString(time.time(), QLocale.FormatType.ShortFormat)
    return QLocale().toString(time, QLocale.FormatType.ShortFormat)


def counted(count: int) -> str:
    """How many sightings, in words."""
    if count == 1:
        return QCoreApplication.translate("history", "1 sighting")
    return QCoreApplication.translate("history", "%n sightings", "", count)
