"""Settings that the window keeps from one run to the next."""

import contextlib
from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings

from core.capture.address import HIDDEN, Address, is_address
from core.errors import OutputError, SourceError
from core.matching.rate import DEFAULT_RATE
from core.system.paths import home, private_file

QT_SETTINGS = "QtProject.conf"
"""Where Qt's own dialogs remember what they were used for."""
WINDOW_SETTINGS = "window.ini"


def keep_qt_settings_at_home() -> None:
    """Makes Qt's own dialogs keep their settings beside the gallery, readable by the user only, not in `~/.config`."""
    with contextlib.suppress(OutputError):
        QSettings.setPath(QSettings.Format.NativeFormat, QSettings.Scope.UserScope, str(home()))
    _make_private(QT_SETTINGS)


def _make_private(name: str) -> None:
    # Qt keeps the permissions of an existing file. Where no file can be created, Qt writes none either.
    with contextlib.suppress(OutputError):
        private_file(name)


class Settings:
    """`window.ini`, beside the gallery."""

    def __init__(self, file: Path | None = None) -> None:
        """file: another, for a window that leaves the user's settings alone."""
        if file is None:
            _make_private(WINDOW_SETTINGS)
            file = home() / WINDOW_SETTINGS
        self._file = QSettings(str(file), QSettings.Format.IniFormat)

    @property
    def geometry(self) -> QByteArray:
        """The window's geometry; empty at the first start."""
        value = self._file.value("geometry")
        return value if isinstance(value, QByteArray) else QByteArray()

    @geometry.setter
    def geometry(self, value: QByteArray) -> None:
        self._file.setValue("geometry", value)

    @property
    def source(self) -> str:
        """Last source, as `parse_source` takes it; empty at the first start, or if `secret_source` stands for it."""
        kept = str(self._file.value("source") or "")
        if _shown_instead(kept):
            # Older versions kept addresses with passwords in this file.
            self.source = kept
            self._file.sync()
        return kept

    @source.setter
    def source(self, value: str) -> None:
        shown = _shown_instead(value)
        self._file.setValue("source", "" if shown else value)
        self._file.setValue("secret_source", shown)
        if is_address(value) and not shown:
            self._file.setValue("address", value)

    @property
    def secret_source(self) -> str:
        """Last address with its password or key left out; empty if it had none."""
        return str(self._file.value("secret_source") or "")

    def folder(self, kind: str) -> str:
        """Folder chosen last for one kind of file; empty if there is none, or no longer.

        kind: "photos", "videos" or "pictures".
        """
        kept = str(self._file.value(f"folder_of_{kind}") or "")
        return kept if Path(kept).is_dir() else ""

    def remember_folder(self, kind: str, folder: Path) -> None:
        """Keeps the folder for `folder`."""
        self._file.setValue(f"folder_of_{kind}", str(folder))

    @property
    def address(self) -> str:
        """Last address of a network camera, if it has no password or key; else empty."""
        return str(self._file.value("address") or "")

    @property
    def rate(self) -> float:
        """Share of strangers who may be named, 0 to 1."""
        try:
            rate = float(str(self._file.value("rate")))
        except ValueError:
            return DEFAULT_RATE
        return rate if 0 < rate < 1 else DEFAULT_RATE

    @rate.setter
    def rate(self, value: float) -> None:
        self._file.setValue("rate", value)

    @property
    def scheme(self) -> str:
        """Colour scheme: "light", "dark", or "" to follow the system."""
        value = str(self._file.value("scheme") or "")
        return value if value in ("light", "dark") else ""

    @scheme.setter
    def scheme(self, value: str) -> None:
        self._file.setValue("scheme", value)

    @property
    def encoder(self) -> str:
        """Encoder: "" for the default, another of `encoder_menu.SHIPPED`, or a checkpoint's file."""
        return str(self._file.value("encoder") or "")

    @encoder.setter
    def encoder(self, value: str) -> None:
        self._file.setValue("encoder", value)

    @property
    def mirrored(self) -> bool:
        """Whether cameras are shown mirrored."""
        return str(self._file.value("mirrored", "true")).lower() == "true"

    @mirrored.setter
    def mirrored(self, value: bool) -> None:
        self._file.setValue("mirrored", "true" if value else "false")


def _shown_instead(source: str) -> str:
    """The address without its password or key; empty if it has none."""
    if not is_address(source):
        return ""
    try:
        address = Address(source)
    except SourceError:
        return HIDDEN
    return str(address) if address.secret else ""
