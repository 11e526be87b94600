"""How often a stranger may be named, in the user's terms, and what similarity that means now."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QWidget

from core.types import Threshold
from gui import theme

RATES = (1e-2, 1e-3, 1e-4)


class Sensitivity(QWidget):
    """The choice, and its meaning for the people enrolled."""

    rate_chosen = Signal(float)

    def __init__(self, rate: float, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.choice = QComboBox()
        self.choice.setAccessibleName(self.tr("A stranger is named at most once in"))
        for value in RATES:
            self.choice.addItem(
                self.tr("A stranger is named at most once in {}").format(f"{round(1 / value):,}"), value
            )
        self.choice.setCurrentIndex(min(range(len(RATES)), key=lambda i: abs(RATES[i] - rate)))
        self.choice.setToolTip(
            self.tr("The rarer a stranger may be named, the closer a face must be, and the more often somebody\n"
                    "enrolled stays “Unknown”. The similarity needed grows with the number of people enrolled.")
        )  # fmt: skip
        self.choice.currentIndexChanged.connect(lambda _index: self.rate_chosen.emit(self.rate))
        self.meaning = _Elided()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        row.addWidget(self.choice)
        row.addWidget(self.meaning)

    @property
    def rate(self) -> float:
        """The share of strangers that may be named."""
        return float(self.choice.currentData())

    def show_threshold(self, threshold: Threshold, people: int) -> None:
        """What the choice means now."""
        if people:
            among = self.tr("1 person") if people == 1 else self.tr("{} people").format(f"{people:,}")
            text = self.tr("needs similarity {:.2f} among {}").format(threshold.similarity, among)
        else:
            text = self.tr("nobody enrolled yet")
        self.meaning.setText(text)
        self.meaning.setToolTip(text)


class _Elided(QLabel):
    """Gives way to everything else in a narrow toolbar; its tool tip still says it all."""

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        text = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        painter.setPen(theme.colours().quiet)
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)
        painter.end()
