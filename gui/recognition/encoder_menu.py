"""The menu of encoders: those that ship, and checkpoints that the user has trained."""

from pathlib import Path

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from gui.look.tooltip import tooltip

SHIPPED = ("", "published")
"""Names of the encoders that ship; the first is the default."""


def encoder_name(chosen: str) -> str:
    """The encoder's name as shown in the window. chosen: one of `SHIPPED`, or a checkpoint's file."""
    translate = QCoreApplication.translate
    names = {
        "": translate("EncoderMenu", "SFace, adapted to webcams"),
        "published": translate("EncoderMenu", "SFace, as published"),
    }
    return names.get(chosen) or Path(chosen).name


class EncoderMenu(QMenu):
    """Lists the encoders that ship, the checkpoints chosen so far, and an entry to choose another."""

    chosen = Signal(str)
    """One of `SHIPPED`, or a checkpoint's file."""

    def __init__(self, current: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTitle(self.tr("Encoder"))
        self.setToolTipsVisible(True)
        self._files = list(SHIPPED)
        self.show_chosen(current)

    def show_chosen(self, current: str) -> None:
        """Marks the encoder in use; adds a file that wasn't in the menu."""
        if current not in self._files:
            self._files.append(current)
        self.clear()
        group = QActionGroup(self)
        for file in self._files:
            action = group.addAction(encoder_name(file).replace("&", "&&"))
            action.setToolTip(tooltip(file))
            action.setCheckable(True)
            action.setChecked(file == current)
            action.triggered.connect(lambda _checked=False, file=file: self._choose(file, current))
            self.addAction(action)
        self.addSeparator()
        self.addAction(self.tr("Choose a checkpoint…"), self.choose_file)

    def choose_file(self) -> None:
        """Asks for a checkpoint."""
        kinds = self.tr("Checkpoints (*.safetensors);;All files (*)")
        file, _ = QFileDialog.getOpenFileName(self, self.tr("Choose a checkpoint"), "", kinds)
        if file:
            self.chosen.emit(file)

    def _choose(self, file: str, current: str) -> None:
        # The mark moves only when the encoder is in use.
        self.show_chosen(current)
        if file != current:
            self.chosen.emit(file)
