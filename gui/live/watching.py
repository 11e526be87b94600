"""What is watched: a source is opened, its frames are shown, and what it is at is said over them."""

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

LOOKED_AT = 300
"""Milliseconds after which it is said that the disk has not answered yet."""


class Watching(QObject):
    """Between the session, the view and the chooser of sources."""

    recognised = Signal(object)
    """The faces of the newest result: a tuple of RecognizedFace."""
    said = Signal(str)
    """A sentence on something that was passed over, while watching goes on."""

    def __init__(
        self, live: Live, view: LiveView, chooser: SourceChooser, settings: Settings, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._live, self._view, self._chooser, self._settings = live, view, chooser, settings
        self._source: FrameSource | None = None
        self._wanted = ""
        """The camera to begin with, once its name is known."""
        self._asked_for_nothing = False
        self._request = 0
        """Number of the newest wish: what is found out for an older one comes too late."""
        self._looking = False
        self._troubles = 0
        live.something_new.connect(self._show_newest)
        view.button_clicked.connect(self._answer_notice)
        chooser.chosen.connect(self.open)
        chooser.cameras_listed.connect(self._first_source)

    # Which source

    def begin(self, source: str) -> None:
        """With the source asked for or used last; a camera once its name is known. Only who has never chosen a source
        gets the first camera there is.
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
        """Once the cameras are known: the one used last, or the first; without one, how to begin."""
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
        """The address watched last, from the keyring."""
        self._request += 1
        request = self._request

        def found(address: str) -> None:
            if request != self._request:
                return
            if address:
                self.open(address)
            else:
                told = self.tr("The password of {} is not kept: enter the address again, or choose another source.")
                self._view.show_notice(Notice(self.tr("Choose a source"), told.format(name), "network"))

        self._view.show_notice(Notice(self.tr("Opening {}…").format(name), "", "network"))
        tasks.run(saved_address.kept, found, lambda _error: found(""), self)

    def open(self, text: str) -> None:
        """Watches another source, as `parse_source` takes it. What the disk must be asked about is found out off the
        GUI thread; until then, and where it is none, what was watched goes on.
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
        # What is being watched is not dimmed for a moment; only where the disk lets us wait.
        QTimer.singleShot(LOOKED_AT if self._live.session else 0, self, lambda: self._say_looking(request, text))
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
        """It is known what the newest wish comes to."""
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

    def _remember(self, text: str) -> None:
        had_secret = bool(self._settings.secret_source)
        self._settings.source = text
        if self._settings.secret_source:
            conceal(text, self._settings.secret_source)
            tasks.run(partial(saved_address.keep, text), lambda _: None, lambda _: None, self)
        elif had_secret:
            tasks.run(saved_address.forget, lambda _: None, lambda _: None, self)

    def _refuse(self, error: Exception) -> None:
        """Says that there is no such source: in the view, or in a box over what goes on being watched there."""
        self._settle()
        session = self._live.session
        if session and session.status.state not in FINAL:
            show_error(self._view, error)
            self._show_newest()
        else:
            self._view.show_notice(Notice(self.tr("This source can't be used"), sentence(error), "warning"))

    def apply_mirror(self) -> None:
        """Cameras are shown as a mirror would, if that is wanted; nothing else is."""
        is_camera = self._source is not None and self._source.kind is Kind.CAMERA
        self._view.mirrored = self._settings.mirrored and is_camera

    # What is shown

    def _show_newest(self) -> None:
        """Paints what is new; called once for any number of new frames."""
        newest = self._live.fetch()
        if newest is None:
            return
        frame, result, status = newest
        if frame:
            # One photo's faces say nothing of the next one's.
            fits = result and (result.frame.index == frame.index or not (self._source and self._source.stills))
            self._view.show_frame(frame, result if fits else None)
        if not self._looking:
            self._view.show_notice(self._notice(status))
        for trouble in status.troubles[self._troubles :]:
            self.said.emit(trouble)
        self._troubles = len(status.troubles)
        if result:
            self.recognised.emit(result.faces)

    def _notice(self, status: Status) -> Notice | None:
        kind = self._source.kind if self._source else "camera"
        match status.state:
            case SourceState.RUNNING | SourceState.STOPPED:
                return None
            case SourceState.OPENING:
                return Notice(self.tr("Opening {}…").format(self._chooser.accessibleDescription()), "", kind)
            case SourceState.ENDED:
                return Notice(self.tr("The end"), status.message, kind, self.tr("Play it again"))
            case SourceState.FAILED:
                title, button = self.tr("This source can't be used"), self.tr("Try again")
                return Notice(title, status.message, "warning", button)
            case SourceState.STALLED:
                title = self.tr("Stalled")
            case _:
                title = self.tr("Reconnecting…") if status.captured else self.tr("Trying to connect…")
        return Notice(title, status.message, "warning", self.tr("Choose another source"))

    def _answer_notice(self) -> None:
        session = self._live.session
        if session is None or self._source is None:
            self.open("demo")
        elif session.status.state in FINAL:
            self._show(self._source.fresh())
        else:
            self._chooser.showMenu()
