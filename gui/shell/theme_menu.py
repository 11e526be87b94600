"""The menu of colour themes: light, dark, or the system's."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from gui.look import theme
from gui.settings import Settings

SCHEMES = {"light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark}


class ThemeMenu(QMenu):
    """Changes the theme at once and remembers it."""

    def __init__(self, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self.setTitle(self.tr("Theme"))
        group = QActionGroup(self)
        for scheme, text in (("", self.tr("Follow system")), ("light", self.tr("Light")), ("dark", self.tr("Dark"))):
            action = group.addAction(text)
            action.setCheckable(True)
            action.setChecked(scheme == settings.scheme)
            action.triggered.connect(lambda _checked=False, scheme=scheme: self.choose(scheme))
            self.addAction(action)
        self.choose(settings.scheme)

    def choose(self, scheme: str) -> None:
        """scheme: "light", "dark", or "" to follow the system."""
        self._settings.scheme = scheme
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        theme.choose(application, SCHEMES.get(scheme))
