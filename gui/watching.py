"""What is watched: a source is opened, its frames are shown, and what it is at is said over them."""

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from core.capture import CameraInfo, parse_source
from core.endings import PICTURES
from core.errors import SourceError
from core.live import SourceState
from gui.live import Live
from gui.live_view import LiveView, Notice
from gui.settings import Settings
from gui.source_chooser import SourceChooser


class Watching(QObject):
    """Between the session, the view and the chooser of sources."""

    recognised = Signal(object)
    """The faces of the newest result: a tuple of RecognizedFace."""

    def __init__(
        self, live: Live, view: LiveView, chooser: SourceChooser, settings: Settings, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._live, self._view, self._chooser, self._settings = live, view, chooser, settings
        self._source = self._wanted = ""
        live.something_new.connect(self._show_newest)
        view.button_clicked.connect(self._answer_notice)
        chooser.chosen.connect(self.open)
        chooser.cameras_listed.connect(self._first_source)

    def begin(self, source: str) -> None:
        """With the source used last; a camera once it is known which there are."""
        if source and not source.startswith("camera:"):
            self.open(source)
        else:
            self._wanted = source
            self._view.show_notice(Notice(self.tr("Looking for a camera…")))
        self._chooser.list_cameras()

    def _first_source(self, cameras: list[CameraInfo]) -> None:
        """Once the cameras are known: the one used last, else the first; without one, how to begin."""
        if self._source:
            return
        wanted, self._wanted = self._wanted, ""
        if wanted or cameras:
            self.open(wanted or f"camera:{cameras[0].index}")
        else:
            self._view.show_notice(
                Notice(
                    self.tr("No camera found"),
                    self.tr("Plug one in, choose another source above, or try the demo scene."),
                    "camera",
                    self.tr("Watch the demo scene"),
                )
            )

    def open(self, text: str) -> None:
        """Watches another source, as `parse_source` takes it."""
        try:
            source = parse_source(text)
        except SourceError as error:
            self._view.show_notice(Notice(self.tr("This source can't be used"), str(error), "warning"))
            return
        self._source = text
        kind = kind_of(text)
        if kind == "camera":
            source.name = self._chooser.camera_name(int(text.rpartition(":")[2]))
        self._view.clear()
        self.apply_mirror()
        self._view.show_notice(Notice(self.tr("Opening {}…").format(source.name), "", kind))
        self._chooser.show_source(source.name, kind)
        self._live.open(source)
        self._settings.source = text

    def apply_mirror(self) -> None:
        """Cameras are shown as a mirror would, if that is wanted; nothing else is."""
        self._view.mirrored = self._settings.mirrored and kind_of(self._source) == "camera"

    def _show_newest(self) -> None:
        """Paints what is new; called once for any number of new frames."""
        newest = self._live.fetch()
        if newest is None:
            return
        frame, result, status = newest
        if frame:
            self._view.show_frame(frame, result)
        self._view.show_notice(self._notice(status.state, status.message))
        if result:
            self.recognised.emit(result.faces)

    def _notice(self, state: SourceState, message: str) -> Notice | None:
        kind = kind_of(self._source)
        match state:
            case SourceState.RUNNING | SourceState.STOPPED:
                return None
            case SourceState.OPENING:
                return Notice(self.tr("Opening {}…").format(self._chooser.accessibleDescription()), "", kind)
            case SourceState.ENDED:
                return Notice(self.tr("The end"), message, kind, self.tr("Play it again"))
            case SourceState.FAILED:
                return Notice(self.tr("This source can't be used"), message, "warning", self.tr("Try again"))
            case _:
                title = self.tr("Stalled") if state is SourceState.STALLED else self.tr("Reconnecting…")
                return Notice(title, message, "warning", self.tr("Choose another source"))

    def _answer_notice(self) -> None:
        session = self._live.session
        if session is None:
            self.open("demo")
        elif session.status.state in (SourceState.ENDED, SourceState.FAILED):
            self.open(self._source)
        else:
            self._chooser.showMenu()


def kind_of(source: str) -> str:
    """Of a source's text, for its icon."""
    if source == "demo":
        return "demo"
    if source.isdigit() or source.startswith("camera:"):
        return "camera"
    if "://" in source:
        return "network"
    path = Path(source)
    return "folder" if path.is_dir() or path.suffix.lower() in PICTURES else "video"
