"""Opens the source to watch, shows its frames, and its state as a notice over them."""

from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal

from core.capture import CameraInfo, FrameSource, Kind, named_source, parse_source
from core.capture.address import masked
from core.capture.camera import Camera
from core.capture.folder import PictureFolder
from core.capture.video import VideoFile
from core.errors import SourceError
from core.live.session import FINAL, SourceState, Status
from core.system.process_title import conceal
from gui.background import tasks
from gui.live import saved_address
from gui.live.session import Live
from gui.live.source_chooser import SourceChooser
from gui.live.view import LiveView, Notice
from gui.look.errors import sentence, show_error
from gui.settings import Settings

NOTICE_AFTER = 300
"""Milliseconds before a notice says that a source is still being looked up on the disk."""


class Watching(QObject):
    """Connects the session, the view and the source chooser."""

    opened = Signal(str)
    """Name of the source that is now being watched."""
    recognised = Signal(object)
    """Recognition: the newest result."""
    said = Signal(str)
    """A sentence about something that was skipped; watching goes on."""

    def __init__(
        self, live: Live, view: LiveView, chooser: SourceChooser, settings: Settings, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._live, self._view, self._chooser, self._settings = live, view, chooser, settings
        self._source: FrameSource | None = None
        self._wanted = ""
        """The camera to open once the cameras are listed; else empty."""
        self._asked_for_nothing = False
        self._request = 0
        """Number of the newest request; answers to older ones are dropped."""
        self._looking = False
        self._troubles = 0
        live.something_new.connect(self._show_newest)
        view.button_clicked.connect(self._answer_notice)
        chooser.chosen.connect(self.open)
        chooser.cameras_listed.connect(self._first_source)

    # Choosing a source

    def begin(self, source: str) -> None:
        """Opens the source asked for or used last; if there was none yet, the first camera.

        source: as `parse_source` takes it, or empty. A camera is opened once its name is known.
        """
        if source.startswith("camera:"):
            self._wanted = source
        elif source:
            self.open(source)
        elif self._settings.secret_source:
            self._open_remembered(self._settings.secret_source)
        else:
            self._asked_for_nothing = True
        if self._wanted or self._asked_for_nothing:
            self._view.show_notice(Notice(self.tr("Looking for a camera…")))
        self._chooser.list_cameras()

    def _first_source(self, cameras: list[CameraInfo]) -> None:
        """Opens the camera waited for, or the first; without any, says how to begin."""
        wanted, self._wanted = self._wanted, ""
        nothing, self._asked_for_nothing = self._asked_for_nothing, False
        if wanted:
            self.open(wanted)
        elif nothing and cameras:
            self.open(f"camera:{cameras[0].index}")
        elif nothing:
            self._view.show_notice(
                Notice(
                    self.tr("No camera found"),
                    self.tr("Plug one in, choose another source above, or try the demo scene."),
                    "camera",
                    self.tr("Watch the demo scene"),
                )
            )

    def _open_remembered(self, name: str) -> None:
        """Opens the last address, which is in the keyring. name: the address without its password."""
        self._request += 1
        request = self._request

        def found(address: str) -> None:
            if request != self._request:
                return
            if address:
                self.open(address)
            else:
                told = self.tr("The password for {} was not saved: enter the address again, or choose another source.")
                self._view.show_notice(Notice(self.tr("Choose a source"), told.format(name), "network"))

        self._view.show_notice(Notice(self.tr("Opening {}…").format(name), "", "network"))
        tasks.run(saved_address.kept, found, lambda _error: found(""), self)

    def open(self, text: str) -> None:
        """Watches another source. text: as `parse_source` takes it.

        Files and folders are looked up on a thread. Until one is found, or if there is none, the old source goes on.
        """
        self._wanted, self._asked_for_nothing = "", False
        self._request += 1
        request = self._request

        def current() -> bool:
            return request == self._request

        try:
            source = named_source(text)
        except SourceError as error:
            self._refuse(error)
            return
        if source:
            self._use(source, text)
            return
        # The picture is dimmed only if the disk is slow to answer.
        QTimer.singleShot(NOTICE_AFTER if self._live.session else 0, self, lambda: self._say_looking(request, text))
        tasks.run(
            partial(parse_source, text),
            lambda source: self._use(source, text) if current() else None,
            lambda error: self._refuse(error) if current() else None,
            self,
        )

    def _say_looking(self, request: int, text: str) -> None:
        if request == self._request:
            self._looking = True
            self._view.show_notice(Notice(self.tr("Opening {}…").format(masked(text)), "", "video"))

    def _settle(self) -> None:
        """Ends the newest request: its source was found, or refused."""
        self._request += 1
        self._looking = False

    def _use(self, source: FrameSource, text: str) -> None:
        if isinstance(source, VideoFile | PictureFolder):
            text = str(source.path.absolute())
        self._remember(text)
        self._show(source)

    def _show(self, source: FrameSource) -> None:
        self._settle()
        self._troubles = 0
        if isinstance(source, Camera):
            source.name = self._chooser.camera_name(source.index)
        self._source = source
        self._view.clear()
        self.apply_mirror()
        self._view.show_notice(Notice(self.tr("Opening {}…").format(source.name), "", source.kind))
        self._chooser.show_source(source.name, source.kind)
        self._live.open(source)
        self.opened.emit(source.name)

    def _remember(self, text: str) -> None:
        had_secret = bool(self._settings.secret_source)
        self._settings.source = text
        if self._settings.secret_source:
            conceal(text, self._settings.secret_source)
            tasks.run(partial(saved_address.keep, text), lambda _: None, lambda _: None, self)
        elif had_secret:
            tasks.run(saved_address.forget, lambda _: None, lambda _: None, self)

    def _refuse(self, error: Exception) -> None:
        """Says that there is no such source: in a message box if another is being watched, else in the view."""
        self._settle()
        session = self._live.session
        if session and session.status.state not in FINAL:
            show_error(self._view, error)
            self._show_newest()
        else:
            self._view.show_notice(Notice(self.tr("This source can't be used"), sentence(error), "warning"))

    def apply_mirror(self) -> None:
        """Mirrors the view if the source is a camera and the user wants it."""
        is_camera = self._source is not None and self._source.kind is Kind.CAMERA
        self._view.mirrored = self._settings.mirrored and is_camera

    # Display

    def _show_newest(self) -> None:
        """Shows what is new; called once for any number of new frames."""
        newest = self._live.fetch()
        if newest is None:
            return
        frame, result, status = newest
        if frame:
            # The faces of one still don't belong to the next.
            fits = result and (result.frame.index == frame.index or not (self._source and self._source.stills))
            self._view.show_frame(frame, result if fits else None)
        if not self._looking:
            self._view.show_notice(self._notice(status))
        for trouble in status.troubles[self._troubles :]:
            self.said.emit(trouble)
        self._troubles = len(status.troubles)
        if result:
            self.recognised.emit(result)

    def _notice(self, status: Status) -> Notice | None:
        kind = self._source.kind if self._source else "camera"
        match status.state:
            case SourceState.RUNNING | SourceState.STOPPED:
                return None
            case SourceState.OPENING:
                return Notice(self.tr("Opening {}…").format(self._chooser.accessibleDescription()), "", kind)
            case SourceState.ENDED:
                return Notice(self.tr("Ended"), status.message, kind, self.tr("Play again"))
            case SourceState.FAILED:
                title, button = self.tr("This source can't be used"), self.tr("Try again")
                return Notice(title, status.message, "warning", button)
            case SourceState.STALLED:
                title = self.tr("Stalled")
            case _:
                title = self.tr("Reconnecting…") if status.captured else self.tr("Connecting…")
        return Notice(title, status.message, "warning", self.tr("Choose another source"))

    def _answer_notice(self) -> None:
        session = self._live.session
        if session is None or self._source is None:
            self.open("demo")
        elif session.status.state in FINAL:
            self._show(self._source.fresh())
        else:
            self._chooser.showMenu()
