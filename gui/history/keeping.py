"""The dialog in which users say for how long sightings are kept."""

import time

from PySide6.QtWidgets import QComboBox, QDialog, QFormLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from core.gallery import Gallery
from core.gallery.sightings import Keeping
from gui.background.writes import Writes
from gui.look.errors import show_error

DAYS = (0.0, 1.0, 7.0, 30.0, 90.0, 365.0)
HOURS = (0.0, 1.0, 24.0, 72.0, 168.0)


class KeepingDialog(QDialog):
    """Two choices; shorter ones delete what is older at once."""

    def __init__(self, gallery: Gallery, writes: Writes, now: Keeping, parent: QWidget | None = None) -> None:
        """now: as it is."""
        super().__init__(parent)
        self._gallery, self._writes = gallery, writes
        self.setWindowTitle(self.tr("How long to keep sightings"))
        self.named, self.unknown = QComboBox(), QComboBox()
        _fill(self.named, DAYS, now.named_days, self._days)
        _fill(self.unknown, HOURS, now.unknown_hours, self._hours)
        note = QLabel(
            self.tr(
                "Sightings are encrypted in the gallery, on this computer only. A sighting of a person enrolled is "
                "deleted with the person. Faces of unknown people can be kept for a while, to name them later: only "
                "do so where the people you film have agreed to it. What is older than you choose is deleted at once."
            ),
            wordWrap=True,
        )
        note.setProperty("quiet", True)
        form = QFormLayout()
        form.setSpacing(10)
        form.addRow(self.tr("People enrolled:"), self.named)
        form.addRow(self.tr("Unknown people:"), self.unknown)
        self.save, cancel = QPushButton(self.tr("Save"), default=True), QPushButton(self.tr("Cancel"))
        self.save.setProperty("primary", True)
        self.save.clicked.connect(self._save)
        cancel.clicked.connect(self.reject)
        buttons = QHBoxLayout()
        buttons.addStretch()
        buttons.addWidget(cancel)
        buttons.addWidget(self.save)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(22, 22, 22, 18)
        layout.setSpacing(16)
        layout.addLayout(form)
        layout.addWidget(note)
        layout.addLayout(buttons)
        self.setMinimumWidth(440)

    def _save(self) -> None:
        self.setEnabled(False)
        days, hours = self.named.currentData(), self.unknown.currentData()

        def failed(error: Exception) -> None:
            self.setEnabled(True)
            show_error(self, error)

        self._writes.run(
            lambda: self._gallery.history.keep(named_days=days, unknown_hours=hours, now=time.time()),
            lambda _count: self.accept(),
            failed,
            self,
            announced=False,
        )

    def _days(self, days: float) -> str:
        return self.tr("For %n days", "", round(days)) if days else self.tr("Not at all")

    def _hours(self, hours: float) -> str:
        if hours >= 48:
            return self._days(hours / 24)
        return self.tr("For %n hours", "", round(hours)) if hours else self.tr("Not at all")


def _fill(choice: QComboBox, values: tuple[float, ...], now: float, told: object) -> None:
    assert callable(told)
    for value in sorted({*values, now}):
        choice.addItem(told(value), value)
    choice.setCurrentIndex(choice.findData(now))
