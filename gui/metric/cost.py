"""What a threshold would cost: strangers named, people confused, people missed."""

import math

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import QDoubleSpinBox, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from core.matching.curve import ImpostorCurve
from core.types import Threshold
from gui.look.figures import among
from gui.look.scrolling import Scrolling
from gui.metric.gallery_pairs import reaching
from gui.metric.gathering import Enrolled


class CostPanel(QWidget):
    """Beside the distributions. Everything is worked out anew for the similarity explored."""

    explored = Signal(float)
    """Another similarity was typed."""
    back = Signal()
    """Back to the threshold in use."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.similarity = QDoubleSpinBox(minimum=-1.0, maximum=1.0, singleStep=0.01, decimals=2)
        self.similarity.setAccessibleName(self.tr("Similarity needed"))
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
                "Orange is what would go wrong: different people at or above the line, one person’s photos below it. "
                "Of live faces, green would be named; whether the others are strangers, only you can tell.\n\n"
                "Dragging the line only explores. What is in use follows from “A stranger is named at most once in”, "
                "at the top right, and from how many photos are enrolled."
            )
        )
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(14, 0, 10, 0)
        layout.setSpacing(12)
        needed = QHBoxLayout()
        ask = _label()
        ask.setText(self.tr("If a similarity were needed of"))
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

    def show_cost(self, similarity: float, in_use: Threshold, curve: ImpostorCurve, enrolled: Enrolled) -> None:
        """similarity: the one explored."""
        self.similarity.blockSignals(True)
        self.similarity.setValue(similarity)
        self.similarity.blockSignals(False)
        rate, size = curve.false_match_rate(similarity), len(enrolled.snapshot)
        self.strangers.setText(self._strangers(strangers_named(rate, size)))
        self.among.setText(self._among(size, enrolled.people))
        self.measured.setText(
            self.tr("Two different people’s faces are so similar {}, measured on {:,} people of {}.").format(
                self._how_often(rate), curve.people, curve.source
            )
        )
        self.confused.setText(self._confused(similarity, enrolled))
        self.missed.setText(self._missed(similarity, enrolled))
        never = self.tr("Back to the threshold in use: above 1, so nobody is named")
        back = self.tr("Back to the {:.2f} in use").format(in_use.similarity)
        self.use.setText(never if not in_use.reachable else back)
        self.use.show()
        self.use.setEnabled(abs(similarity - in_use.similarity) > 0.0005)

    def _strangers(self, share: float) -> str:
        if share <= 0:
            return self.tr("No stranger")
        if share > 0.5:
            return self.tr("{} % of strangers").format(_percent(share))
        return self.tr("One stranger in {}").format(_count(1 / share))

    def _among(self, photos: int, people: int) -> str:
        if not photos:
            return self.tr("would be named: nobody is enrolled.")
        return self.tr("would be named, among {}.").format(among(photos, people))

    def _how_often(self, share: float) -> str:
        if share > 0.1:
            return self.tr("{} times in 100").format(_percent(share))
        return self.tr("once in {}").format(_count(1 / share))

    def _confused(self, similarity: float, enrolled: Enrolled) -> str:
        pairs = enrolled.pairs
        if pairs.closest is None:
            return self.tr("With two people enrolled, you see here whether they could be confused.")
        first, second = (enrolled.snapshot.names[row] for row in pairs.closest)
        return self.tr("Of your own people {:,} of {} are so similar. The closest: {} and {}, {:.2f}.").format(
            reaching(pairs.non_mated, similarity),
            pairs_text(len(pairs.non_mated)),
            first,
            second,
            float(pairs.non_mated[-1]),
        )

    def _missed(self, similarity: float, enrolled: Enrolled) -> str:
        mated = enrolled.pairs.mated
        if not len(mated):
            return self.tr("Add a second photo of somebody, and you see here whether that person would be missed.")
        below = len(mated) - reaching(mated, similarity)
        return self.tr("Of photos of one person, {:,} of {} would be missed.").format(below, pairs_text(len(mated)))


def strangers_named(false_match_rate: float, size: int) -> float:
    """The share of strangers who are named among `size` templates: one stays unnamed if all comparisons do.

    1 − (1 − FMR)^size, the inverse of what `core.matching.threshold_for` solves.
    """
    return -math.expm1(size * math.log1p(-min(false_match_rate, 1 - 1e-12)))


def pairs_text(count: int) -> str:
    """So many pairs."""
    translate = QCoreApplication.translate
    return translate("metric", "1 pair") if count == 1 else translate("metric", "{:,} pairs").format(count)


def _percent(share: float) -> str:
    return f"{share * 100:.3g}" if share < 0.999 else f"{min(share * 100, 99.99):.2f}"


def _count(number: float) -> str:
    """Two or three figures are all that is known."""
    if number < 10:
        return f"{number:.1f}".removesuffix(".0")
    digits = len(str(int(number)))
    return f"{round(number, -(digits - 2) if digits > 2 else 0):,.0f}"


def _label() -> QLabel:
    return QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
