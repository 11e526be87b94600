"""The tab with everybody seen: search, filter, look, correct, export, delete."""

import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QMenu,
    QMessageBox,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from core.gallery import Gallery
from core.gallery.sightings import Keeping, Sighting, Wanted
from core.history import unknowns
from core.history.days import attendance
from core.history.spreadsheet import attendance_csv, sightings_csv
from gui.background import tasks
from gui.background.refreshing import Refreshing
from gui.background.writes import Writes
from gui.history.details import Details
from gui.history.faces import faces_of
from gui.history.keeping import KeepingDialog
from gui.history.model import PERSON, SIDE, SOURCE, SightingsModel, counted
from gui.history.period import Period
from gui.look import theme
from gui.look.errors import show_error

if TYPE_CHECKING:
    from core.recognizer import Recognizer

TYPED = 150
"""Milliseconds after the last key before the search begins."""
EVERYBODY, NAMED, UNKNOWN = range(3)


class SeenTab(QWidget):
    """A table of sightings and the one chosen beside it."""

    said = Signal(str)
    """A sentence for the status line."""
    changed = Signal()
    """Sightings were deleted or corrected."""

    def __init__(
        self, gallery: Gallery, recognizer: "Callable[[], Recognizer | None]", writes: Writes, parent: QWidget
    ) -> None:
        """recognizer: returns the one in use; None until it is loaded."""
        super().__init__(parent)
        self._gallery, self._recognizer, self._writes = gallery, recognizer, writes
        self._faces = faces_of(gallery, self)
        self.model = SightingsModel(
            gallery, lambda one: self._faces.get((one.id, one.quality), SIDE, self.devicePixelRatioF())
        )
        self._faces.arrived.connect(self.model.pictures_arrived)
        self.model.counted.connect(self._show_count)
        self.model.failed.connect(self._show_error)
        self.search = QLineEdit(placeholderText=self.tr("Name"), clearButtonEnabled=True)
        self.search.setAccessibleName(self.tr("Search sightings by name"))
        self.search.addAction(theme.icon("search"), QLineEdit.ActionPosition.LeadingPosition)
        self.who = QComboBox()
        self.who.setAccessibleName(self.tr("Who"))
        self.who.addItems([self.tr("Everybody"), self.tr("People enrolled"), self.tr("Unknown people")])
        self.period = Period()
        self.more = QPushButton(self.tr("More"))
        self.more.setMenu(self._make_menu())
        self.table = self._make_table()
        self.details = Details(gallery)
        self.details.rejected.connect(self._reject)
        self.details.confirmed.connect(self._confirm)
        self.details.deleted.connect(lambda one: self._delete([one.id]))
        self.count = QLabel()
        self.count.setProperty("quiet", True)
        self._typed = QTimer(self, singleShot=True, interval=TYPED)
        self._typed.timeout.connect(self.look_for)
        self.search.textChanged.connect(lambda _text: self._typed.start())
        self.who.currentIndexChanged.connect(lambda _index: self.look_for())
        self.period.chosen.connect(self.look_for)
        self._refreshing = Refreshing(lambda: None, lambda _nothing: self.model.refresh(), lambda _error: None, self)
        self._lay_out()

    def _make_menu(self) -> QMenu:
        menu = QMenu(self)
        for text, slot in (
            (self.tr("Export these sightings…"), self.export),
            (self.tr("Export attendance…"), self.export_attendance),
            (self.tr("How long to keep sightings…"), self.ask_how_long),
            (self.tr("Delete these sightings…"), self.ask_to_delete),
        ):
            action = QAction(text, menu)
            action.triggered.connect(lambda _checked=False, slot=slot: slot())
            menu.addAction(action)
        return menu

    def _make_table(self) -> QTableView:
        table = QTableView()
        table.setModel(self.model)
        table.setAccessibleName(self.tr("Sightings"))
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setIconSize(QSize(SIDE, SIDE))
        table.setObjectName("sightings")
        table.setShowGrid(False)
        table.setTabKeyNavigation(False)
        table.setWordWrap(False)
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(SIDE + 10)
        header = table.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(PERSON, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(SOURCE, QHeaderView.ResizeMode.Interactive)
        header.setMinimumSectionSize(60)
        header.setResizeContentsPrecision(50)
        table.selectionModel().selectionChanged.connect(lambda *_: self._show_chosen())
        delete = QAction(self.tr("Delete"), table)
        delete.setShortcut("Del")
        delete.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        delete.triggered.connect(lambda: self._delete([one.id for one in self.chosen()]))
        table.addAction(delete)
        return table

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self.search, 1)
        top.addWidget(self.who)
        top.addWidget(self.period)
        top.addWidget(self.more)
        left = QVBoxLayout()
        left.setSpacing(10)
        left.addLayout(top)
        left.addWidget(self.table, 1)
        left.addWidget(self.count)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(14)
        row.addLayout(left, 1)
        row.addWidget(self.details)

    # Display

    def look_for(self) -> None:
        """Shows what is asked for by name, kind and period."""
        text, who = self.search.text().strip(), self.who.currentIndex()
        since, until = self.period.moments
        history = self._gallery.history

        def wanted() -> Wanted:
            people = history.whose_name_contains(text) if text else None
            return Wanted(people, {NAMED: False, UNKNOWN: True}.get(who), since, until)

        self._wanted = wanted
        self.model.show(wanted)

    def refresh(self) -> None:
        """Reads again what is shown. Returns at once."""
        self._refreshing.ask()

    def chosen(self) -> list[Sighting]:
        """The sightings selected."""
        return [self.model.sighting(index.row()) for index in self.table.selectionModel().selectedRows()]

    def _show_count(self, count: int) -> None:
        if count:
            self.count.setText(counted(count))
        else:
            self.count.setText(self.tr("Nobody was seen, or it is no longer kept."))
        shown = self.details.sighting
        row = self.model.row_of(shown.id) if shown else None
        if row is not None and not self.chosen():
            self.table.selectRow(row)
        elif row is None:
            self._show_chosen()

    def _show_chosen(self) -> None:
        chosen = self.chosen()
        if len(chosen) == 1:
            self.details.show_sighting(chosen[0])
        elif self.details.sighting is None or self.model.row_of(self.details.sighting.id) is None:
            self.details.show_sighting(None)

    # Changes

    def _reject(self, sighting: Sighting) -> None:
        recognizer = self._recognizer()
        if recognizer is None:
            self.said.emit(self.tr("Recognition is still loading: try again in a moment."))
            return
        told = self.tr("Faces like this one are not called {} any more. Undo it in People › Photos.")
        self._write(lambda: unknowns.reject(recognizer, sighting), told.format(sighting.name), announced=True)

    def _confirm(self, sighting: Sighting) -> None:
        recognizer = self._recognizer()
        if recognizer is None:
            self.said.emit(self.tr("Recognition is still loading: try again in a moment."))
            return
        told = self.tr("This picture is now one of {}'s photos.").format(sighting.name)
        self._write(lambda: unknowns.confirm(recognizer, sighting), told, announced=True)

    def _delete(self, ids: list[int]) -> None:
        if ids:
            self._write(lambda: self._gallery.history.delete(ids), self.tr("Deleted: {}.").format(counted(len(ids))))

    def _write(self, work: Callable[[], object], told: str, *, announced: bool = False) -> None:
        def done(_result: object) -> None:
            self.said.emit(told)
            self.refresh()
            self.changed.emit()

        self._writes.run(work, done, self._show_error, self, announced=announced)

    def ask_to_delete(self) -> None:
        """Asks whether to delete all sightings that are shown or could be scrolled to."""
        box = QMessageBox(self, textFormat=Qt.TextFormat.PlainText)
        box.setIcon(QMessageBox.Icon.Question)
        box.setText(self.tr("Delete all sightings in this list?"))
        box.setInformativeText(
            self.tr("{} They are erased from the gallery for good. Everybody enrolled stays enrolled.").format(
                self.count.text() + "."
            )
        )
        delete = box.addButton(self.tr("Delete"), QMessageBox.ButtonRole.DestructiveRole)
        cancel = box.addButton(QMessageBox.StandardButton.Cancel)
        box.setDefaultButton(cancel)
        wanted = self._wanted

        def answered(button: object) -> None:
            if button is delete:
                history = self._gallery.history
                self._write(lambda: history.delete_wanted(wanted()), self.tr("The sightings are deleted."))

        box.buttonClicked.connect(answered)
        box.open()

    def ask_how_long(self) -> None:
        """Opens the dialog about how long sightings are kept."""
        tasks.run(lambda: self._gallery.history.keeping, self._open_keeping, self._show_error, self)

    def _open_keeping(self, now: Keeping) -> None:
        dialog = KeepingDialog(self._gallery, self._writes, now, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(self.refresh)
        dialog.accepted.connect(self.changed)
        dialog.open()

    def _show_error(self, error: Exception) -> None:
        show_error(self, error)

    # Files

    def export(self) -> None:
        """Asks for a file and writes the sightings of the list to it, as CSV."""
        wanted = self._wanted
        self._save(self.tr("Sightings"), lambda: sightings_csv(self._gallery.history.every(wanted())))

    def export_attendance(self) -> None:
        """Asks for a file and writes who was here on which days of the period, as CSV."""
        since, until = self.period.moments
        days = self.period.days

        def text() -> str:
            seen = self._gallery.history.every(Wanted(unknown=False, since=since, until=until))
            return attendance_csv(attendance(self._gallery.people(), seen, *(days or (date.min, date.today()))))

        self._save(self.tr("Attendance"), text)

    def _save(self, title: str, text: Callable[[], str]) -> None:
        name = f"{title} {time.strftime('%Y-%m-%d')}.csv"
        chosen, _ = QFileDialog.getSaveFileName(self, title, name, self.tr("CSV files (*.csv)"))
        if chosen:
            self.write_file(Path(chosen), text)

    def write_file(self, file: Path, text: Callable[[], str]) -> None:
        """Writes a file on a thread, with a byte-order mark so that spreadsheets read it as UTF-8."""

        def work() -> None:
            file.write_text(text(), encoding="utf-8-sig", newline="")

        told = self.tr("Saved as {}").format(file)
        tasks.run(work, lambda _nothing: self.said.emit(told), self._show_error, self)
