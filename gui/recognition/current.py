"""The window's recogniser: loaded on a thread, and replaced when another encoder is chosen."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from core.encoder.shipped import encoder_file
from core.errors import ModelError
from core.gallery import Gallery
from gui.background import tasks
from gui.recognition.encoder_menu import encoder_name
from gui.settings import Settings

if TYPE_CHECKING:
    from core.recognizer import Recognizer


class CurrentRecognizer(QObject):
    """Holds the recogniser in use, which stays until a new one is ready."""

    ready = Signal(object)
    """Recognizer: the one to use from now on."""
    said = Signal(str)
    """A sentence for the status line."""
    failed = Signal(object)
    """Exception; the recogniser in use stays."""
    embedding = Signal(int, int)
    """Progress of another encoder: photos embedded so far, and in total."""

    def __init__(self, gallery: Gallery, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._gallery, self._settings = gallery, settings
        self.recognizer: Recognizer | None = None
        self.busy = False
        """Whether another encoder is being loaded and embeds the gallery."""

    def load(self) -> None:
        """Loads the recogniser with the encoder used last; falls back to the default encoder and says why."""
        tasks.run(self._load, self._loaded, self.failed.emit, self)

    def use_encoder(self, file: str) -> None:
        """Switches to another encoder once it has embedded the gallery. file: as `EncoderMenu.chosen` gives it."""
        if self.recognizer is None or self.busy:
            self.said.emit(self.tr("Recognition is still loading: try again in a moment."))
            return
        self.busy = True

        def done(recognizer: "Recognizer") -> None:
            self._settings.encoder = file
            self._use(recognizer)
            self.said.emit(self.tr("Encoder in use: {}").format(encoder_name(file)))

        def failed(error: Exception) -> None:
            self.busy = False
            self.failed.emit(error)

        tasks.run(lambda: self._make(file), done, failed, self)

    def _use(self, recognizer: "Recognizer") -> None:
        self.busy = False
        self.recognizer = recognizer
        self.ready.emit(recognizer)

    def _load(self) -> "tuple[Recognizer, str]":
        told = ""
        if self._settings.encoder:
            try:
                return self._make(self._settings.encoder), told
            except ModelError as error:
                told = self.tr("Using the default encoder. {}").format(error)
        return self._make(""), told

    def _loaded(self, loaded: "tuple[Recognizer, str]") -> None:
        recognizer, told = loaded
        if told:
            self._settings.encoder = ""
        self._use(recognizer)
        if told:
            self.said.emit(told)

    def _make(self, file: str) -> "Recognizer":
        """A recogniser with that encoder, which embeds all photos it hasn't yet. Slow: not for the GUI thread."""
        from core.encoder.encoder import Encoder
        from core.encoder.runtime import live_threads
        from core.recognizer import Recognizer

        def report(done: int, total: int) -> None:
            tasks.in_gui_thread(lambda: self.embedding.emit(done, total))

        encoder = Encoder(encoder_file(file) if file else None, threads=live_threads())
        return Recognizer(self._gallery, rate=self._settings.rate, encoder=encoder, progress=report)
