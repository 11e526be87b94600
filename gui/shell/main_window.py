"""The main window. It only wires its parts together."""

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QMimeData, QSize, Qt, QTimer
from PySide6.QtGui import QAction, QCloseEvent, QDragEnterEvent, QDragLeaveEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import QMainWindow, QSplitter, QWidget

from core.capture.source import place_of
from core.errors import PhotoError
from core.gallery import Gallery
from core.types import Frame, RecognizedFace, Threshold
from gui.alerts.alerting import Alerting
from gui.alerts.dialog import AlertsDialog
from gui.background import tasks
from gui.background.refreshing import Refreshing
from gui.background.writes import Writes
from gui.enroll import dropped
from gui.enroll.dialog import EnrollDialog, choose_photos
from gui.enroll.queue import Photo
from gui.history.sightings import Sightings
from gui.live.face_card import FaceCard
from gui.live.save_picture import save_snapshot
from gui.live.session import Live
from gui.live.source_chooser import SourceChooser
from gui.live.status_line import StatusLine
from gui.live.view import LiveView
from gui.live.watching import Watching
from gui.look.errors import sentence, show_error
from gui.look.figures import among
from gui.look.shortcuts import give_way_to_shortcuts
from gui.look.window_size import LEAST_SCREEN, TITLE, resize_to_fit
from gui.people.enrolled_count import EnrolledCount
from gui.people.examples import Examples
from gui.people.panel import PeoplePanel
from gui.recognition.current import CurrentRecognizer
from gui.recognition.encoder_menu import EncoderMenu
from gui.recognition.sensitivity import Sensitivity
from gui.recognition.visitors import Visitors
from gui.settings import Settings
from gui.shell.commands import Commands
from gui.shell.help_menu import HelpMenu
from gui.shell.pages import Pages
from gui.shell.theme_menu import ThemeMenu

if TYPE_CHECKING:
    from core.importing.storing import Imported
    from core.recognizer import Enrollment, Recognizer
    from gui.enroll.import_dialog import ImportDialog
    from gui.shell.tour import TourWindow

STATUS_EVERY, REFRESH_EVERY, SAVE_EVERY, LOAD_AFTER, PREPARE_AFTER = 500, 3000, 10_000, 50, 3000
"""Milliseconds: between updates of the status line, refreshes, and saves of what people seen live have said, and before
models and metric page are loaded."""
PANEL = 300
"""Width of the people panel in pixels: at first, and when it is reopened after being dragged shut."""


