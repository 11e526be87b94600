"""Qt's item model of the people enrolled. It is given its rows and never reads the gallery."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QSortFilterProxyModel, Qt, Signal

from core.types import Person
from gui.look.tooltip import tooltip
from gui.people.last_seen import seen_text
from gui.people.list_diff import Insert, Move, Remove, Step, runs, steps
from gui.people.name_search import search_key, search_words

PERSON_ROLE = int(Qt.ItemDataRole.UserRole)
"""Role of a row's `Person`."""
MOST_STEPS = 64
"""Steps made one by one; for more changes, the whole list is laid out again."""

Index = QModelIndex | QPersistentModelIndex


class Row(NamedTuple):
    """One person, with the name's `search_key`."""

    person: Person
    key: str


def row_of(person: Person) -> Row:
    """Makes a person's row."""
    return Row(person, search_key(person.name))


class PeopleModel(QAbstractListModel):
    """One row for each person, in the order given."""

    rename_asked = Signal(str, str)
    """Old and new name, from the view's editor; the gallery decides."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: list[Row] = []
        self._places: dict[int, int] | None = None

    # Display

    def show(self, rows: Sequence[Row]) -> None:
        """Replaces the rows, each person once. Signals only the differences, so rows that stay remain selected."""
        rows = self._as_seen(rows)
        todo = steps([row.person.id for row in self._rows], [row.person.id for row in rows], MOST_STEPS)
        self._places = None
        if todo is None:
            self._lay_out(rows)
            return
        for step in todo:
            self._do(step, rows)
        changed = runs(place for place, row in enumerate(rows) if row != self._rows[place])
        self._rows = list(rows)
        if len(changed) > MOST_STEPS:
            changed = [(changed[0][0], changed[-1][1])]
        for first, last in changed:
            self.dataChanged.emit(self.index(first), self.index(last))

    def mark_seen(self, seen: Mapping[int, float]) -> None:
        """Updates when people were last named live. seen: person's id → Unix time."""
        for person, when in seen.items():
            place = self._place(person)
            if place is not None:
                key = self._rows[place].key
                self._rows[place] = Row(replace(self._rows[place].person, last_seen=when), key)
                self.dataChanged.emit(self.index(place), self.index(place))

    def _as_seen(self, rows: Sequence[Row]) -> list[Row]:
        """Keeps the later time last seen: the gallery may have been read before a sighting was noted."""
        known = {row.person.id: row.person.last_seen for row in self._rows}
        return [
            Row(replace(row.person, last_seen=seen), row.key)
            if (seen := known.get(row.person.id)) and seen > (row.person.last_seen or 0)
            else row
            for row in rows
        ]

    def _do(self, step: Step, rows: Sequence[Row]) -> None:
        nowhere = QModelIndex()
        match step:
            case Remove(first, last):
                self.beginRemoveRows(nowhere, first, last)
                del self._rows[first : last + 1]
                self.endRemoveRows()
            case Move(row, to):
                # Qt counts the target row before the row is taken out.
                self.beginMoveRows(nowhere, row, row, nowhere, to if to < row else to + 1)
                self._rows.insert(to, self._rows.pop(row))
                self.endMoveRows()
            case Insert(first, last):
                self.beginInsertRows(nowhere, first, last)
                self._rows[first:first] = rows[first : last + 1]
                self.endInsertRows()

    def _lay_out(self, rows: Sequence[Row]) -> None:
        """Replaces all rows at once; selection and scroll position stay."""
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        people = [self._rows[index.row()].person.id for index in before]
        self._rows, self._places = list(rows), None
        places = [self._place(person) for person in people]
        after = [QModelIndex() if place is None else self.index(place) for place in places]
        self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()

    def _place(self, person: int) -> int | None:
        if self._places is None:
            self._places = {row.person.id: place for place, row in enumerate(self._rows)}
        return self._places.get(person)

    def people(self) -> list[Person]:
        """Everyone, in order."""
        return [row.person for row in self._rows]

    def rows(self) -> list[Row]:
        """Everyone with their search keys, in order."""
        return list(self._rows)

    def key(self, row: int) -> str:
        """The search key of a row."""
        return self._rows[row].key

    # Interface to Qt

    def rowCount(self, parent: Index | None = None) -> int:
        """Number of people; a person has no child rows."""
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The name for display, editing and tooltips, the `Person` for `PERSON_ROLE`."""
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        person = self._rows[index.row()].person
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return person.name
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{person.name}. {seen_text(person)}."
        if role == Qt.ItemDataRole.ToolTipRole:
            return tooltip(person.name)
        return person if role == PERSON_ROLE else None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Lets names be edited in place."""
        return super().flags(index) | Qt.ItemFlag.ItemIsEditable if index.isValid() else Qt.ItemFlag.NoItemFlags

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Emits `rename_asked`; the row changes once the gallery has."""
        if role != Qt.ItemDataRole.EditRole or not index.isValid():
            return False
        old = self._rows[index.row()].person.name
        if str(value) != old:
            self.rename_asked.emit(old, str(value))
        return False


class PeopleFilter(QSortFilterProxyModel):
    """The people whose names contain every word searched for, ignoring case and accents."""

    def __init__(self, model: PeopleModel) -> None:
        super().__init__()
        self._model = model
        self._words: tuple[str, ...] = ()
        self.setSourceModel(model)

    def search(self, text: str) -> None:
        """Shows the people who match; an empty text matches everyone."""
        words = search_words(text)
        if words != self._words:
            self._words = words
            # Invalidates everything: filtering row by row would signal thousands of changes in a long list.
            self.invalidate()

    def filterAcceptsRow(self, row: int, _parent: Index) -> bool:
        """Whether a person matches the search."""
        if not self._words:
            return True
        key = self._model.key(row)
        return all(word in key for word in self._words)
