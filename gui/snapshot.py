"""Saves the view as it is painted, among the user's pictures."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QStandardPaths
from PySide6.QtWidgets import QWidget

from core.errors import SourceError
from gui import tasks


def save_snapshot(view: QWidget, saved: Callable[[Path], None], failed: Callable[[Exception], None]) -> None:
    """Returns at once; `saved` or `failed` follows."""
    pictures = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.PicturesLocation)
    file = Path(pictures) / f"Firstsight {datetime.now():%Y-%m-%d %H.%M.%S}.png"
    picture = view.grab().toImage()

    def work() -> Path:
        told = QCoreApplication.translate("snapshot", "The snapshot can't be saved as {}: check the folder.")
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise SourceError(told.format(file)) from error
        if not picture.save(str(file)):
            raise SourceError(told.format(file))
        return file

    tasks.run(work, saved, failed, view)
