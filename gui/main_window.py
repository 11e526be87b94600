"""The main window: it only wires the parts to each other."""

import time
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QStandardPaths, Qt, QTimer
from PySide6.QtGui import (
    QAction,
    QActionGroup,
    QCloseEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QGuiApplication,
    QImage,
    QKeySequence,
)
from PySide6.QtWidgets import QApplication, QMainWindow, QMenu, QSplitter, QStackedWidget, QToolBar, QWidget

from core.capture import CameraInfo, parse_source
from core.capture.folder import PICTURES
from core.errors import SourceError
from core.gallery import Gallery
from core.live import SourceState
from core.types import Image, RecognizedFace
from gui import tasks, theme
from gui.encoder_menu import EncoderMenu
from gui.enroll_dialog import EnrollDialog, choose_photo
from gui.errors import sentence, show_error
from gui.face_card import FaceCard
from gui.live import Live
from gui.live_view import LiveView, Notice
from gui.people_panel import PeoplePanel
from gui.pictures import from_qimage
from gui.recognition import Recognition
from gui.sensitivity import Sensitivity
from gui.settings import Settings
from gui.source_chooser import SourceChooser
from gui.status_line import StatusLine

if TYPE_CHECKING:
    from core.recognizer import Enrollment, Recognizer

SEEN_EVERY = 10.0
"""Seconds between two notes that somebody was seen."""
STATUS_EVERY, REFRESH_EVERY = 500, 3000
"""Milliseconds."""


