"""The metric page: a map of the enrolled and the live faces, their similarities, and why a face is named."""

from collections.abc import Callable
from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QStackedWidget, QVBoxLayout, QWidget

from core.types import Recognition
from gui.background import tasks
from gui.live.session import Live
from gui.look.errors import sentence
from gui.look.tabs import tab_bar
from gui.metric.distributions import MetricDistributions
from gui.metric.embedding_map import Method
from gui.metric.explanation import explanation
from gui.metric.gatherer import Gatherer
from gui.metric.gathering import Enrolled, LiveFace, Stage, locate
from gui.metric.live_faces import Chosen
from gui.metric.map import MetricMap
from gui.metric.pictures import enrolled_pictures
from gui.metric.subject import Subject
from gui.metric.why import WhyPanel

if TYPE_CHECKING:
    from core.gallery import Gallery
    from core.recognizer import Recognizer

EVERY, TRY_AGAIN = 300, 3000
"""Milliseconds between checks for something new while the page is shown, and before a retry after a failure."""
NARROWEST, WORDS_FROM = 216, 380
"""Pixels: least width of the right panel, and height of the page from which text fits below the map."""
PANEL = ((820, 340), (620, 280), (0, NARROWEST))
"""Widths in pixels: for a page at least this wide, a panel that wide."""


