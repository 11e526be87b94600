"""What the window remembers from one run to the next."""

import contextlib

from PySide6.QtCore import QByteArray, QSettings

from core.capture.address import HIDDEN, Address, is_address
from core.errors import OutputError, SourceError
from core.matching.rate import DEFAULT_RATE
from core.system.paths import home, private_file

QT_SETTINGS = "QtProject.conf"
"""What Qt's own dialogs remember: where photos were last chosen from."""


def keep_qt_settings_at_home() -> None:
    """Lets Qt's own dialogs remember beside the gallery, where only the user may look, and not in `~/.config`."""
    with contextlib.suppress(OutputError):
        QSettings.setPath(QSettings.Format.NativeFormat, QSettings.Scope.UserScope, str(home()))
    _make_private(QT_SETTINGS)


def _make_private(name: str) -> None:
    # Qt keeps the permissions of a file that is there. Where none can be made, it writes none either.
    with contextlib.suppress(OutputError):
        private_file(name)


class Settings:
    """An INI file beside the gallery."""

    def __init__(self) -> None:
        _make_private("window.ini")
        self._file = QSettings(str(home() / "window.ini"), QSettings.Format.IniFormat)

    @property
    def geometry(self) -> QByteArray:
        """Of the window; empty the first time."""
        value = self._file.value("geometry")
        return value if isinstance(value, QByteArray) else QByteArray()

    @geometry.setter
    def geometry(self, value: QByteArray) -> None:
        self._file.setValue("geometry", value)

    @property
    def source(self) -> str:
        """As `parse_source` takes it; empty the first time, and where it must not be kept here: see `secret_source`."""
        kept = str(self._file.value("source") or "")
        if _shown_instead(kept):
            # As older versions kept it.
            self.source = kept
            self._file.sync()
        return kept

    @source.setter
    def source(self, value: str) -> None:
        shown = _shown_instead(value)
        self._file.setValue("source", "" if shown else value)
        self._file.setValue("secret_source", shown)

    @property
    def secret_source(self) -> str:
        """The address used last as it may be shown, if it holds what must not be kept in a file; else empty."""
        return str(self._file.value("secret_source") or "")

    @property
    def rate(self) -> float:
        """Share of strangers that may be named."""
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
        """Of colours: "light", "dark", or "" to follow the system."""
        value = str(self._file.value("scheme") or "")
        return value if value in ("light", "dark") else ""

    @scheme.setter
    def scheme(self, value: str) -> None:
        self._file.setValue("scheme", value)

    @property
    def encoder(self) -> str:
        """The encoder chosen, as `EncoderMenu` gives it."""
        return str(self._file.value("encoder") or "")

    @encoder.setter
    def encoder(self, value: str) -> None:
        self._file.setValue("encoder", value)

    @property
    def mirrored(self) -> bool:
        """Whether cameras are shown as a mirror would."""
        return str(self._file.value("mirrored", "true")).lower() == "true"

    @mirrored.setter
    def mirrored(self, value: bool) -> None:
        self._file.setValue("mirrored", "true" if value else "false")


def _shown_instead(source: str) -> str:
    """Of an address that holds a password or key: what may be shown of it. Else empty."""
    if not is_address(source):
        return ""
    try:
        address = Address(source)
    except SourceError:
        return HIDDEN
    return str(address) if address.secret else ""
