"""The page *Where your data is*: what is kept, where, and how it is deleted."""

from pathlib import Path

from PySide6.QtCore import QStandardPaths, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QMessageBox, QWidget

from core.gallery import Gallery
from core.system.paths import home, kept_folder
from core.system.text import printable
from gui.help.page import HelpPage
from gui.people.panel import UNDO_SECONDS
from gui.settings import QT_SETTINGS, WINDOW_SETTINGS


class YourData(HelpPage):
    """Its button opens the folder of the gallery."""

    def __init__(self, gallery: Gallery, parent: QWidget | None = None) -> None:
        self._folder = gallery.path.absolute().parent
        pictures = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.PicturesLocation)
        super().__init__(
            self.tr("Where your data is"),
            [
                (
                    self.tr("The gallery: who is enrolled"),
                    _placed(
                        gallery.path,
                        self.tr(
                            "Names, the faces cut out of photos, the numbers they are recognised by, and when somebody "
                            "was last seen. Encrypted. Whole photos are not kept. Del in the list of people deletes a "
                            "person, after {} seconds for good; deleting this file deletes everybody."
                        ).format(UNDO_SECONDS),
                    ),
                ),
                (
                    self.tr("Its key"),
                    self.tr("{} Without it nobody can read the gallery, and neither can you.").format(
                        gallery.key_place
                    ),
                ),
                (
                    self.tr("People seen live"),
                    self.tr(
                        "Of people who are seen and not enrolled, no faces are kept: only sums over at least five "
                        "people, in the gallery. People › Forget people seen live… deletes them."
                    ),
                ),
                (
                    self.tr("Settings of the window"),
                    _placed(
                        home() / WINDOW_SETTINGS,
                        self.tr(
                            "Its size, the last source, sensitivity, colours and folders; beside it {}, of Qt's file "
                            "dialogs. No faces, no names of people. Both may be deleted while Firstsight is closed. "
                            "The password of a network camera is in the system's keyring, or nowhere."
                        ).format(QT_SETTINGS),
                    ),
                ),
                (
                    self.tr("Faces kept for training"),
                    _placed(
                        kept_folder(),
                        self.tr(
                            "Only if a command was given --keep-faces; not encrypted. “firstsight doctor” says how "
                            "much there is, “firstsight doctor --clean” deletes it."
                        )
                        if kept_folder().exists()
                        else self.tr("There are none."),
                    ),
                ),
                (
                    self.tr("Snapshots you save"),
                    _placed(Path(pictures), self.tr("Ordinary pictures: yours to delete.")),
                ),
                (
                    self.tr("Nothing else"),
                    self.tr("Nothing is sent anywhere, and only your user account can read these folders."),
                ),
            ],
            parent,
        )
        self.open_folder = self.add_button(self.tr("Open the gallery's folder"), self._open_folder)

    def _open_folder(self) -> None:
        if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._folder))):
            box = QMessageBox(QMessageBox.Icon.Information, self.windowTitle(), "", parent=self)
            told = self.tr("No program here shows folders. The folder is {}")
            box.setText(told.format(printable(str(self._folder))))
            box.open()


def _placed(place: Path, text: str) -> str:
    return f"{printable(str(place))}\n{text}"
