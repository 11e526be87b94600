"""The enrolled people as Qt's views want them."""

from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QSortFilterProxyModel, Qt, Signal

from core.errors import GalleryError
from core.gallery import Gallery
from core.gallery.names import same_name_key
from core.types import Image, Person

PERSON_ROLE = int(Qt.ItemDataRole.UserRole)
"""A row's `Person`."""
PORTRAIT_ROLE = PERSON_ROLE + 1
"""A row's picture, 112×112×3 uint8 BGR; None for somebody just deleted."""

Index = QModelIndex | QPersistentModelIndex


class PeopleModel(QAbstractListModel):
    """A row a person, in the order of names. Portraits are read when first painted."""

    rename_asked = Signal(str, str)
    """Old and new name: the view's editor has asked, the store decides."""

    def __init__(self, gallery: Gallery) -> None:
        super().__init__()
        self._gallery = gallery
        self._people: list[Person] = []
        self._portraits: dict[tuple[int, int], Image] = {}
        self.reload()

    def reload(self) -> None:
        """Takes in what has changed; rows that stay keep their selection."""
        people = self._gallery.people()
        staying = {person.id for person in people}
        for row in reversed(range(len(self._people))):
            if self._people[row].id not in staying:
                self.beginRemoveRows(QModelIndex(), row, row)
                del self._people[row]
                self.endRemoveRows()
        there = [person.id for person in self._people]
        if there != [person.id for person in people if person.id in set(there)]:
            # A new name has moved somebody: begin anew.
            self.beginResetModel()
            self._people = people
            self.endResetModel()
            return
        for row, person in enumerate(people):
            if row == len(self._people) or self._people[row].id != person.id:
                self.beginInsertRows(QModelIndex(), row, row)
                self._people.insert(row, person)
                self.endInsertRows()
        self._people = people
        if people:
            self.dataChanged.emit(self.index(0), self.index(len(people) - 1))

    def people(self) -> list[Person]:
        """Everybody, in order."""
        return list(self._people)

    def rowCount(self, parent: Index | None = None) -> int:
        """People; a person has no rows below."""
        return 0 if parent is not None and parent.isValid() else len(self._people)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Name, person or portrait."""
        if not index.isValid() or index.row() >= len(self._people):
            return None
        person = self._people[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole, Qt.ItemDataRole.ToolTipRole):
            return person.name
        if role == PERSON_ROLE:
            return person
        if role == PORTRAIT_ROLE:
            return self._portrait(person)
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Names can be edited in place."""
        return super().flags(index) | Qt.ItemFlag.ItemIsEditable

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Asks for another name; the row changes when the store has done it."""
        if role != Qt.ItemDataRole.EditRole or not index.isValid():
            return False
        old = self._people[index.row()].name
        if str(value) != old:
            self.rename_asked.emit(old, str(value))
        return False

    def _portrait(self, person: Person) -> Image | None:
        key = (person.id, person.templates)
        if key not in self._portraits:
            try:
                self._portraits[key] = self._gallery.portrait(person.id)
            except GalleryError:
                # Deleted a moment ago, by a thread of ours or another program: the list is about to be reloaded.
                return None
        return self._portraits[key]


class PeopleFilter(QSortFilterProxyModel):
    """The people whose name holds what is searched for, whatever its case."""

    def __init__(self, model: PeopleModel) -> None:
        super().__init__()
        self._wanted = ""
        self.setSourceModel(model)

    def search(self, text: str) -> None:
        """Empty for everybody."""
        self.beginFilterChange()
        self._wanted = same_name_key(text.strip())
        self.endFilterChange(QSortFilterProxyModel.Direction.Rows)

    def filterAcceptsRow(self, row: int, parent: Index) -> bool:
        """Whether a person is among those searched for."""
        model = self.sourceModel()
        return self._wanted in same_name_key(str(model.data(model.index(row, 0, parent))))
