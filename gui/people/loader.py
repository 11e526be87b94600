"""Reads the people enrolled, in the order shown, on a thread."""

from PySide6.QtCore import QObject, Signal

from core.gallery import Gallery
from gui.background.refreshing import Refreshing
from gui.people.model import Row, row_of
from gui.people.name_search import NameOrder


class PeopleLoader(QObject):
    """Reads again afterwards if asked while reading."""

    loaded = Signal(object)
    """list[Row]: everyone enrolled."""
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
        """Reads everyone. Never runs twice at once, so the sort keys need no lock."""
        rows = []
        keys, self._keys = self._keys, {}
        for person in self._order.sort(self._gallery.people()):
            row = Row(person, keys[person.name]) if person.name in keys else row_of(person)
            self._keys[person.name] = row.key
            rows.append(row)
        return rows