class MainWindow(QMainWindow):
    """The live view, with the people panel, the source chooser and the sensitivity."""

    def __init__(self, gallery: Gallery, settings: Settings, source: str = "") -> None:
        super().__init__()
        self.gallery, self.settings = gallery, settings
        self.setWindowTitle("Firstsight")
        self.setAcceptDrops(True)
        self.live, self.view, self.chooser = Live(), LiveView(), SourceChooser()
        self.watching = Watching(self.live, self.view, self.chooser, settings, self)
        self.writes = Writes(self)
        self.people = PeoplePanel(gallery, writes=self.writes)
        self.sightings = Sightings(gallery, self, self.writes)
        self.alerting = Alerting(gallery, self)
        self.visitors = Visitors(lambda: self.recognizer, self.writes, self)
        self.examples = Examples(lambda: self.recognizer, self.writes, self)
        self.sensitivity = Sensitivity(settings.rate)
        self.encoders, self.themes = EncoderMenu(settings.encoder, self), ThemeMenu(settings, self)
        self.recognition = CurrentRecognizer(gallery, settings, self)
        self._shown = gallery.revision
        self._refresh_trouble = ""
        self.status = StatusLine()
        self.commands = Commands(self)
        self.help = HelpMenu(self, gallery, self.sensitivity.meaning.toolTip)
        self._tour: TourWindow | None = None
        self._trouble = ""
        """Why the recogniser could not be loaded, in a sentence; else empty."""
        self.count = EnrolledCount(gallery, lambda: self.recognizer, self)
        self._refreshing = Refreshing(self._refresh_gallery, self._refreshed, self._not_refreshed, self)
        self._lay_out()
        self._connect_parts()
        self._connect_commands()
        self._every(STATUS_EVERY, self._show_status)
        self._every(REFRESH_EVERY, self._refreshing.ask)
        self._every(SAVE_EVERY, self.visitors.save)
        self.sightings.expire()
        self.status.show_loading()
        self.count.ask()
        self.watching.begin(source or settings.source)
        # Loading PyTorch blocks the interpreter for a second or two, so the window is painted first.
        self._loading = QTimer(self, interval=LOAD_AFTER, singleShot=True)
        self._loading.timeout.connect(self.recognition.load)
        self._loading.start()

    def _lay_out(self) -> None:
        self._splitter = QSplitter()
        self.pages = Pages(
            self.gallery, self.writes, self.view, self.live, lambda: self.recognizer, lambda: self._trouble
        )
        self._splitter.addWidget(self.pages)
        self._splitter.addWidget(self.people)
        self._splitter.setStretchFactor(0, 1)
        self._splitter.setCollapsible(0, False)
        self._splitter.setSizes([940, PANEL])
        self.people.setMinimumWidth(220)
        self.setCentralWidget(self._splitter)
        self.setStatusBar(self.status)
        self.commands.fill_toolbar(self.chooser, self.sensitivity)
        self.commands.fill_menus(self.chooser, self.encoders, self.themes, self.help)
        self.setMinimumSize(LEAST_SCREEN - QSize(0, TITLE))
        if not self.restoreGeometry(self.settings.geometry):
            resize_to_fit(self, 1280, 800)
        self._order_tabs()
        give_way_to_shortcuts(self.people.search)
        # Else the search field would have the focus and take every key.
        self.view.setFocus()

    def _order_tabs(self) -> None:
        """Toolbar first, then the page, then the people."""
        toolbar = [self.chooser, *self.commands.buttons, self.sensitivity.choice]
        for one, other in pairwise([*toolbar, self.view, self.people.search, self.people.list]):
            QWidget.setTabOrder(one, other)

    def _connect_parts(self) -> None:
        # The frame that holds the face: by the time the card or a dialog needs it, it is no longer the newest.
        self.view.face_clicked.connect(lambda face: self.show_face(face, self.view.frame_of(face)))
        for follower in (self.sightings, self.alerting):
            self.watching.opened.connect(follower.begin)
            self.watching.recognised.connect(follower.note)
        self.alerting.said.connect(self._say)
        self.watching.recognised.connect(lambda _result: self.visitors.look())
        self.watching.said.connect(self._say)
        self.visitors.learned.connect(self.count.ask)
        self.visitors.said.connect(self._say)
        self.sightings.noted.connect(self.people.show_seen)
        self.sightings.written.connect(self.pages.refresh_history)
        self.pages.said.connect(self._say)
        self.sightings.failed.connect(lambda error: self._say(sentence(error)))
        self.writes.changed.connect(self._written)
        self.writes.failed.connect(lambda error: show_error(self, error))
        self.people.undoable.connect(self.commands.undo.setEnabled)
        self.people.undo_button.setToolTip(self.commands.undo.toolTip())
        self.people.search.setToolTip(self.commands.search.toolTip())
        self.people.failed.connect(lambda error: self._say(sentence(error)))
        self.count.counted.connect(self._show_count)
        self.count.failed.connect(lambda error: self._say(sentence(error)))
        self.people.add_photo_requested.connect(self.enroll_from_photo)
        self.people.photos_requested.connect(self.examples.show_photos)
        self.examples.said.connect(self._say)
        self.sensitivity.rate_chosen.connect(self._set_rate)
        self.encoders.chosen.connect(self.recognition.use_encoder)
        self.recognition.embedding.connect(self.status.show_embedding)
        self.recognition.ready.connect(self._use)
        self.recognition.said.connect(self._say)
        self.recognition.failed.connect(self._recognition_failed)

    def _connect_commands(self) -> None:
        commands = self.commands
        commands.mirror.setChecked(self.settings.mirrored)
        self.people.list.addActions([commands.photos, commands.rename, commands.delete])
        self.people.selection_changed.connect(self._selection_changed)
        for action, slot in (
            (commands.enroll, self.enroll_from_photo),
            (commands.paste, self.paste),
            (commands.import_people, self.open_import),
            (commands.snapshot, self.save_snapshot),
            (commands.leave, self.close),
            (commands.search, self._search),
            (commands.photos, self.people.show_photos),
            (commands.rename, self.people.rename_selected),
            (commands.delete, self.people.ask_delete),
            (commands.undo, self.people.undo),
            (commands.alerts, self.show_alerts),
            (commands.forget_seen, self.visitors.ask_to_forget),
            (commands.metric, lambda: self._show_page(commands.metric)),
            (commands.history, lambda: self._show_page(commands.history)),
            (commands.mirror, self._toggle_mirror),
            (commands.hide_names, self._hide_names),
            (commands.full_screen, self._toggle_full_screen),
            (commands.back, self._go_back),
            (self.help.tour, self.take_tour),
        ):
            action.triggered.connect(lambda _checked=False, slot=slot: slot())

    def _every(self, milliseconds: int, slot: Any) -> None:
        timer = QTimer(self, interval=milliseconds)
        timer.timeout.connect(slot)
        timer.start()

    # Recognition

    @property
    def recognizer(self) -> "Recognizer | None":
        """The recogniser in use; None until the models are loaded."""
        return self.recognition.recognizer

    def _use(self, recognizer: "Recognizer") -> None:
        recognizer.rate = self.sensitivity.rate
        self.live.use_recognizer(
            lambda source: recognizer.follower(prompt=True, stills=source.stills, place=place_of(source))
        )
        self._trouble = ""
        self.status.show_ready()
        self.encoders.show_chosen(self.settings.encoder)
        self.status.show_encoder(self.settings.encoder)
        self.count.ask()
        QTimer.singleShot(PREPARE_AFTER, self.pages, self.pages.prepare)

    def _recognition_failed(self, error: Exception) -> None:
        if self.recognizer is None:
            self.live.go_without_recognizer()
            self._trouble = sentence(error)
            self.status.latency.setText(self.tr("Recognition unavailable"))
        show_error(self, error)

    def _set_rate(self, rate: float) -> None:
        self.settings.rate = rate
        if self.recognizer:
            self.recognizer.rate = rate
            self.count.ask()

    # The view

    def _show_status(self) -> None:
        session = self.live.session
        if session and self.live.source:
            self.status.show_status(self.live.source.name, session.status, self.recognizer is not None)

    def _toggle_mirror(self) -> None:
        self.settings.mirrored = self.commands.mirror.isChecked()
        self.watching.apply_mirror()

    def _show_page(self, command: QAction) -> None:
        """Shows the metric or the history page if its command is checked, else the live view."""
        metric, history = self.commands.metric, self.commands.history
        (history if command is metric else metric).setChecked(False)
        if metric.isChecked():
            self.pages.show_metric(self.people.search)
        elif history.isChecked():
            self.pages.show_history(self.people.search)
        else:
            self.pages.show_live()

    def _toggle_full_screen(self) -> None:
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    def changeEvent(self, event: QEvent) -> None:
        """Keeps the menu's check mark for full screen up to date, whatever changed it."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.WindowStateChange:
            self.commands.full_screen.setChecked(self.isFullScreen())
            self._show_parts()

    def _hide_names(self) -> None:
        self.view.hide_names(self.commands.hide_names.isChecked())
        self._show_parts()

    def _show_parts(self) -> None:
        """In full screen shows the page alone; the people, who have names, are hidden with the names too."""
        alone = self.isFullScreen()
        for bar in (self.menuBar(), self.commands.bar, self.status):
            bar.setVisible(not alone)
        self.people.setVisible(not alone and not self.commands.hide_names.isChecked())

    def _search(self) -> None:
        """Focuses the search field; reopens the panel if it was dragged shut, or is hidden."""
        self.people.show()
        whole = sum(self._splitter.sizes())
        if not self._splitter.sizes()[1]:
            self._splitter.setSizes([whole - PANEL, PANEL])
        self.people.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.people.search.selectAll()

    def _go_back(self) -> None:
        """Leaves the search, else full screen, else the metric or history page."""
        searching = self.people.search.hasFocus()
        if searching or (self.people.list.hasFocus() and self.people.search.text()):
            self.people.search.clear()
            self._show_parts()
            if searching:
                (self.pages.currentWidget() or self.view).setFocus(Qt.FocusReason.ShortcutFocusReason)
        elif self.isFullScreen():
            self._toggle_full_screen()
        else:
            for command in (self.commands.metric, self.commands.history):
                if command.isChecked():
                    command.trigger()

    def save_snapshot(self) -> None:
        """Saves the picture with its labels, or the page as shown, in the user's pictures folder."""
        picture = self.pages.snapshot()
        if picture is None:
            self._say(self.tr("There is no picture to save yet: watch a source first."))
            return
        save_snapshot(
            picture,
            lambda file: self._say(self.tr("Saved as {}").format(file)),
            lambda error: show_error(self, error),
            self,
        )

    def _say(self, text: str) -> None:
        self.status.showMessage(text, 6000)

    # People

    def _selection_changed(self, count: int) -> None:
        self.commands.photos.setEnabled(count == 1)
        self.commands.rename.setEnabled(count == 1)
        self.commands.delete.setEnabled(count > 0)

    def enroll_from_photo(self, name: str = "") -> None:
        """Asks for photos and opens the enrolment dialog. name: filled in for each photo."""
        photos = choose_photos(self)
        if photos:
            self.open_enroll(photos[0], name=name, more=photos[1:])

    def open_enroll(
        self, photo: Photo, faces: list[RecognizedFace] | None = None, name: str = "", more: Sequence[Photo] = ()
    ) -> EnrollDialog | None:
        """Opens the enrolment dialog for photos, or for faces found in a frame; None while that is not possible.

        faces: those already found in `photo`. name: filled in. more: photos to go on with.
        """
        recognizer = self._recognizer_to_enroll()
        if recognizer is None:
            return None
        dialog = EnrollDialog(recognizer, photo, faces, self, name, more, self.writes)
        dialog.open()
        return dialog

    def open_import(self, places: Sequence[Path] = ()) -> "ImportDialog | None":
        """Opens the dialog to import people from folders, tables and photos; None while that is not possible."""
        recognizer = self._recognizer_to_enroll()
        if recognizer is None:
            return None
        # Imported here, since it takes seconds; by now the recogniser has loaded it.
        from gui.enroll.import_dialog import ImportDialog

        dialog = ImportDialog(recognizer, places, self.writes, self)
        dialog.open()
        return dialog

    def _recognizer_to_enroll(self) -> "Recognizer | None":
        """The recogniser; None while nobody can be enrolled, which is said."""
        if self.recognizer is None:
            self._say(self._trouble or self.tr("Recognition is still loading: try again in a moment."))
            return None
        if self.recognition.busy:
            self._say(self.tr("The encoder is being changed: try again in a moment."))
            return None
        return self.recognizer

    def show_face(self, face: RecognizedFace, frame: Frame | None = None) -> FaceCard | None:
        """Opens a card about one face of the live view. frame: the one that holds it; without it, no enrolment."""
        recognizer = self.recognizer
        if recognizer is None:
            return None
        if face.decision.threshold.encoder != recognizer.encoder.id:
            self._say(self.tr("The encoder has just changed: try again in a moment."))
            return None
        frame = frame or self.view.frame_of(face)
        card = FaceCard(face, len(set(recognizer.state()[0].snapshot.persons)), self)
        card.rejected_as.connect(self.examples.reject)
        card.confirmed_as.connect(self.examples.confirm)
        if frame:
            image = frame.image
            card.enroll_requested.connect(lambda chosen: self.open_enroll(image, [chosen], card.certain_name))
        else:
            card.name_it.hide()
        card.open()
        return card

    def show_alerts(self) -> AlertsDialog:
        """Opens the rules about what to tell."""
        dialog = AlertsDialog(self.gallery, self.writes, self)
        dialog.changed.connect(self.alerting.refresh)
        dialog.tried.connect(self.alerting.tell)
        dialog.open()
        return dialog

    def _written(self, result: object) -> None:
        """Follows a write of this window, even if the dialog that asked for it is closed.

        The list of people reloads by itself. result: of the write; None if it failed.
        """
        if result is None:
            # Another program may have just changed the same people.
            self._refreshing.ask()
        if self.recognizer is not None:
            # Imported here, since it takes seconds; by now the recogniser has loaded it.
            from core.importing.storing import Imported
            from core.recognizer import Enrollment

            if isinstance(result, Enrollment):
                self._enrolled(result)
                return
            if isinstance(result, Imported):
                self._imported(result)
        self._count()

    def _enrolled(self, enrollment: "Enrollment") -> None:
        person = enrollment.person
        self.people.show_person(person)
        self._shown = self.gallery.revision
        self.count.now()
        more = self.tr("{} is enrolled, now with {} photos.").format(person.name, f"{person.templates:,}")
        self._say(more if person.templates > 1 else self.tr("{} is enrolled.").format(person.name))

    def _imported(self, done: "Imported") -> None:
        """Tells of an import, and offers to take it back."""
        from core.importing.storing import take_back

        if done.photos:
            told = self.tr("Imported {}.").format(among(len(done.photos), done.people))
            self._say(told)
            self.people.offer_undo(told, lambda: take_back(self.gallery, done))

    def _gallery_changed(self) -> None:
        """Reloads the list, the count and the threshold, each off the GUI thread."""
        self.people.reload()
        self._count()

    def _count(self) -> None:
        self._shown = self.gallery.revision
        self.count.ask()
        self.alerting.refresh()

    def _show_count(self, people: int, threshold: Threshold | None) -> None:
        self.status.show_people(people, self.gallery.key_place)
        if threshold:
            self.sensitivity.show_threshold(threshold, people)

    def _refresh_gallery(self) -> None:
        """Reads what other programs have changed. Not for the GUI thread."""
        if self.recognizer:
            self.recognizer.refresh()
        else:
            self.gallery.refresh()

    def _refreshed(self, _nothing: None) -> None:
        self._refresh_trouble = ""
        if self.gallery.revision != self._shown or self.people.stale:
            self._gallery_changed()

    def _not_refreshed(self, error: Exception) -> None:
        """Shows an error once, however often it recurs."""
        if str(error) != self._refresh_trouble:
            self._refresh_trouble = str(error)
            self._say(sentence(error))

    # Pasting and dropping

    def paste(self) -> None:
        """Enrolls from the pictures or files on the clipboard; a video is watched."""
        self._take(
            QGuiApplication.clipboard().mimeData(), self.tr("There is no picture on the clipboard: copy one first.")
        )

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Accepts files and pictures anywhere in the window."""
        if dropped.may_hold_something(event.mimeData()):
            event.acceptProposedAction()
            self.view.show_dropping(True)

    def dragLeaveEvent(self, _event: QDragLeaveEvent) -> None:
        """Takes back the invitation to drop."""
        self.view.show_dropping(False)

    def dropEvent(self, event: QDropEvent) -> None:
        """Photos open a dialog, many photos or a folder that to import people; a video is watched."""
        self.view.show_dropping(False)
        event.acceptProposedAction()
        self._take(
            event.mimeData(), self.tr("There is no picture in what you dropped: save it first, then drop the file.")
        )

    def _take(self, data: QMimeData, nothing: str) -> None:
        if places := dropped.to_import(data):
            self.open_import(places)
            return
        try:
            content, photos = dropped.content(data), dropped.photos(data)
        except PhotoError as error:
            show_error(self, error)
            return
        if isinstance(content, Path) and dropped.is_source(content):
            self.watching.open(str(content))
        elif photos:
            self.open_enroll(photos[0], more=photos[1:])
        else:
            self._say(nothing)

    # The tour

    def take_tour(self) -> "TourWindow | None":
        """Opens the tour in a window of its own, or brings it to the front; None if that failed."""
        from gui.shell.tour import open_tour

        if self._tour is None:
            self._tour = open_tour(self.settings, self)
            if self._tour:
                self._tour.left.connect(self._tour_left)
        elif self._tour:
            self._tour.raise_()
            self._tour.activateWindow()
        return self._tour

    def _tour_left(self) -> None:
        self._tour = None
        self.activateWindow()

    # Closing

    def closeEvent(self, event: QCloseEvent) -> None:
        """Saves the geometry and stops everything without waiting; writes go on, see `Writes.finish`."""
        if self._tour:
            self._tour.close()
        self.settings.geometry = self.saveGeometry()
        self.live.close()
        self.visitors.save()
        self.sightings.finish()
        tasks.leave(self)
        for timer in self.findChildren(QTimer):
            timer.stop()
        event.accept()
