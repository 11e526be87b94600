"""The dialog to enroll many people at once: reads the photos, shows what was found, and enrolls those ticked."""

import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QFileDialog, QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from core.importing.judging import Finding, Judged, judge
from core.importing.listing import list_photos
from core.importing.reading import read_photos
from core.importing.storing import Imported, Stored, store_photos
from core.pictures.endings import PICTURES
from gui.background import tasks
from gui.background.writes import Write, Writes
from gui.enroll.form import say
from gui.enroll.import_table import TO_LOOK_AT, ImportModel, ImportTable, people_in
from gui.look.errors import sentence
from gui.look.window_size import resize_to_fit

if TYPE_CHECKING:
    from core.recognizer import Recognizer


class ImportDialog(QDialog):
    """Reads and judges photos on another thread. Nothing is stored before the user asks for it."""

    def __init__(
        self, recognizer: "Recognizer", places: Sequence[Path], writes: Writes, parent: QWidget | None = None
    ) -> None:
        """places: folders, tables and photos, as for `list_photos`; if there are none, the dialog asks for some."""
        super().__init__(parent)
        self.setWindowTitle(self.tr("Import people"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        resize_to_fit(self, 1040, 640)
        self._recognizer, self._writes = recognizer, writes
        self._left = threading.Event()
        """Set when the dialog is closed: threads end their work early."""
        self._question = 0
        self._judging = False
        """Whether names have changed since the photos were judged."""
        self._storing: Write | None = None
        self.model = ImportModel(self.devicePixelRatioF())
        self.model.ticked.connect(self._update)
        self.model.renamed.connect(self._judge_again)
        self.model.refused.connect(lambda why: say(self.note, why, "warning"))
        self._build()
        if places:
            self.read(places)
        else:
            say(
                self.note,
                self.tr(
                    "Choose a folder that has one folder of pictures for each person, or pictures named after people. "
                    "Or choose such pictures, or a table (CSV) with the columns name and photo."
                ),
                "quiet",
            )

    def _build(self) -> None:
        self.note = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self.progress = QProgressBar()
        self.progress.setAccessibleName(self.tr("Progress"))
        self.progress.hide()
        self.table = ImportTable(self.model)
        self.hint = QLabel(self.tr("Space ticks, typing changes the name."))
        self.hint.setProperty("quiet", True)
        self.folder = self._button(self.tr("Choose a folder…"), self._choose_folder)
        self.files = self._button(self.tr("Choose photos or a table…"), self._choose_files)
        self.cancel = self._button(self.tr("Cancel"), self.reject)
        self.enroll = self._button("", self._enroll)
        self.enroll.setProperty("primary", True)
        buttons = QHBoxLayout()
        for part in (self.folder, self.files, self.hint):
            buttons.addWidget(part)
        buttons.addStretch()
        for button in (self.cancel, self.enroll):
            buttons.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 20, 20, 16)
        layout.setSpacing(14)
        layout.addWidget(self.note)
        layout.addWidget(self.progress)
        layout.addWidget(self.table, 1)
        layout.addStretch()
        layout.addLayout(buttons)
        self._update()

    def _button(self, text: str, slot: Callable[[], object]) -> QPushButton:
        # Return must not enroll many people at once: the button needs the focus.
        button = QPushButton(text, autoDefault=False)
        button.clicked.connect(lambda: slot())
        return button

    # Choosing

    def _choose_folder(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, self.tr("Choose a folder of people"))
        if folder:
            self.read([Path(folder)])

    def _choose_files(self) -> None:
        kinds = " ".join(f"*{ending} *{ending.upper()}" for ending in (*sorted(PICTURES), ".csv"))
        files, _ = QFileDialog.getOpenFileNames(
            self, self.tr("Choose photos or a table"), "", self.tr("Pictures and tables ({})").format(kinds)
        )
        if files:
            self.read([Path(file) for file in files])

    # Reading

    def read(self, places: Sequence[Path]) -> None:
        """Reads and judges the photos on a thread."""
        self._question += 1
        self._show_progress(self.tr("Reading the photos…"), 0, 0)
        told = self.tr("Reading photo {} of {}…")

        def work() -> list[Judged]:
            entries = list_photos(places)
            read = []
            for one in read_photos(self._recognizer, entries):
                if self._left.is_set():
                    return []
                read.append(one)
                self._report(told, len(read), len(entries))
            return judge(self._recognizer, read)

        tasks.run(work, self._found, self._failed, self)

    def _report(self, text: str, done: int, total: int) -> None:
        """Shows progress, from any thread."""
        told = text.format(f"{done:,}", f"{total:,}")
        tasks.in_gui_thread(lambda: self._show_progress(told, done, total) if tasks.waits(self) else None)

    def _show_progress(self, text: str, done: int, total: int) -> None:
        self.progress.show()
        self.progress.setRange(0, total)
        self.progress.setValue(done)
        say(self.note, text, "quiet")
        self._update()

    def _found(self, judged: list[Judged]) -> None:
        self.progress.hide()
        self.model.show(judged)
        self.table.selectRow(0)
        self.table.setFocus()
        self._show_summary()

    def _judge_again(self) -> None:
        """Judges the photos by their new names, on a thread; the newest question wins."""
        self._question += 1
        question, photos = self._question, self.model.photos()
        self._judging = True
        self._update()

        def done(judged: list[Judged]) -> None:
            if question == self._question:
                self._judging = False
                self.model.update(judged)
                self._show_summary()

        tasks.run(lambda: judge(self._recognizer, photos), done, self._failed, self)

    def _show_summary(self) -> None:
        rows = self.model.rows()
        look = sum(one.finding in TO_LOOK_AT for one in rows)
        ready = sum(one.finding is Finding.READY for one in rows)
        told = [self.tr("Ready: {}").format(f"{ready:,}")]
        if look:
            told.append(self.tr("To look at first: {}").format(f"{look:,}"))
        if len(rows) > ready + look:
            told.append(self.tr("Left out: {}").format(f"{len(rows) - ready - look:,}"))
        say(self.note, "   ·   ".join(told), "quiet")

    def _failed(self, error: Exception) -> None:
        self.progress.hide()
        self._judging, self._storing = False, None
        say(self.note, sentence(error), "warning")
        self._update()

    # Enrolling

    def _update(self) -> None:
        chosen = self.model.chosen()
        count = people_in(chosen)
        one = self.tr("Enroll 1 person")
        self.enroll.setText(one if count == 1 else self.tr("Enroll {} people").format(f"{count:,}"))
        reading = not self.progress.isHidden()
        self.enroll.setEnabled(bool(chosen) and not reading and not self._judging)
        filled = self.model.rowCount() > 0
        self.table.setVisible(filled)
        self.table.setEnabled(not reading)
        self.enroll.setVisible(filled)
        self.hint.setVisible(filled and not reading)
        for part in (self.folder, self.files):
            part.setVisible(not filled and not reading)

    def _enroll(self) -> None:
        chosen = self.model.chosen()
        self._show_progress(self.tr("Enrolling…"), 0, len(chosen))
        told = self.tr("Enrolling photo {} of {}…")

        def work() -> Imported:
            stored: list[Stored] = []
            for one in store_photos(self._recognizer, chosen):
                stored.append(one)
                self._report(told, len(stored), len(chosen))
                if self._left.is_set():
                    break
            # Updates the index here, on this thread; else its next user would wait for it.
            self._recognizer.state()
            return Imported(tuple(stored))

        self._storing = self._writes.run(work, lambda _imported: self.accept(), self._failed, self)

    def done(self, result: int) -> None:
        """Ends what threads are doing; what is enrolled by then stays, and the window tells it."""
        self._left.set()
        if self._storing:
            self._writes.cancel(self._storing)
        super().done(result)
