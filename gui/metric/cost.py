"""The panel that shows what a threshold would cost: strangers named, people confused, people missed."""

import math

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import QDoubleSpinBox, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from core.matching.curve import ImpostorCurve
from gui.look.figures import among
from gui.look.scrolling import Scrolling
from gui.metric.gallery_pairs import GalleryPairs, reaching
from gui.metric.gathering import Enrolled


class CostPanel(QWidget):
    """The panel beside the distributions, for the threshold explored."""

    explored = Signal(float)
    """Similarity typed in as the threshold to explore."""
    back = Signal()
    """The threshold in use was asked for again."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.similarity = QDoubleSpinBox(minimum=-1.0, maximum=1.0, singleStep=0.01, decimals=2)
        self.similarity.setAccessibleName(self.tr("Threshold to explore"))
        self.similarity.setMinimumHeight(32)
        self.similarity.setKeyboardTracking(False)
        self.similarity.valueChanged.connect(self.explored)
        self.strangers = _label()
        font = self.strangers.font()
        font.setPixelSize(22)
        font.setBold(True)
        self.strangers.setFont(font)
        self.among, self.measured, self.confused, self.missed = (_label() for _ in range(4))
        self.use = QPushButton()
        self.use.hide()
        self.use.clicked.connect(self.back)
        self._lay_out()

    def _lay_out(self) -> None:
        note = _label()
        note.setProperty("quiet", True)
        note.setText(
            self.tr(
                "Orange marks errors: different people at or above the line, photos of the same person below it. "
                "Green live faces would be named; whether the others are strangers, only you can tell.\n\n"
                "Dragging the line changes nothing. The threshold in use follows from the choice at the top right, "
                "the number of photos enrolled, and how alike people here are."
            )
        )
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(14, 0, 10, 0)
        layout.setSpacing(12)
        needed = QHBoxLayout()
        ask = _label()
        ask.setText(self.tr("Threshold to explore"))
        needed.addWidget(ask, 1)
        needed.addWidget(self.similarity)
        layout.addLayout(needed)
        for label in (self.strangers, self.among, self.measured, self.confused, self.missed):
            layout.addWidget(label)
        layout.addWidget(self.use)
        layout.addStretch()
        layout.addWidget(note)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(Scrolling(page))

    def show_cost(
        self, similarity: float, in_use: float, curve: ImpostorCurve, pairs: GalleryPairs, enrolled: Enrolled
    ) -> None:
        """Shows the cost of a threshold.

        similarity: the threshold explored. in_use: the one in use. curve: the impostor curve to expect here.
        """
        self.similarity.blockSignals(True)
        self.similarity.setValue(similarity)
        self.similarity.blockSignals(False)
        rate, size = curve.false_match_rate(similarity), len(enrolled.snapshot)
        self.strangers.setText(self._strangers(strangers_named(rate, size)))
        self.among.setText(self._among(size, enrolled.people))
        self.measured.setText(
            self.tr("Two different people are this similar {}, from {:,} people of {} and those known here.").format(
                self._how_often(rate), curve.people, curve.source
            )
            if enrolled.index.population
            else self.tr("Two different people are this similar {}, measured on {:,} people of {}.").format(
                self._how_often(rate), curve.people, curve.source
            )
        )
        self.confused.setText(self._confused(similarity, pairs, enrolled))
        self.missed.setText(self._missed(similarity, pairs))
        never = self.tr("Back to the threshold in use (above 1: nobody is named)")
        back = self.tr("Back to the {:.2f} in use").format(in_use)
        self.use.setText(never if in_use >= 1 else back)
        self.use.show()
        self.use.setEnabled(abs(similarity - in_use) > 0.0005)

    def _strangers(self, share: float) -> str:
        if share <= 0:
            return self.tr("No stranger")
        if share > 0.5:
            return self.tr("{} % of strangers").format(_percent(share))
        return self.tr("1 in {} strangers").format(_count(1 / share))

    def _among(self, photos: int, people: int) -> str:
        if not photos:
            return self.tr("would be named: nobody is enrolled.")
        return self.tr("would be named, with {} enrolled.").format(among(photos, people))

    def _how_often(self, share: float) -> str:
        if share > 0.1:
            return self.tr("{} times in 100").format(_percent(share))
        return self.tr("once in {}").format(_count(1 / share))

    def _confused(self, similarity: float, pairs: GalleryPairs, enrolled: Enrolled) -> str:
        if pairs.closest is None:
            return self.tr("Enroll two people to see whether they could be confused.")
        first, second = (enrolled.snapshot.names[row] for row in pairs.closest)
        return self.tr("Of your people, {:,} of {} are this similar. The closest: {} and {}, {:.2f}.").format(
            reaching(pairs.non_mated, similarity),
            pairs_text(len(pairs.non_mated)),
            first,
            second,
            float(pairs.non_mated[-1]),
        )

    def _missed(self, similarity: float, pairs: GalleryPairs) -> str:
        mated = pairs.mated
        if not len(mated):
            return self.tr("Add a second photo of someone to see whether that person would be missed.")
        below = len(mated) - reaching(mated, similarity)
        return self.tr("Of photos of the same person, {:,} of {} would be missed.").format(
            below, pairs_text(len(mated))
        )


def strangers_named(false_match_rate: float, size: int) -> float:
    """Share of strangers named among `size` templates: 1 − (1 − FMR)^size.

    Inverse of `core.matching.threshold.threshold_for`.
    """
    return -math.expm1(size * math.log1p(-min(false_match_rate, 1 - 1e-12)))


def pairs_text(count: int) -> str:
    """The count with its noun, such as "1 pair" or "2,000 pairs"."""
    translate = QCoreApplication.translate
    return translate("metric", "1 pair") if count == 1 else translate("metric", "{:,} pairs").format(count)


def _percent(share: float) -> str:
    return f"{share * 100:.3g}" if share < 0.999 else f"{min(share * 100, 99.99):.2f}"


def _count(number: float) -> str:
    """Rounds to two significant digits: the rate isn't known more precisely."""
    if number < 10:
        return f"{number:.1f}".removesuffix(".0")
    digits = len(str(int(number)))
    return f"{round(number, -(digits - 2) if digits > 2 else 0):,.0f}"


def _label() -> QLabel:
    return QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
