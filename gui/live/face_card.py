"""A card about one face of the live view: who it may be, how similar, and how good the picture is."""

from typing import Any

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from core.types import Candidate, Certainty, Decision, RecognizedFace
from gui.look import theme
from gui.look.figures import among, apart
from gui.look.pictures import rounded
from gui.look.scrolling import Scrolling
from gui.look.tooltip import tooltip
from gui.look.window_size import resize_to_fit

SIDE = 144
"""Side of the picture in pixels."""
WORTH_ASKING = 0.15
"""How far below the threshold the closest person may be to be asked about."""
LONGEST = 18
"""Most characters of a name on a button."""
ROW = 34
"""Height of a bar's row in pixels."""


class FaceCard(QDialog):
    """A dialog about one face; the live view goes on behind it."""

    enroll_requested = Signal(object)
    """RecognizedFace: to be enrolled."""
    rejected_as = Signal(str, object)
    """Name, RecognizedFace: this face is not that person's."""
    confirmed_as = Signal(str, object)
    """Name, RecognizedFace: this face is that person's, and is to be added as a photo."""

    def __init__(self, face: RecognizedFace, people: int, parent: QWidget | None = None) -> None:
        """face: as it was labelled when it was clicked. people: number of people enrolled."""
        super().__init__(parent)
        self._people = people
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.face = face
        decision = face.decision
        self.setWindowTitle(decision.name or self.tr("Unknown"))
        picture = QLabel()
        picture.setPixmap(rounded(face.crop, SIDE, self.devicePixelRatioF(), 16))
        heading = QLabel(decision.name or self.tr("Unknown"), wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        font = heading.font()
        font.setPixelSize(22)
        font.setBold(True)
        heading.setFont(font)
        self.verdict = QLabel(self.explanation(decision), wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        quality = QLabel(self.quality_text(), wordWrap=True)
        quality.setProperty("quiet", True)
        words = QVBoxLayout()
        words.setSpacing(8)
        words.addWidget(heading)
        words.addWidget(self.verdict)
        words.addWidget(quality)
        words.addStretch()
        top = QHBoxLayout()
        top.setSpacing(18)
        top.addWidget(picture, 0, Qt.AlignmentFlag.AlignTop)
        top.addLayout(words, 1)
        page = QWidget()
        page.setMinimumWidth(516)
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(16)
        layout.addLayout(top)
        if decision.candidates:
            title = QLabel(self.tr("Closest people"))
            title.setProperty("heading", True)
            layout.addWidget(title)
            layout.addWidget(CandidateBars(decision.candidates, decision.needed))
        layout.addStretch()
        whole = QVBoxLayout(self)
        whole.setContentsMargins(22, 22, 22, 18)
        whole.setSpacing(16)
        whole.addWidget(Scrolling(page), 1)
        whole.addLayout(self._buttons(decision))
        resize_to_fit(self, self.sizeHint().width(), self.sizeHint().height())

    def _buttons(self, decision: Decision) -> QHBoxLayout:
        # Return never answers for the user who that is.
        answered = decision.named is not None or bool(self.likely_name)
        close = QPushButton(self.tr("Close"), default=answered)
        close.clicked.connect(self.reject)
        text = self.tr("Add this photo…") if self.certain_name else self.tr("Who is this?")
        self.name_it = QPushButton(text)
        self.name_it.setProperty("primary", not answered)
        self.name_it.setDefault(not answered)
        self.name_it.clicked.connect(self._ask_to_enroll)
        row = QHBoxLayout()
        named, likely = decision.name, self.likely_name
        self.not_them = QPushButton(self.tr("Not {}").format(_short(named or "")), autoDefault=False)
        self.not_them.setToolTip(tooltip(self.tr("Faces like this one won't be called {} again.").format(named)))
        self.not_them.setVisible(named is not None)
        self.not_them.clicked.connect(lambda: self._answer(self.rejected_as, named or ""))
        self.its_them = QPushButton(self.tr("Yes, {}").format(_short(likely)), autoDefault=False)
        self.its_them.setToolTip(tooltip(self.tr("Adds this face to {}'s photos.").format(likely)))
        self.its_them.setVisible(bool(likely))
        self.its_them.clicked.connect(lambda: self._answer(self.confirmed_as, likely))
        row.addWidget(self.not_them)
        row.addWidget(self.its_them)
        row.addStretch()
        row.addWidget(close)
        row.addWidget(self.name_it)
        (close if answered else self.name_it).setFocus()
        return row

    def _answer(self, signal: Any, name: str) -> None:
        signal.emit(name, self.face)
        self.accept()

    @property
    def likely_name(self) -> str:
        """Who it may be although that isn't sure, so that a photo more would help; else empty."""
        decision = self.face.decision
        if decision.obstacle or not decision.candidates:
            return ""
        closest = decision.candidates[0]
        if closest in decision.rejected or decision.certainty is Certainty.SURE:
            return ""
        return closest.name if closest.similarity >= decision.threshold.similarity - WORTH_ASKING else ""

    def _ask_to_enroll(self) -> None:
        self.enroll_requested.emit(self.face)
        self.accept()

    @property
    def certain_name(self) -> str:
        """The name; empty if it is only held, since a picture unlike the person must not be added."""
        return "" if self.face.decision.held else self.face.decision.name or ""

    def explanation(self, decision: Decision) -> str:
        """The decision in words, with similarity, threshold and margin."""
        if decision.similarity is None or decision.margin is None:
            return self.tr("Nobody is enrolled yet.")
        if decision.obstacle:
            return self.tr("Not named, however similar. {}").format(decision.obstacle.remedy)
        needed = decision.threshold
        if decision.named is None and decision.candidates[0] in decision.rejected:
            return self.tr("The closest is {name}, but this face is like one that is not {name}'s.").format(
                name=decision.candidates[0].name
            )
        if not needed.reachable:
            return self.tr(
                "The closest similarity is {:.2f}. This encoder can't promise that at most 1 in {} strangers is named, "
                "so nobody is. Choose a less strict rate, or another encoder."
            ).format(decision.similarity, f"{round(1 / needed.rate):,}")
        values = {
            **apart(decision.similarity, decision.needed)._asdict(),
            "rate": f"{round(1 / needed.rate):,}",
            "people": among(needed.size, self._people),
        }
        promise = " " + self.tr("With {people} enrolled, that threshold names at most 1 in {rate} strangers.")
        above = self.tr("Similarity {similarity}, {margin} above the {needed} needed.") + promise
        below = self.tr("The closest similarity is {similarity}, {margin} below the {needed} needed.") + promise
        held = self.tr(
            "Keeps its name for now: the similarity is {similarity}, {margin} below the {needed} needed. If it stays "
            "below, the name is dropped."
        )
        at_first = self.tr(
            "The closest similarity is {similarity}, {margin} below the {needed} needed while a face is new. Wait a "
            "moment."
        )
        likely = " " + self.tr("Likely, not sure: at a rate ten times as strict, it would not be named.")
        match decision.certainty:
            case Certainty.HELD:
                return held.format(**values)
            case Certainty.UNKNOWN:
                return (at_first if decision.stricter else below).format(**values)
            case Certainty.LIKELY:
                return above.format(**values) + likely
            case _:
                return above.format(**values)

    def quality_text(self) -> str:
        """How good the picture is, and how to improve it."""
        quality = self.face.quality
        measures = self.tr("Picture: {eyes:.0f} px between the eyes, turned {yaw:.0f}° to the side").format(
            eyes=quality.eye_distance, yaw=abs(quality.yaw)
        )
        return "\n".join([f"{measures}.", *(problem.remedy for problem in quality.problems)])


def _short(name: str) -> str:
    """A name that fits on a button; `&` would underline the next letter."""
    return (name if len(name) <= LONGEST else name[: LONGEST - 1] + "…").replace("&", "&&")


class CandidateBars(QWidget):
    """The closest people as bars from similarity 0 to 1, with the threshold as a dashed line."""

    def __init__(self, candidates: tuple[Candidate, ...], needed: float, parent: QWidget | None = None) -> None:
        """needed: the similarity at which the face is named."""
        super().__init__(parent)
        self._candidates, self._needed = candidates, needed
        self.setMinimumHeight(ROW * len(candidates) + 18)
        told = ", ".join(f"{candidate.name} {candidate.similarity:.2f}" for candidate in candidates)
        self.setAccessibleName(self.tr("Closest people: {}").format(told))

    def sizeHint(self) -> QSize:
        """One row for each person, and the threshold's label."""
        return QSize(480, ROW * len(self._candidates) + 18)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paints names, bars and similarities, and the threshold across them."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours, text = theme.colours(), self.palette().color(QPalette.ColorRole.Text)
        names, values = self.width() * 0.36, 52.0
        track = self.width() - names - values
        for row, candidate in enumerate(self._candidates):
            area = QRectF(0, row * ROW, names - 12, ROW)
            painter.setPen(text)
            name = painter.fontMetrics().elidedText(candidate.name, Qt.TextElideMode.ElideRight, int(area.width()))
            painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, name)
            bar = QRectF(names, row * ROW + ROW / 2 - 6, track, 12)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colours.line)
            painter.drawRoundedRect(bar, 6, 6)
            passed = candidate.similarity >= self._needed
            bar.setWidth(max(track * min(candidate.similarity, 1.0), 12.0))
            painter.setBrush(colours.known if passed else colours.quiet)
            painter.drawRoundedRect(bar, 6, 6)
            painter.setPen(text)
            right = QRectF(names + track, row * ROW, values, ROW)
            painter.drawText(
                right, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, f"{candidate.similarity:.2f}"
            )
        x = names + track * min(max(self._needed, 0.0), 1.0)
        bottom = ROW * len(self._candidates)
        painter.setPen(QPen(text, 1.5, Qt.PenStyle.DashLine))
        painter.drawLine(int(x), 2, int(x), bottom)
        painter.setPen(colours.quiet)
        needed = self.tr("needed {:.2f}").format(self._needed)
        painter.drawText(QRectF(x - 80, bottom, 160, 18), Qt.AlignmentFlag.AlignCenter, needed)
        painter.end()
