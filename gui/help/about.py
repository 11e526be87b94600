"""The page *About*: version and licence, and what Firstsight stands on."""

import platform

from PySide6 import QtCore
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from core import __version__
from core.system.installed import PACKAGES, licence_of, version_of
from core.system.paths import ASSETS
from gui.help.page import HelpPage


class About(HelpPage):
    """Its button copies versions and system for a bug report."""

    def __init__(self, parent: QWidget | None = None) -> None:
        licence = self.tr(
            "The code is under the MIT licence, and so is the face detector. The weights of the face encoder are under "
            "the Apache License 2.0. The texts of both are in {}."
        )
        super().__init__(
            self.tr("About Firstsight"),
            [
                (
                    f"Firstsight {__version__}",
                    self.tr("See a face once, know it after. Never name a stranger. Nothing leaves this computer."),
                ),
                (self.tr("Licence"), licence.format(ASSETS / "models")),
                (self.tr("Built with"), "\n".join(map(self._package, PACKAGES))),
                (self.tr("This computer"), _system()),
            ],
            parent,
        )
        self.copy = self.add_button(self.tr("Copy for a bug report"), self._copy)

    def _package(self, name: str) -> str:
        licence = licence_of(name) or self.tr("licence in the package")
        return f"{name} {version_of(name) or self.tr('(not found)')}  ·  {licence}"

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(for_a_bug_report())
        self.copy.setText(self.tr("Copied"))


def for_a_bug_report() -> str:
    """Versions and system, a line each; nothing about the user."""
    packages = [f"{name} {version_of(name)}" for name in PACKAGES]
    return "\n".join([f"Firstsight {__version__}", _system(), *packages])


def _system() -> str:
    screens = "; ".join(
        f"{size.width()}×{size.height()} at {screen.devicePixelRatio():.0%}"
        for screen in QGuiApplication.screens()
        for size in [screen.size()]
    )
    return "\n".join(
        [
            platform.platform(),
            f"Python {platform.python_version()}, Qt {QtCore.qVersion()} ({QGuiApplication.platformName()})",
            f"{platform.machine()}; {screens}",
        ]
    )