class MainWindow(QMainWindow):
    """Live view, people, source, sensitivity."""

    def __init__(self, gallery: Gallery, settings: Settings, source: str = "") -> None:
        super().__init__()
        self.gallery, self.settings = gallery, settings
        self._seen: dict[int, float] = {}
        self._source_text = ""
        self.setWindowTitle("Firstsight")
        self.setAcceptDrops(True)
        self.live = Live()
        self.live.something_new.connect(self._show_newest)
        self.view = LiveView()
        self.view.face_clicked.connect(self.show_face)
        self.view.button_clicked.connect(self._answer_notice)
        self.people = PeoplePanel(gallery)
        self.people.changed.connect(self._gallery_changed)
        self.people.add_photo_requested.connect(lambda name: self.enroll_from_photo(name))
        self.chooser = SourceChooser()
        self.chooser.chosen.connect(self.open_source)
        self.chooser.cameras_listed.connect(self._first_source)
        self.sensitivity = Sensitivity(settings.rate)
        self.sensitivity.rate_chosen.connect(self._set_rate)
        self.encoders = EncoderMenu(settings.encoder, self)
        self.recognition = Recognition(gallery, settings, self)
        self.encoders.chosen.connect(self.recognition.use_encoder)
        self.status = StatusLine()
        self.recognition.embedding.connect(self.status.show_embedding)
        self.recognition.ready.connect(self._use)
        self.recognition.said.connect(self._say)
        self.recognition.failed.connect(self._recognition_failed)
        self.setStatusBar(self.status)
        self._lay_out()
        self._make_actions()
        self._restore_geometry()
        self._every(STATUS_EVERY, self._show_status)
        self._every(REFRESH_EVERY, self._refresh_gallery)
        self._begin(source or settings.source)

    # What it looks like

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
        self.setMinimumSize(860, 480)

    def _make_actions(self) -> None:
        enroll = self._action(self.tr("Enroll from a photo…"), self.enroll_from_photo, "Ctrl+E", "enroll")
        paste = self._action(self.tr("Enroll from the clipboard"), self.paste, QKeySequence.StandardKey.Paste)
        snapshot = self._action(self.tr("Save a snapshot"), self.save_snapshot, "Ctrl+S", "snapshot")
        search = self._action(self.tr("Search people"), self.people.search.setFocus, "Ctrl+F", "search")
        self.show_metric = self._action(self.tr("Metric"), self._toggle_metric, "Ctrl+K", "metric")
        self.show_metric.setCheckable(True)
        full = self._action(self.tr("Full screen"), self._toggle_full_screen, "F11")
        mirror = self._action(self.tr("Mirror cameras"), self._toggle_mirror, "Ctrl+M")
        mirror.setCheckable(True)
        mirror.setChecked(self.settings.mirrored)
        self._mirror = mirror
        leave = self._action(self.tr("Quit"), self.close, "Ctrl+Q")
        bar = QToolBar(self.tr("Main"), movable=False)
        bar.setObjectName("main")
        bar.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        bar.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self.addToolBar(bar)
        bar.addWidget(self.chooser)
        bar.addAction(enroll)
        bar.addAction(snapshot)
        bar.addAction(self.show_metric)
        spacer = QWidget()
        spacer.setSizePolicy(self.view.sizePolicy().Policy.Expanding, self.view.sizePolicy().Policy.Preferred)
        bar.addWidget(spacer)
        bar.addWidget(self.sensitivity)
        menus = self.menuBar()
        menus.addMenu(self.tr("&File")).addActions([enroll, paste, snapshot, leave])
        menus.addMenu(self.tr("&Source")).addActions(list(self.chooser.actions_by_kind.values()))
        people = menus.addMenu(self.tr("&People"))
        people.addAction(search)
        people.addAction(self.tr("Rename"), self.people.rename_selected)
        people.addAction(self.tr("Delete…"), self.people.ask_delete)
        menus.addMenu(self.tr("&Recognition")).addMenu(self.encoders)
        view = menus.addMenu(self.tr("&View"))
        view.addActions([self.show_metric, mirror, full])
        self._add_themes(view)

    def _add_themes(self, menu: QMenu) -> None:
        themes, group = menu.addMenu(self.tr("Theme")), QActionGroup(self)
        for scheme, text in (("", self.tr("As the system")), ("light", self.tr("Light")), ("dark", self.tr("Dark"))):
            action = group.addAction(text)
            action.setCheckable(True)
            action.setChecked(scheme == self.settings.scheme)
            action.triggered.connect(lambda _checked=False, scheme=scheme: self.choose_theme(scheme))
            themes.addAction(action)
        self.choose_theme(self.settings.scheme)

    def choose_theme(self, scheme: str) -> None:
        """ "light", "dark", or "" to follow the system."""
        self.settings.scheme = scheme
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        theme.choose(application, {"light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark}.get(scheme))

    def _action(self, text: str, slot: Any, shortcut: Any, icon: str = "") -> QAction:
        action = QAction(text, self)
        action.setShortcut(QKeySequence(shortcut))
        shown = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        action.setToolTip(f"{text} ({shown})")
        if icon:
            action.setIcon(theme.icon(icon))
        action.triggered.connect(lambda: slot())
        self.addAction(action)
        return action

    def _restore_geometry(self) -> None:
        if not self.restoreGeometry(self.settings.geometry):
            screen = self.screen().availableGeometry()
            self.resize(min(1280, screen.width()), min(800, screen.height()))

    def _every(self, milliseconds: int, slot: Any) -> None:
        timer = QTimer(self, interval=milliseconds)
        timer.timeout.connect(slot)
        timer.start()

    # Start

    def _begin(self, source: str) -> None:
        self.status.show_loading()
        self._gallery_changed()
        self.recognition.load()
        self._wanted = source
        if source and not source.startswith("camera:"):
            self.open_source(source)
            self._wanted = ""
        else:
            self.view.show_notice(Notice(self.tr("Looking for a camera…")))
        self.chooser.list_cameras()

    def _first_source(self, cameras: list[CameraInfo]) -> None:
        """Once the cameras are known: the one used last, else the first; without one, how to begin."""
        if self._source_text:
            return
        wanted, self._wanted = self._wanted, ""
        if wanted or cameras:
            self.open_source(wanted or f"camera:{cameras[0].index}")
        else:
            self.view.show_notice(
                Notice(
                    self.tr("No camera found"),
                    self.tr("Plug one in, choose another source above, or try the demo scene."),
                    "camera",
                    self.tr("Watch the demo scene"),
                )
            )

    @property
    def recognizer(self) -> "Recognizer | None":
        """The one in use; None while the models are loaded."""
        return self.recognition.recognizer

    def _use(self, recognizer: "Recognizer") -> None:
        recognizer.rate = self.sensitivity.rate
        self.live.use_recognizer(recognizer.follower)
        self.status.show_ready()
        self.encoders.show_chosen(self.settings.encoder)
        self.status.show_encoder("" if recognizer.encoder.ships else str(recognizer.encoder.path))
        self._gallery_changed()

    def _recognition_failed(self, error: Exception) -> None:
        if self.recognizer is None:
            self.status.latency.setText(self.tr("No recognition"))
        show_error(self, error)

    # Source

    def open_source(self, text: str) -> None:
        """Watches another source, as `parse_source` takes it."""
        try:
            source = parse_source(text)
        except SourceError as error:
            self.view.show_notice(Notice(self.tr("This source can't be used"), str(error), "warning"))
            return
        self._source_text = text
        kind = _kind(text)
        if kind == "camera":
            source.name = self.chooser.camera_name(int(text.rpartition(":")[2]))
        self.view.clear()
        self._apply_mirror()
        self.view.show_notice(Notice(self.tr("Opening {}…").format(source.name), "", kind))
        self.chooser.show_source(source.name, kind)
        self.live.open(source)
        self.settings.source = text

    def _show_newest(self) -> None:
        """Paints what is new; called once for any number of new frames."""
        newest = self.live.fetch()
        if newest is None:
            return
        frame, result, status = newest
        if frame:
            self.view.show_frame(frame, result)
        self.view.show_notice(self._notice(status.state, status.message))
        if result:
            self._note_seen(result.faces)

    def _notice(self, state: SourceState, message: str) -> Notice | None:
        kind = _kind(self._source_text)
        again, other = self.tr("Try again"), self.tr("Choose another source")
        match state:
            case SourceState.RUNNING | SourceState.STOPPED:
                return None
            case SourceState.OPENING:
                return Notice(self.tr("Opening {}…").format(self.chooser.accessibleDescription()), "", kind)
            case SourceState.ENDED:
                return Notice(self.tr("The end"), message, kind, self.tr("Play it again"))
            case SourceState.FAILED:
                return Notice(self.tr("This source can't be used"), message, "warning", again)
            case _:
                title = self.tr("Stalled") if state is SourceState.STALLED else self.tr("Reconnecting…")
                return Notice(title, message, "warning", other)

    def _answer_notice(self) -> None:
        session = self.live.session
        state = session.status.state if session else None
        if state is None:
            self.open_source("demo")
        elif state in (SourceState.ENDED, SourceState.FAILED):
            self.open_source(self._source_text)
        else:
            self.chooser.showMenu()

    def _show_status(self) -> None:
        session = self.live.session
        if session and self.live.source:
            self.status.show_status(self.live.source.name, session.status, self.recognizer is not None)

    def _toggle_mirror(self) -> None:
        self.settings.mirrored = self._mirror.isChecked()
        self._apply_mirror()

    def _apply_mirror(self) -> None:
        self.view.mirrored = self._mirror.isChecked() and _kind(self._source_text) == "camera"

    def _toggle_metric(self) -> None:
        """The metric on the people enrolled, or back to the live view, which goes on meanwhile."""
        if self.pages.count() == 1:
            from gui.metric.page import MetricPage

            self.pages.addWidget(MetricPage(self.live, lambda: self.recognizer))
        self.pages.setCurrentIndex(int(self.show_metric.isChecked()))

    def _toggle_full_screen(self) -> None:
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

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

    def _set_rate(self, rate: float) -> None:
        self.settings.rate = rate
        if self.recognizer:
            self.recognizer.rate = rate
            self._gallery_changed()

    def _note_seen(self, faces: tuple[RecognizedFace, ...]) -> None:
        now = time.time()
        due = {
            face.decision.named.person
            for face in faces
            if face.decision.named and now - self._seen.get(face.decision.named.person, 0.0) > SEEN_EVERY
        }
        if not due:
            return
        self._seen |= dict.fromkeys(due, now)

        def work() -> None:
            for person in due:
                self.gallery.mark_seen(person, now)

        tasks.run(work, lambda _nothing: self.people.reload(), lambda error: self._say(sentence(error)), self)

    def _say(self, text: str) -> None:
        self.status.showMessage(text, 6000)

    # Photos from elsewhere

    def paste(self) -> None:
        """Enrolls from the picture or file in the clipboard."""
        data = QGuiApplication.clipboard().mimeData()
        files = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
        picture = QGuiApplication.clipboard().image()
        if files:
            self.open_enroll(files[0])
        elif not picture.isNull():
            self.open_enroll(from_qimage(picture))
        else:
            self._say(self.tr("There is no picture in the clipboard: copy one first."))

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
        files = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if files and (files[0].suffix.lower() in VIDEOS or files[0].is_dir()):
            self.open_source(str(files[0]))
        elif files:
            self.open_enroll(files[0])
        elif event.mimeData().hasImage() and isinstance(picture := event.mimeData().imageData(), QImage):
            self.open_enroll(from_qimage(picture))

    # Snapshot, end

    def save_snapshot(self) -> None:
        """Saves the view as it is painted, among the user's pictures."""
        pictures = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.PicturesLocation)
        file = Path(pictures) / f"Firstsight {datetime.now():%Y-%m-%d %H.%M.%S}.png"
        picture = self.view.grab()

        def work() -> None:
            file.parent.mkdir(parents=True, exist_ok=True)
            if not picture.toImage().save(str(file)):
                raise SourceError(self.tr("The snapshot can't be saved as {}: check the folder.").format(file))

        tasks.run(
            work,
            lambda _nothing: self._say(self.tr("Saved as {}").format(file)),
            lambda error: show_error(self, error),
            self,
        )

    def closeEvent(self, event: QCloseEvent) -> None:
        """Remembers the window; whatever hangs is left behind."""
        self.settings.geometry = self.saveGeometry()
        self.live.close()
        tasks.leave(self)
        for timer in self.findChildren(QTimer):
            timer.stop()
        event.accept()


VIDEOS = {".mp4", ".mov", ".mkv", ".avi", ".webm", ".m4v", ".mpg", ".mpeg", ".wmv"}


def _kind(source: str) -> str:
    """Of a source's text, for its icon."""
    if source == "demo":
        return "demo"
    if source.isdigit() or source.startswith("camera:"):
        return "camera"
    if "://" in source:
        return "network"
    path = Path(source)
    return "folder" if path.is_dir() or path.suffix.lower() in PICTURES else "video"
