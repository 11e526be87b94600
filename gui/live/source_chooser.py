"""The button that chooses what to watch: a camera, a video, an address, a folder or the demo scene."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFileDialog, QInputDialog, QLineEdit, QMenu, QToolButton, QWidget

from core.capture import CameraInfo, list_cameras
from core.pictures.endings import VIDEOS
from gui.background import tasks
from gui.look import theme
from gui.settings import Settings


class SourceChooser(QToolButton):
    """A button with a menu. Cameras are listed on a thread, again whenever the menu opens."""

    chosen = Signal(str)
    """A source, as `parse_source` takes it."""
    cameras_listed = Signal(list)
    """List of CameraInfo, one for each camera."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("chooser")
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setAccessibleName(self.tr("Source"))
        self.setToolTip(self.tr("What to watch"))
        self._cameras: list[CameraInfo] = []
        self._menu = QMenu(self)
        self.setMenu(self._menu)
        self._menu.aboutToShow.connect(self.list_cameras)
        self.actions_by_kind = {
            "video": self._action("video", self.tr("Video file…"), self.choose_video, "Ctrl+O"),
            "network": self._action("network", self.tr("Network camera…"), self.choose_address, "Ctrl+L"),
            "folder": self._action("folder", self.tr("Folder of pictures…"), self.choose_folder, "Ctrl+Shift+O"),
            "demo": self._action("demo", self.tr("Demo scene"), lambda: self.chosen.emit("demo"), "Ctrl+D"),
        }
        self._fill()
        self.show_source(self.tr("Choose a source"), "camera")

    def _action(self, icon: str, text: str, slot: Callable[[], object], shortcut: str) -> QAction:
        action = QAction(theme.icon(icon), text, self)
        action.setShortcut(shortcut)
        action.triggered.connect(lambda: slot())
        return action

    def show_source(self, name: str, kind: str) -> None:
        """Shows which source is in use."""
        self.setText(self.fontMetrics().elidedText(name, Qt.TextElideMode.ElideMiddle, 260))
        self.setIcon(theme.icon(kind))
        self.setAccessibleDescription(name)

    def camera_name(self, index: int) -> str:
        """The camera's name in the system; "Camera 0" if it has not been listed."""
        return next((camera.name for camera in self._cameras if camera.index == index), f"Camera {index}")

    def list_cameras(self) -> None:
        """Lists the cameras on a thread; `cameras_listed` follows."""
        tasks.run(list_cameras, self._listed, lambda _error: self._listed([]), self)

    def _listed(self, cameras: list[CameraInfo]) -> None:
        if cameras != self._cameras:
            self._cameras = cameras
            self._fill()
        self.cameras_listed.emit(cameras)

    def _fill(self) -> None:
        self._menu.clear()
        for camera in self._cameras:
            action = self._menu.addAction(theme.icon("camera"), camera.name)
            action.triggered.connect(lambda _checked=False, index=camera.index: self.chosen.emit(f"camera:{index}"))
        if not self._cameras:
            self._menu.addAction(self.tr("No camera found")).setEnabled(False)
        self._menu.addSeparator()
        self._menu.addActions(list(self.actions_by_kind.values()))

    def choose_video(self) -> None:
        """Asks for a video file."""
        endings = " ".join(f"*{ending} *{ending.upper()}" for ending in sorted(VIDEOS))
        kinds = self.tr("Videos ({});;All files (*)").format(endings)
        settings = Settings()
        file, _ = QFileDialog.getOpenFileName(self, self.tr("Choose a video"), settings.folder("videos"), kinds)
        if file:
            settings.remember_folder("videos", Path(file).parent)
            self.chosen.emit(file)

    def choose_folder(self) -> None:
        """Asks for a folder of pictures."""
        settings = Settings()
        title = self.tr("Choose a folder of pictures")
        folder = QFileDialog.getExistingDirectory(self, title, settings.folder("pictures"))
        if folder:
            settings.remember_folder("pictures", Path(folder).parent)
            self.chosen.emit(folder)

    def choose_address(self) -> None:
        """Asks for a network camera's address."""
        text = self.tr(
            "Address of the camera, such as rtsp://192.168.1.20/stream or http://host/video.mjpg\n"
            "With a password: rtsp://user:password@host/stream (in it, write / as %2F, # as %23, ? as %3F, @ as %40)"
        )
        normal = QLineEdit.EchoMode.Normal
        address, ok = QInputDialog.getText(
            self, self.tr("Network camera"), text, normal, Settings().address or "rtsp://"
        )
        if ok and address.strip() not in ("", "rtsp://"):
            self.chosen.emit(address.strip())