class MetricPage(QWidget):
    """Checks by itself for what is new while it is shown; nothing runs while it is hidden."""

    def __init__(
        self, live: Live, recognizer: Callable[[], "Recognizer | None"], trouble: Callable[[], str] = str
    ) -> None:
        """recognizer: returns the recogniser, None until it is loaded. trouble: why it can't be loaded, else empty."""
        super().__init__()
        self._live, self._recognizer, self._trouble = live, recognizer, trouble
        self.enrolled: Enrolled | None = None
        self.faces: dict[int, LiveFace] = {}
        self.subject = Subject()
        self.gatherer = Gatherer(self)
        self.gatherer.told.connect(self._show_progress)
        self.gatherer.compared.connect(self._compared)
        self.gatherer.gathered.connect(self._gathered)
        self.gatherer.failed.connect(self._not_gathered)
        self._locating = False
        self._seen: Recognition | None = None
        self._session: object = None
        self._timer = QTimer(self, interval=EVERY)
        self._timer.timeout.connect(self.look)
        self.pictures = enrolled_pictures(self._gallery, self)
        self.map = MetricMap(self.pictures)
        # With a cache of its own, so that its few pictures don't wait for all those on the map.
        self.why = WhyPanel(enrolled_pictures(self._gallery, self))
        self.distributions = MetricDistributions()
        for part in (self.map, self.why):
            part.chosen.connect(self.choose)
        self._build()

    def _gallery(self) -> "Gallery | None":
        recognizer = self._recognizer()
        return recognizer.gallery if recognizer else None

    def _build(self) -> None:
        self.tabs = tab_bar(self.tr("Metric"), self.tr("Map"), self.tr("Similarities"))
        self.method = QComboBox()
        self.method.setAccessibleName(self.tr("Map method"))
        self.method.addItem(self.tr("By neighbours (t-SNE)"), Method.NEIGHBOURS)
        self.method.addItem(self.tr("By main directions (PCA)"), Method.DIRECTIONS)
        self.method.currentIndexChanged.connect(lambda _index: self.look())
        self.words = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self.words.setProperty("quiet", True)
        left = QVBoxLayout()
        left.setSpacing(8)
        left.addWidget(self.map, 1)
        left.addWidget(self.words)
        map_tab = QWidget()
        row = QHBoxLayout(map_tab)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addLayout(left, 1)
        row.addWidget(self.why)
        self.stack = QStackedWidget()
        self.stack.addWidget(map_tab)
        self.stack.addWidget(self.distributions)
        self._beside = QWidget()
        self.tabs.currentChanged.connect(self._change_tab)
        self._lay_out()

    def _lay_out(self) -> None:
        for choice in (self.distributions.centred, self.distributions.magnified):
            choice.hide()
        top = QHBoxLayout()
        top.setSpacing(6)
        top.addWidget(self.tabs)
        top.addStretch()
        for choice in (self.method, self.distributions.centred, self.distributions.magnified):
            top.addWidget(choice)
        top.addWidget(self._beside)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 12, 6, 10)
        layout.setSpacing(12)
        layout.addLayout(top)
        layout.addWidget(self.stack, 1)

    def order_tabs_between(self, before: QWidget, after: QWidget) -> None:
        """Puts the page's controls between two others in Tab order."""
        drawn = self.map.focusProxy() or self.map
        similarities = [self.distributions.cost.similarity, self.distributions.cost.use]
        choices = [self.method, self.distributions.centred, self.distributions.magnified]
        mine = [self.tabs, *choices, drawn, self.why.faces, *similarities]
        for one, other in pairwise([before, *mine, after]):
            QWidget.setTabOrder(one, other)
        self.setFocusProxy(self.tabs)

    def _change_tab(self, number: int) -> None:
        self.stack.setCurrentIndex(number)
        self.method.setVisible(number == 0)
        for choice in (self.distributions.centred, self.distributions.magnified):
            choice.setVisible(number == 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Narrows the right panel and hides the text if there is little room for the map."""
        super().resizeEvent(event)
        wide = next(width for least, width in PANEL if self.width() >= least)
        for panel in (self.why, self.distributions.cost, self._beside):
            panel.setFixedWidth(wide)
        self._beside.setVisible(wide > NARROWEST)
        self.words.setVisible(self.height() >= WORDS_FROM)

    # Updates

    def showEvent(self, event: QShowEvent) -> None:
        """Starts the checks."""
        super().showEvent(event)
        self._timer.start()
        self.look()

    def hideEvent(self, event: QHideEvent) -> None:
        """Stops the checks and gives up gathering."""
        super().hideEvent(event)
        self._timer.stop()
        self.gatherer.give_up()

    def look(self) -> None:
        """Shows the gallery, the threshold and the newest result if they have changed."""
        recognizer = self._recognizer()
        if recognizer is None:
            trouble = self._trouble()
            loading = self.tr("Recognition is still loading…")
            self.map.say(self.tr("Recognition unavailable") if trouble else loading, trouble)
        elif self._outdated(recognizer):
            self._gather(recognizer)
        elif self.enrolled:
            self._show_threshold(recognizer)
            self._locate(recognizer, self.enrolled)

    def _outdated(self, recognizer: "Recognizer") -> bool:
        now = self.enrolled
        return (
            now is None
            or now.recognizer is not recognizer
            or now.gallery is not recognizer.gallery.snapshot
            or now.index is not recognizer.index
            or now.asked != self.method.currentData()
        )

    def _gather(self, recognizer: "Recognizer") -> None:
        self.gatherer.ask(recognizer, Method(self.method.currentData()), self.enrolled)

    def _not_gathered(self, error: Exception) -> None:
        self.map.say(sentence(error))
        self._timer.stop()
        QTimer.singleShot(TRY_AGAIN, self, self._try_again)

    def _try_again(self) -> None:
        if self.isVisible():
            self._timer.start()

    def _show_progress(self, stage: Stage, share: float) -> None:
        if stage is Stage.COMPARING:
            told = self.tr("Comparing enrolled photos…")
        elif share:
            told = self.tr("Drawing the map: {:.0f} %").format(100 * share)
        else:
            told = self.tr("Drawing the map…")
        if self.enrolled and self.enrolled.map:
            self.words.setText(told)
        else:
            self.map.say(told)

    def _compared(self, enrolled: Enrolled) -> None:
        """Shows the similarities, which need no map."""
        recognizer = self._recognizer()
        if recognizer is enrolled.recognizer:
            self.distributions.show_enrolled(enrolled, recognizer.curve, recognizer.threshold)

    def _gathered(self, enrolled: Enrolled) -> None:
        if self.enrolled and self.enrolled.recognizer is not enrolled.recognizer:
            # Another encoder's faces can't be compared with these.
            self.subject, self.faces = Subject(), {}
        self.enrolled, self._seen = enrolled, None
        if enrolled.map:
            self.map.show_enrolled(enrolled)
        else:
            self.map.say(self.tr("Nobody on the map yet"), self.tr("People appear here once they are enrolled."))
        self.words.setText(explanation(enrolled))
        self._compared(enrolled)
        recognizer = self._recognizer()
        if recognizer is enrolled.recognizer:
            self._show_threshold(recognizer)
        self._show_reason()

    def _show_threshold(self, recognizer: "Recognizer") -> None:
        assert self.enrolled is not None
        threshold = recognizer.threshold
        self.map.show_threshold(threshold)
        if threshold is not self.distributions.in_use:
            self.distributions.show_enrolled(self.enrolled, recognizer.curve, threshold)

    def _locate(self, recognizer: "Recognizer", enrolled: Enrolled) -> None:
        session = self._live.session
        result = session.newest_result if session else None
        if self._locating or result is self._seen:
            return
        self._locating, self._seen = True, result
        fresh, self._session = session is not self._session, session
        faces = result.faces if result else ()

        def done(located: tuple[LiveFace, ...]) -> None:
            self._located(located, enrolled, fresh)

        tasks.run(lambda: locate(recognizer, enrolled, faces), done, self._not_located, self)

    def _not_located(self, error: Exception) -> None:
        self._locating = False
        self.words.setText(sentence(error))

    def _located(self, faces: tuple[LiveFace, ...], enrolled: Enrolled, fresh: bool) -> None:
        self._locating = False
        if enrolled is not self.enrolled:
            self._session = None
            return
        self.faces = {face.key: face for face in faces}
        self.map.show_faces(faces)
        self.why.show_faces(faces)
        self.distributions.show_faces(faces, fresh=fresh)
        self._show_reason()

    # The choice and its reason

    def choose(self, chosen: Chosen) -> None:
        """Chooses a live face or a template; the panel says why it is named."""
        self.subject.chosen = chosen
        self._show_reason()

    def _show_reason(self) -> None:
        recognizer = self._recognizer()
        if recognizer and self.enrolled and self.enrolled.recognizer is recognizer:
            self.subject.follow(recognizer, self.enrolled, self.faces)
            self.why.show_reason(self.subject.reason(recognizer, self.enrolled, self.faces))
            self.map.select(self.subject.chosen)
            self.why.select(self.subject.chosen)
