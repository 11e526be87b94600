"""The choice of how many strangers may be named, and the similarity that this takes."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QWidget

from core.matching.alike import told, why_other
from core.types import Threshold
from gui.look import theme
from gui.look.figures import among

RATES = (1e-2, 1e-3, 1e-4)
LEAST_WIDTH = 150
"""Least width of the choice in pixels."""


class Sensitivity(QWidget):
    """The choice of a rate, and beside it the similarity needed among the people enrolled."""

    rate_chosen = Signal(float)
    """Share of strangers who may be named, 0 to 1."""

    def __init__(self, rate: float, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.choice = _Choice()
        self.choice.setAccessibleName(self.tr("Strangers named"))
        words = (self.tr("Normal"), self.tr("Strict"), self.tr("Very strict"))
        for word, value in zip(words, RATES, strict=True):
            self.choice.addItem(self.tr("{}: 1 in {} strangers").format(word, f"{round(1 / value):,}"), value)
        self.choice.setCurrentIndex(min(range(len(RATES)), key=lambda i: abs(RATES[i] - rate)))
        self.choice.setToolTip(
            self.tr("How many strangers may be given a name, at most. The fewer, the more similar a face must be,\n"
                    "and the more often people enrolled stay “Unknown”. Shift+F1 explains more.")
        )  # fmt: skip
        self.choice.setWhatsThis(f"<p>{self._explained()}</p><p>{self._needed_explained()}</p>")
        self.choice.currentIndexChanged.connect(lambda _index: self.rate_chosen.emit(self.rate))
        self.meaning = _Elided()
        self.meaning.setWhatsThis(f"<p>{self._needed_explained()}</p>")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        row.addWidget(self.choice)
        row.addWidget(self.meaning)

    def _explained(self) -> str:
        return self.tr(
            "“Normal: 1 in 100 strangers” means: of a hundred different people who aren't enrolled, one may be given a "
            "name by mistake, on average. “Strict” and “Very strict” allow fewer, and people enrolled then need "
            "clearer pictures to be named. Normal suits a class or a family; strict suits a door."
        )

    def _needed_explained(self) -> str:
        return self.tr(
            "The similarity needed: 1.00 would be the same picture, and two different people are around 0. A face is "
            "named if it is at least this similar to somebody enrolled. The similarity needed follows from your "
            "choice, and rises with the number of photos enrolled, since each is one more that a stranger may resemble."
        )

    @property
    def rate(self) -> float:
        """Share of strangers who may be named, 0 to 1."""
        return float(self.choice.currentData())

    def show_threshold(self, threshold: Threshold, people: int) -> None:
        """Shows the similarity needed among the people enrolled."""
        among_them = among(threshold.size, people)
        if not people:
            text = tip = self.tr("nobody enrolled yet")
        elif not threshold.reachable:
            text = self.tr("nobody can be named at this rate with this encoder")
            tip = self.tr(
                "At 1 in {} strangers, with {} enrolled, a face would need a similarity of {:.2f}; none exceeds 1.00.\n"
                "Choose a less strict rate, or another encoder."
            ).format(f"{round(1 / threshold.rate):,}", among_them, threshold.similarity)
        else:
            text = self.tr("needs similarity {:.2f} among {}").format(threshold.similarity, among_them)
            tip = self.tr(
                "A face is named if it is at least {:.2f} similar to somebody among {}; 1.00 is the same picture, and "
                "two different people are around 0.\nAt most 1 in {} strangers reaches that."
            ).format(threshold.similarity, among_them, f"{round(1 / threshold.rate):,}")
            if why := why_other(threshold):
                text = self.tr("{}: {:.2f} is needed").format(why, threshold.similarity)
                tip = f"{told(threshold)}\n{tip}"
        self.meaning.show_text(text, tip, warning=bool(people) and not threshold.reachable)


class _Choice(QComboBox):
    """Cuts its text off in a narrow toolbar, but not in its pop-up list."""

    def minimumSizeHint(self) -> QSize:
        return QSize(LEAST_WIDTH, super().minimumSizeHint().height())

    def showPopup(self) -> None:
        self.view().setMinimumWidth(self.sizeHint().width())
        super().showPopup()


class _Elided(QLabel):
    """A label that gives way to everything else in a narrow toolbar; its tooltip has the whole text."""

    _warning = False

    def show_text(self, text: str, tip: str, *, warning: bool) -> None:
        self._warning = warning
        self.setText(text)
        self.setToolTip(tip)
        self.update()

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        text = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        painter.setPen(theme.colours().warning if self._warning else theme.colours().quiet)
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)
        painter.end()
