"""The main window: it only wires the parts to each other."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QMimeData, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDragLeaveEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import QMainWindow, QSplitter, QStackedWidget

from core.gallery import Gallery
from core.types import Image, RecognizedFace
from gui import dropped, tasks
from gui.commands import Commands
from gui.encoder_menu import EncoderMenu
from gui.enroll_dialog import EnrollDialog, choose_photos
from gui.errors import sentence, show_error
from gui.face_card import FaceCard
from gui.live import Live
from gui.live_view import LiveView
from gui.people_panel import PeoplePanel
from gui.recognition import Recognition
from gui.sensitivity import Sensitivity
from gui.settings import Settings
from gui.sightings import Sightings
from gui.snapshot import save_snapshot
from gui.source_chooser import SourceChooser
from gui.status_line import StatusLine
from gui.theme_menu import ThemeMenu
from gui.watching import Watching

if TYPE_CHECKING:
    from core.recognizer import Enrollment, Recognizer

STATUS_EVERY, REFRESH_EVERY, LOAD_AFTER = 500, 3000, 50
"""Milliseconds."""


class MainWindow(QMainWindow):
    """Live view, people, source, sensitivity."""

    def __init__(self, gallery: Gallery, settings: Settings, source: str = "") -> None:
        super().__init__()
        self.gallery, self.settings = gallery, settings
        self.setWindowTitle("Firstsight")
        self.setAcceptDrops(True)
        self.live, self.view, self.chooser = Live(), LiveView(), SourceChooser()
        self.watching = Watching(self.live, self.view, self.chooser, settings, self)
        self.people = PeoplePanel(gallery)
        self.sightings = Sightings(gallery, self)
        self.sensitivity = Sensitivity(settings.rate)
        self.encoders, self.themes = EncoderMenu(settings.encoder, self), ThemeMenu(settings, self)
        self.recognition = Recognition(gallery, settings, self)
        self.status = StatusLine()
        self.commands = Commands(self)
        self._lay_out()
        self._connect_parts()
        self._connect_commands()
        self._every(STATUS_EVERY, self._show_status)
        self._every(REFRESH_EVERY, self._refresh_gallery)
        self.status.show_loading()
        self._gallery_changed()
        self.watching.begin(source or settings.source)
        # Loading PyTorch takes the interpreter for a second or two: the window is painted first.
        self._loading = QTimer(self, interval=LOAD_AFTER, singleShot=True)
        self._loading.timeout.connect(self.recognition.load)
        self._loading.start()

    def _lay_out(self) -> None:
        splitter = QSplitter()
        self.pages = QStackedWidget()
        self.pages.addWidget(self.view)
        splitter.addWidget(self.pages)
        splitter.addWidget(self.people)
        splitter.setStretchFactor(0, 1)
        splitter.setCollapsible(0, False)
        splitter.setSizes([940, 300])
        self.people.setMinimumWidth(240)
        self.setCentralWidget(splitter)
        self.setStatusBar(self.status)
        self.commands.fill_toolbar(self.chooser, self.sensitivity)
        self.commands.fill_menus(self.chooser, self.encoders, self.themes)
        self.setMinimumSize(860, 480)
        if not self.restoreGeometry(self.settings.geometry):
            screen = self.screen().availableGeometry()
            self.resize(min(1280, screen.width()), min(800, screen.height()))

    def _connect_parts(self) -> None:
        self.view.face_clicked.connect(self.show_face)
        self.watching.recognised.connect(self.sightings.note)
        self.sightings.noted.connect(self.people.show_seen)
        self.sightings.failed.connect(lambda error: self._say(sentence(error)))
        self.people.changed.connect(self._gallery_changed)
        self.people.add_photo_requested.connect(self.enroll_from_photo)
        self.sensitivity.rate_chosen.connect(self._set_rate)
        self.encoders.chosen.connect(self.recognition.use_encoder)
        self.recognition.embedding.connect(self.status.show_embedding)
        self.recognition.ready.connect(self._use)
        self.recognition.said.connect(self._say)
        self.recognition.failed.connect(self._recognition_failed)

    def _connect_commands(self) -> None:
        commands = self.commands
        commands.mirror.setChecked(self.settings.mirrored)
        for action, slot in (
            (commands.enroll, self.enroll_from_photo),
            (commands.paste, self.paste),
            (commands.snapshot, self.save_snapshot),
            (commands.leave, self.close),
            (commands.search, self.people.search.setFocus),
            (commands.rename, self.people.rename_selected),
            (commands.delete, self.people.ask_delete),
            (commands.metric, self._toggle_metric),
            (commands.mirror, self._toggle_mirror),
            (commands.full_screen, self._toggle_full_screen),
        ):
            action.triggered.connect(lambda _checked=False, slot=slot: slot())

    def _every(self, milliseconds: int, slot: Any) -> None:
        timer = QTimer(self, interval=milliseconds)
        timer.timeout.connect(slot)
        timer.start()

    # Recognition

    @property
    def recognizer(self) -> "Recognizer | None":
        """The one in use; None while the models are loaded."""
        return self.recognition.recognizer

    def _use(self, recognizer: "Recognizer") -> None:
        recognizer.rate = self.sensitivity.rate
        self.live.use_recognizer(partial(recognizer.follower, prompt=True))
        self.status.show_ready()
        self.encoders.show_chosen(self.settings.encoder)
        self.status.show_encoder(self.settings.encoder)
        self._gallery_changed()

    def _recognition_failed(self, error: Exception) -> None:
        if self.recognizer is None:
            self.status.latency.setText(self.tr("No recognition"))
        show_error(self, error)

    def _set_rate(self, rate: float) -> None:
        self.settings.rate = rate
        if self.recognizer:
            self.recognizer.rate = rate
            self._gallery_changed()

    # The view

    def _show_status(self) -> None:
        session = self.live.session
        if session and self.live.source:
            self.status.show_status(self.live.source.name, session.status, self.recognizer is not None)

    def _toggle_mirror(self) -> None:
        self.settings.mirrored = self.commands.mirror.isChecked()
        self.watching.apply_mirror()

    def _toggle_metric(self) -> None:
        """The metric on the people enrolled, or back to the live view, which goes on meanwhile."""
        if self.pages.count() == 1:
            from gui.metric.page import MetricPage

            self.pages.addWidget(MetricPage(self.live, lambda: self.recognizer))
        self.pages.setCurrentIndex(int(self.commands.metric.isChecked()))

    def _toggle_full_screen(self) -> None:
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    def save_snapshot(self) -> None:
        """Saves the view as it is painted, among the user's pictures."""
        save_snapshot(
            self.view,
            lambda file: self._say(self.tr("Saved as {}").format(file)),
            lambda error: show_error(self, error),
        )

    def _say(self, text: str) -> None:
        self.status.showMessage(text, 6000)

    # People

    def enroll_from_photo(self, name: str = "") -> None:
        """Asks for a photo and opens the dialog."""
        photo = choose_photo(self)
        if photo:
            self.open_enroll(photo, name=name)

    def open_enroll(
        self, photo: Path | Image, faces: list[RecognizedFace] | None = None, name: str = ""
    ) -> EnrollDialog | None:
        """The enrolment dialog over a photo, or over faces of the live view."""
        if self.recognizer is None:
            self._say(self.tr("The recogniser is still loading: try again in a moment."))
            return None
        if self.recognition.busy:
            self._say(self.tr("The gallery is being embedded anew: try again in a moment."))
            return None
        dialog = EnrollDialog(self.recognizer, photo, faces, self, name)
        dialog.enrolled.connect(self._enrolled)
        dialog.open()
        return dialog

    def show_face(self, face: RecognizedFace) -> FaceCard | None:
        """All about one face of the live view."""
        frame = self.live.session.newest_result if self.live.session else None
        if self.recognizer is None or frame is None:
            return None
        card = FaceCard(self.recognizer, face, self)
        name = face.decision.name or ""
        card.enroll_requested.connect(lambda chosen: self.open_enroll(frame.frame.image, [chosen], name))
        card.open()
        return card

    def _enrolled(self, enrollment: "Enrollment") -> None:
        self._gallery_changed()
        self._say(self.tr("{} is enrolled.").format(enrollment.person.name))

    def _gallery_changed(self) -> None:
        self.people.reload()
        count = len(self.gallery)
        self.status.show_people(count, self.gallery.key_place)
        if self.recognizer:
            self.sensitivity.show_threshold(self.recognizer.threshold, count)

    def _refresh_gallery(self) -> None:
        def done(changed: bool) -> None:
            if changed:
                self._gallery_changed()

        tasks.run(self.gallery.refresh, done, lambda error: self._say(sentence(error)), self)

    # Photos from elsewhere

    def paste(self) -> None:
        """Enrolls from the picture or file in the clipboard."""
        photo = dropped.content(QGuiApplication.clipboard().mimeData())
        if photo is None:
            self._say(self.tr("There is no picture in the clipboard: copy one first."))
        else:
            self.open_enroll(photo)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files and pictures may be dropped anywhere."""
        if event.mimeData().hasUrls() or event.mimeData().hasImage():
            event.acceptProposedAction()
            self.view.show_dropping(True)

    def dragLeaveEvent(self, _event: QDragLeaveEvent) -> None:
        """Nothing was dropped."""
        self.view.show_dropping(False)

    def dropEvent(self, event: QDropEvent) -> None:
        """A photo opens the dialog; a video or folder is watched."""
        self.view.show_dropping(False)
        event.acceptProposedAction()
        self._take(event.mimeData())

    def _take(self, data: QMimeData) -> None:
        content = dropped.content(data)
        if isinstance(content, Path) and dropped.is_source(content):
            self.watching.open(str(content))
        elif content is not None:
            self.open_enroll(content)

    # End

    def closeEvent(self, event: QCloseEvent) -> None:
        """Remembers the window; whatever hangs is left behind."""
        self.settings.geometry = self.saveGeometry()
        self.live.close()
        tasks.leave(self)
        for timer in self.findChildren(QTimer):
            timer.stop()
        event.accept()
