"""The tour: a window of its own on the demo scene, with a gallery that is deleted with it, and a guide through it."""

from pathlib import Path
from tempfile import TemporaryDirectory

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QCloseEvent
from PySide6.QtWidgets import QWidget

from core.gallery import Gallery
from core.system.paths import ASSETS
from gui.help.guide import Guide, Step
from gui.look.errors import show_error
from gui.look.tooltip import keys
from gui.settings import Settings
from gui.shell.main_window import MainWindow

NAME = "Eileen Collins"
PHOTO = ASSETS / "portraits" / "eileen_collins.png"


def open_tour(settings: Settings, window: QWidget) -> "TourWindow | None":
    """Opens the tour; None after showing why it can't be. settings: the user's, which stay as they are."""
    folder = TemporaryDirectory(prefix="firstsight-tour-", ignore_cleanup_errors=True)
    own = Settings(Path(folder.name) / "window.ini")
    own.scheme, own.geometry = settings.scheme, settings.geometry
    try:
        tour = TourWindow(Gallery(Path(folder.name) / "gallery.db"), own, folder)
    except Exception as error:
        folder.cleanup()
        show_error(window, error)
        return None
    tour.show()
    return tour


class TourWindow(MainWindow):
    """The whole program to try out; the user's own window goes on beside it."""

    left = Signal()
    """It is closed, and all that was enrolled in it is deleted."""

    def __init__(self, gallery: Gallery, settings: Settings, folder: "TemporaryDirectory[str]") -> None:
        """folder: holds gallery and settings, and is deleted at the end."""
        super().__init__(gallery, settings, "demo")
        self._folder = folder
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Firstsight: tour"))
        self.help.tour.setEnabled(False)
        self.recognition.ready.connect(lambda _recognizer: self._enroll())
        self.guide = Guide(self._steps(), self)
        self.guide.ended.connect(self.close)

    def _enroll(self) -> None:
        if self.recognizer and not len(self.gallery):
            recognizer = self.recognizer
            self.writes.run(
                lambda: recognizer.enroll(NAME, PHOTO),
                lambda _enrollment: None,
                lambda error: show_error(self, error),
                self,
            )

    def _steps(self) -> list[Step]:
        commands = self.commands
        return [
            Step(
                self.view,
                self.tr("Two people, one of them enrolled"),
                self.tr(
                    "Welcome. This is a film made of two photos, as a camera would show them. From one photo, Eileen "
                    "Collins was just enrolled. All this is practice: your own gallery and settings stay as they are."
                ),
            ),
            Step(
                self.view,
                self.tr("A name, or “Unknown”"),
                self.tr(
                    "A solid frame is a name that is sure, with its similarity. A dashed one with a question mark is "
                    "somebody who isn't enrolled: strangers are not given a name, however close. Three dots: the name "
                    "is kept for a moment, while the face can't be seen well."
                ),
            ),
            Step(
                self.view,
                self.tr("Why that name?"),
                self.tr(
                    "Click a face, or press 1 or 2 in the picture. A card says how similar it is to whom, and what was "
                    "needed. With “Not …” or “Yes, …” on the card you correct the program."
                ),
            ),
            Step(
                self._button_of(commands.enroll),
                self.tr("Enroll somebody"),
                self.tr(
                    "Try it: click the unknown face, choose “Who is this?”, type Grace Hopper, press Return. Or enroll "
                    "from a photo ({}), drop one anywhere in the window, or paste it ({})."
                ).format(keys(commands.enroll), keys(commands.paste)),
            ),
            Step(
                self.people,
                self.tr("Your people"),
                self.tr(
                    "Everybody enrolled. {} searches, Return shows a person's photos, {} renames, {} deletes; {} takes "
                    "the deletion back."
                ).format(*map(keys, (commands.search, commands.rename, commands.delete, commands.undo))),
            ),
            Step(
                self.sensitivity,
                self.tr("How strict?"),
                self.tr(
                    "You say how many strangers may be given a name; the similarity that takes follows. Stricter means "
                    "fewer wrong names, and more often “Unknown” for your people. Help › What the promise means says "
                    "more."
                ),
            ),
            Step(
                self._button_of(commands.metric),
                self.tr("Look inside"),
                self.tr("{} shows why: a map of all faces, and how far apart people are. Esc leads back.").format(
                    keys(commands.metric)
                ),
            ),
            Step(
                self.chooser,
                self.tr("Now with your own camera"),
                self.tr(
                    "Here you choose what to watch: a camera, a video, a folder of pictures, an address. “Done” closes "
                    "this window and deletes what was enrolled in it; your own window is as you left it."
                ),
            ),
        ]

    def _button_of(self, action: QAction) -> QWidget:
        return next(button for button in self.commands.buttons if action in button.actions())

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ends its session, and deletes its gallery."""
        session = self.live.session
        super().closeEvent(event)
        if session:
            session.stop()
        self.writes.finish()
        self.gallery.close()
        self._folder.cleanup()
        self.left.emit()
