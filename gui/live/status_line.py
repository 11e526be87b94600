"""The status bar: source, speed, latency, encoder, people."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QStatusBar, QWidget

from core.live.session import SourceState, Status
from gui.look.figures import among
from gui.look.tooltip import tooltip
from gui.recognition.encoder_menu import encoder_name


class StatusLine(QStatusBar):
    """Source and temporary messages on the left; speed, latency, encoder and people on the right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizeGripEnabled(False)
        self.source = QLabel(textFormat=Qt.TextFormat.PlainText)
        self.speed = QLabel()
        self.latency = QLabel()
        self.people = QLabel()
        self.encoder = QLabel(textFormat=Qt.TextFormat.PlainText)
        self.addWidget(self.source)
        self.source.setContentsMargins(10, 4, 10, 4)
        # No accessible names: a screen reader would read them instead of the texts.
        for label in (self.speed, self.latency, self.encoder, self.people):
            label.setContentsMargins(10, 4, 10, 4)
            label.setTextFormat(Qt.TextFormat.PlainText)
            self.addPermanentWidget(label)
        self.encoder.hide()
        self._words = {
            SourceState.OPENING: self.tr("Opening…"),
            SourceState.RUNNING: self.tr("Live"),
            SourceState.STALLED: self.tr("Stalled"),
            SourceState.RECONNECTING: self.tr("Reconnecting…"),
            SourceState.ENDED: self.tr("Ended"),
            SourceState.FAILED: self.tr("Failed"),
            SourceState.STOPPED: self.tr("No source"),
        }

    def show_loading(self) -> None:
        """Says that the models are loading."""
        self.latency.setText(self.tr("Loading recognition…"))

    def show_ready(self) -> None:
        """Takes that back: the models are loaded."""
        self.latency.setText("")

    def show_embedding(self, done: int, total: int) -> None:
        """Shows how many of the gallery's photos another encoder has embedded."""
        self.showMessage(self.tr("Encoding enrolled photos: {:,} of {:,}").format(done, total), 6000)

    def show_encoder(self, chosen: str) -> None:
        """Shows the encoder in use, unless it is the default. chosen: as `EncoderMenu.chosen` gives it."""
        self.encoder.setVisible(bool(chosen))
        name = self.fontMetrics().elidedText(encoder_name(chosen), Qt.TextElideMode.ElideMiddle, 200)
        self.encoder.setText(self.tr("Encoder: {}").format(name))
        self.encoder.setToolTip(tooltip(chosen))

    def show_status(self, name: str, status: Status, ready: bool) -> None:
        """Shows the state of the session. name: of the source. ready: whether the recogniser is loaded."""
        never_connected = status.state is SourceState.RECONNECTING and not status.captured
        state = self.tr("Connecting…") if never_connected else self._words[status.state]
        self.source.setText(f"{state}  ·  {name}" if name else state)
        running = status.state is SourceState.RUNNING
        speed = self.tr("{:.0f} frames/s captured, {:.0f} recognised") if ready else self.tr("{:.0f} frames/s captured")
        self.speed.setText(speed.format(status.capture_fps, status.recognition_fps) if running else "")
        if ready:
            known = running and status.recognition_fps > 0
            self.latency.setText(self.tr("{:.0f} ms latency").format(status.latency_p50 * 1000) if known else "")
            self.latency.setToolTip(self.tr("95 % within {:.0f} ms").format(status.latency_p95 * 1000))

    def show_people(self, count: int, key_place: str) -> None:
        """Shows how many people are enrolled and, as a tooltip, where the gallery's key is kept."""
        self.people.setText(self.tr("{} enrolled").format(among(count, count)) if count else self.tr("Nobody enrolled"))
        self.people.setToolTip(tooltip(key_place))
