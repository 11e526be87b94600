"""Saves a snapshot in the user's pictures folder, named after date and time."""

import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QCoreApplication, QObject, QStandardPaths
from PySide6.QtGui import QImage

from core.errors import OutputError
from gui.background import tasks


def save_snapshot(
    picture: QImage, saved: Callable[[Path], None], failed: Callable[[Exception], None], owner: QObject
) -> None:
    """Saves a snapshot on a thread, never over a file; then calls `saved` or `failed`, unless `owner` has gone."""
    pictures = Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.PicturesLocation))
    name = f"Firstsight {datetime.now():%Y-%m-%d %H.%M.%S}"

    def work() -> Path:
        told = QCoreApplication.translate("snapshot", "The snapshot can't be saved in {}: check the folder.")
        try:
            pictures.mkdir(parents=True, exist_ok=True)
            return _write(_png(picture), pictures, name)
        except OSError as error:
            raise OutputError(told.format(pictures)) from error

    tasks.run(work, saved, failed, owner)


def _png(picture: QImage) -> bytes:
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    picture.save(buffer, "PNG")  # type: ignore[call-overload]
    return bytes(data.data())


def _write(png: bytes, folder: Path, name: str) -> Path:
    """Writes a new file of that name, with a number added if it is taken; all of it or nothing."""
    for number in range(1, 10_000):
        file = folder / (f"{name}.png" if number == 1 else f"{name} ({number}).png")
        try:
            there = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
        except FileExistsError:
            continue
        try:
            with os.fdopen(there, "wb") as stream:
                stream.write(png)
        except OSError:
            file.unlink(missing_ok=True)
            raise
        return file
    raise FileExistsError(name)
