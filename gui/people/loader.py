"""Reads the people enrolled off the GUI thread, in the order in which they are shown."""

from PySide6.QtCore import QObject, Signal

from core.gallery import Gallery
from gui.background.refreshing import Refreshing
from gui.people.model import Row, row_of
from gui.people.name_search import NameOrder


class PeopleLoader(QObject):
    """Asked again while it reads, it reads once more afterwards."""

    loaded = Signal(object)
    """list[Row]: everybody."""
    failed = Signal(object)
    """Exception."""

    def __init__(self, gallery: Gallery, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._gallery = gallery
        self._order = NameOrder()
        self._keys: dict[str, str] = {}
        self._reading = Refreshing(self._read, self.loaded.emit, self.failed.emit, self)

    def load(self) -> None:
        """Returns at once; `loaded` or `failed` follows."""
        self._reading.ask()

    def _read(self) -> list[Row]:
        """One after the other, so that what is known of names is one thread's at a time."""
        rows = []
        keys, self._keys = self._keys, {}
        for person in self._order.sort(self._gallery.people()):
            row = Row(person, keys[person.name]) if person.name in keys else row_of(person)
            self._keys[person.name] = row.key
            rows.append(row)
        return rows
