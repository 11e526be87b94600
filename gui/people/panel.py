"""The panel with the people enrolled: search, rename, delete with undo, add a photo."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListView,
    QMenu,
    QMessageBox,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from core.gallery import Forgotten, Gallery
from core.types import Person
from gui.background.writes import Writes
from gui.look import theme
from gui.look.errors import show_error
from gui.people.delegate import PersonDelegate
from gui.people.loader import PeopleLoader
from gui.people.model import PeopleFilter, PeopleModel, Row, row_of
from gui.people.name_search import NameOrder

UNDO_SECONDS = 15
"""Seconds for which a change can be undone."""
SEEN_UPDATE_EVERY = 30
"""Seconds between updates of how long ago people were seen."""


@dataclass(frozen=True, slots=True)
class Undoable:
    """A change that can be taken back."""

    told: str
    """What was done, in a sentence."""
    take_back: Callable[[], object]
    """Undoes it; not in the GUI thread."""


class PeoplePanel(QWidget):
    """The list of people with its actions. The gallery is read and written on other threads."""

    add_photo_requested = Signal(str)
    """Name of the person to add a photo to."""
    photos_requested = Signal(str)
    """Name of the person whose photos are to be shown."""
    selection_changed = Signal(int)
    """Number of people selected."""
    failed = Signal(object)
    """Exception: the people could not be read; the old list stays."""
    changed = Signal()
    """People were renamed, deleted or restored."""
    undoable = Signal(bool)
    """Whether there is a change that `undo` can take back."""

    def __init__(self, gallery: Gallery, parent: QWidget | None = None, writes: Writes | None = None) -> None:
        super().__init__(parent)
        self._gallery = gallery
        self._writes = writes or Writes(self)
        self._writes.changed.connect(lambda _result: self.reload())
        self._undoable: list[Undoable] = []
        self.stale = False
        """Whether the last attempt to read the people failed."""
        self._order = NameOrder()
        self.model = PeopleModel()
        self.filter = PeopleFilter(self.model)
        self._loader = PeopleLoader(gallery, self)
        self._loader.loaded.connect(self._loaded)
        self._loader.failed.connect(self._not_loaded)
        self.heading = QLabel()
        self.heading.setProperty("heading", True)
        self.search = _Search(placeholderText=self.tr("Search"), clearButtonEnabled=True)
        self.search.down_pressed.connect(self._to_the_list)
        self.search.setAccessibleName(self.tr("Search people"))
        self.search.addAction(theme.icon("search"), QLineEdit.ActionPosition.LeadingPosition)
        self.search.textChanged.connect(self._search)
        self.list = self._make_list()
        self._empty = _message(
            self.tr("Nobody enrolled yet"),
            self.tr("Drop a photo of someone anywhere in this window, or press “Enroll from a photo”."),
        )
        self._no_match = _message(self.tr("No match"), self.tr("Nobody enrolled has a name like this."))
        self._stack = QStackedWidget()
        for page in (self.list, self._empty, self._no_match):
            self._stack.addWidget(page)
        self.undo_bar, self._undo_label = self._make_undo_bar()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 14, 8, 8)
        layout.setSpacing(10)
        layout.addWidget(self.heading)
        layout.addWidget(self.search)
        layout.addWidget(self._stack, 1)
        layout.addWidget(self.undo_bar)
        self._undo_timer = QTimer(self, singleShot=True, interval=UNDO_SECONDS * 1000)
        self._undo_timer.timeout.connect(self._give_up_undo)
        self.model.rename_asked.connect(self._rename)
        self._seen_timer = QTimer(self, interval=SEEN_UPDATE_EVERY * 1000)
        self._seen_timer.timeout.connect(self.list.viewport().update)
        self._seen_timer.start()
        self.search.hide()
        # While they are being read, users with people enrolled don't see the hint for beginners.
        self._stack.setCurrentWidget(self.list if len(gallery.snapshot) else self._empty)
        self.reload()

    def _make_list(self) -> "_PeopleList":
        view = _PeopleList()
        view.setObjectName("people")
        view.setModel(self.filter)
        delegate = PersonDelegate(self._gallery, view)
        delegate.portraits.arrived.connect(view.viewport().update)
        view.setItemDelegate(delegate)
        view.setAccessibleName(self.tr("People enrolled"))
        view.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        view.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        view.setMouseTracking(True)
        view.setUniformItemSizes(True)
        view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        view.customContextMenuRequested.connect(self._show_menu)
        view.delete_pressed.connect(self.ask_delete)
        view.doubleClicked.connect(lambda _index: self.show_photos())
        view.selectionModel().selectionChanged.connect(lambda *_: self._tell_selection())
        self.filter.layoutChanged.connect(self._tell_selection)
        self.filter.rowsRemoved.connect(lambda *_: self._tell_selection())
        return view

    def _make_undo_bar(self) -> tuple[QFrame, QLabel]:
        bar = QFrame()
        bar.setObjectName("undo")
        label = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self.undo_button = QPushButton(self.tr("Undo"))
        self.undo_button.clicked.connect(self.undo)
        row = QHBoxLayout(bar)
        row.addWidget(label, 1)
        row.addWidget(self.undo_button)
        bar.hide()
        return bar, label

    # Display

    def reload(self) -> None:
        """Reads the people on a thread; the list follows."""
        self._loader.load()

    def show_person(self, person: Person) -> None:
        """Shows a person just enrolled or changed, before everyone is read again."""
        rows = [row for row in self.model.rows() if row.person.id != person.id]
        rows.insert(self._order.place(person, [row.person for row in rows]), row_of(person))
        self._show(rows)

    def show_seen(self, seen: Mapping[int, float]) -> None:
        """Updates when people were last named live. seen: person's id → Unix time."""
        self.model.mark_seen(seen)

    def _loaded(self, rows: list[Row]) -> None:
        self.stale = False
        self._show(rows)

    def _not_loaded(self, error: Exception) -> None:
        self.stale = True
        self.failed.emit(error)

    def _show(self, rows: list[Row]) -> None:
        self.model.show(rows)
        self._show_page()

    def _search(self, text: str) -> None:
        self.filter.search(text)
        self._show_page()

    def _to_the_list(self) -> None:
        """Goes from the search to the people found, of whom one is selected."""
        if not self.filter.rowCount():
            return
        self.list.setFocus(Qt.FocusReason.ShortcutFocusReason)
        if not self.list.selectionModel().hasSelection():
            self.list.setCurrentIndex(self.filter.index(0, 0))

    def _show_page(self) -> None:
        count = self.model.rowCount()
        self.heading.setText(self.tr("People") + (f"  {count:,}" if count else ""))
        self.search.setVisible(count > 0)
        matches = self.filter.rowCount()
        self._stack.setCurrentWidget(self._empty if not count else self.list if matches else self._no_match)

    def _tell_selection(self) -> None:
        chosen = self.list.selectionModel().selection()
        self.selection_changed.emit(sum(chosen.at(number).height() for number in range(chosen.count())))

    def selected(self) -> list[Person]:
        """The people selected in the list."""
        chosen = self.list.selectionModel().selection()
        parts = [chosen.at(number) for number in range(chosen.count())]
        rows = [row for part in parts for row in range(part.top(), part.bottom() + 1)]
        people = self.model.people()
        return [people[self.filter.mapToSource(self.filter.index(row, 0)).row()] for row in rows]

    # Actions

    def _show_menu(self, point: QPoint) -> None:
        people = self.selected()
        if not people:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if len(people) == 1:
            self._add(menu, self.tr("Add another photo…"), lambda: self.add_photo_requested.emit(people[0].name))
            self._add(menu, self.tr("Photos…"), self.show_photos, "Return")
            self._add(menu, self.tr("Rename"), self.rename_selected, "F2")
        self._add(menu, self.tr("Delete…"), self.ask_delete, "Del")
        menu.popup(self.list.viewport().mapToGlobal(point))

    def _add(self, menu: QMenu, text: str, slot: Callable[[], object], shortcut: str = "") -> None:
        action = QAction(text, menu)
        action.setShortcut(QKeySequence(shortcut))
        action.triggered.connect(lambda: slot())
        menu.addAction(action)

    def show_photos(self) -> None:
        """Asks for the photos of the person selected."""
        people = self.selected()
        if len(people) == 1:
            self.photos_requested.emit(people[0].name)

    def rename_selected(self) -> None:
        """Starts editing the name of the current person."""
        self.list.edit(self.list.currentIndex())

    def _rename(self, old: str, new: str) -> None:
        def done(person: Person) -> None:
            self.show_person(person)
            self.changed.emit()

        self._store(lambda: self._gallery.rename(old, new), done)

    def ask_delete(self) -> None:
        """Asks whether to delete the people selected."""
        names = [person.name for person in self.selected()]
        if not names:
            return
        one = self.tr("Delete {}?").format(names[0])
        box = QMessageBox(self, textFormat=Qt.TextFormat.PlainText)
        box.setIcon(QMessageBox.Icon.Question)
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setText(one if len(names) == 1 else self.tr("Delete {} people?").format(len(names)))
        box.setInformativeText(
            self.tr("Their photos and faces are erased from the gallery. You can undo this for {} seconds.").format(
                UNDO_SECONDS
            )
        )
        delete = box.addButton(self.tr("Delete"), QMessageBox.ButtonRole.DestructiveRole)
        box.addButton(QMessageBox.StandardButton.Cancel)
        box.setDefaultButton(delete)
        box.buttonClicked.connect(lambda button: self.delete(names) if button is delete else None)
        box.open()

    def delete(self, names: list[str]) -> None:
        """Deletes all these people or none; `undo` restores them for `UNDO_SECONDS`."""
        if names:
            self._store(lambda: self._gallery.forget(*names), self._deleted)

    def undo(self) -> None:
        """Takes back the last change; called again, the one before it."""
        if not self._undoable:
            return
        last = self._undoable.pop()

        def failed(error: Exception) -> None:
            self._undoable.append(last)
            self._show_undo()
            show_error(self, error)

        self._show_undo()
        self._writes.run(last.take_back, lambda _nothing: self.changed.emit(), failed, self)

    def offer_undo(self, told: str, take_back: Callable[[], object]) -> None:
        """Says what was done, and offers to undo it for `UNDO_SECONDS`. take_back: not run in the GUI thread."""
        self._undoable.append(Undoable(told, take_back))
        self._show_undo()

    def _deleted(self, forgotten: Forgotten) -> None:
        people = forgotten.people
        told = people[0].name if len(people) == 1 else self.tr("{} people").format(len(people))
        words = [self.tr("{} deleted.").format(told)]
        if not self._gallery.erased:
            words.append(self.tr("The last traces are erased when no other program is reading the gallery."))
        self.offer_undo(" ".join(words), lambda: self._gallery.restore(forgotten))
        self.changed.emit()

    def _show_undo(self) -> None:
        """Shows the undo bar for the last change, or hides it; restarts the time to undo."""
        self.undo_bar.setVisible(bool(self._undoable))
        self.undoable.emit(bool(self._undoable))
        if not self._undoable:
            self._undo_timer.stop()
            return
        self._undo_label.setText(self._undoable[-1].told)
        self._undo_timer.start()

    def _give_up_undo(self) -> None:
        self._undoable = []
        self._show_undo()

    def _store(self, work: Callable[[], Any], done: Callable[[Any], None]) -> None:
        self._writes.run(work, done, lambda error: show_error(self, error), self)


class _Search(QLineEdit):
    """A search field that signals the Down key."""

    down_pressed = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Emits `down_pressed`; every other key edits."""
        if event.key() == Qt.Key.Key_Down:
            self.down_pressed.emit()
        else:
            super().keyPressEvent(event)


class _PeopleList(QListView):
    """A list that signals the Delete key."""

    delete_pressed = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Emits `delete_pressed` for Del and Backspace (the Mac's delete key)."""
        if event.matches(QKeySequence.StandardKey.Delete) or event.key() == Qt.Key.Key_Backspace:
            self.delete_pressed.emit()
        else:
            super().keyPressEvent(event)


def _message(title: str, text: str) -> QWidget:
    page = QWidget()
    heading, body = QLabel(title), QLabel(text, wordWrap=True)
    heading.setProperty("heading", True)
    body.setProperty("quiet", True)
    layout = QVBoxLayout(page)
    layout.setContentsMargins(8, 0, 8, 60)
    layout.setSpacing(8)
    layout.addStretch()
    for label in (heading, body):
        label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        layout.addWidget(label)
    layout.addStretch()
    return page
