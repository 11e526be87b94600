"""Follows who is seen, and tells what the user's rules say."""

import time
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from core.alerts import kept
from core.alerts.rules import Means, Rule
from core.alerts.sending import OUTSIDE, Sender
from core.alerts.watcher import Alert, Watcher
from core.errors import FirstsightError
from core.gallery import Gallery
from core.types import Person, Recognition
from gui.alerts import words
from gui.alerts.notifying import Notifier, beep
from gui.background import tasks
from gui.background.refreshing import Refreshing
from gui.look.errors import sentence

LOOK_EVERY = 60_000
"""Milliseconds between looks for who is missing, and for changes by other programs."""


class Alerting(QObject):
    """Reads rules and people on a thread; nothing waits for what is told."""

    said = Signal(str)
    """A sentence for the status line."""

    def __init__(self, gallery: Gallery, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._gallery = gallery
        self._rules: dict[int, Rule] = {}
        self._people: dict[int, Person] = {}
        self._watcher = Watcher("")
        self._notifier = Notifier(self)
        self._sender = Sender(self._not_sent)
        self._trouble = ""
        self._reading = Refreshing(self._read, self._loaded, self._not_read, self)
        timer = QTimer(self, interval=LOOK_EVERY)
        timer.timeout.connect(self.refresh)
        timer.start()
        self.refresh()

    def refresh(self) -> None:
        """Reads rules and people again. Returns at once."""
        self._reading.ask()

    def begin(self, source: str) -> None:
        """Begins with another source. source: its name."""
        self._watcher.begin(source)

    def note(self, result: Recognition) -> None:
        """Takes in who is seen."""
        if self._rules:
            self._tell(self._watcher.note(self._rules, self._people, result, time.time()))

    def _read(self) -> tuple[dict[int, Rule], list[Person]]:
        rules = kept.rules(self._gallery)
        return rules, self._gallery.people() if rules else []

    def _loaded(self, read: tuple[dict[int, Rule], list[Person]]) -> None:
        self._trouble = ""
        self._rules, people = read
        self._people = {person.id: person for person in people}
        self._tell(self._watcher.missing(self._rules, people, time.time()))

    def _not_read(self, error: Exception) -> None:
        """Says it once, however often it recurs."""
        if str(error) != self._trouble:
            self._trouble = str(error)
            self.said.emit(sentence(error))

    def _tell(self, alerts: list[Alert]) -> None:
        for alert in alerts:
            self.tell(alert)

    def tell(self, alert: Alert) -> None:
        """Tells one alert, by the means of its rule and in the status line."""
        text = words.told(alert)
        self.said.emit(text)
        means = alert.rule.means
        if means is Means.SOUND or (means is Means.NOTIFICATION and not self._notifier.notify(text)):
            beep()
        elif means in OUTSIDE:
            self._sender.send(alert)

    def _not_sent(self, error: FirstsightError) -> None:
        """From the sender's thread."""
        say: Callable[[str], None] = self.said.emit
        tasks.in_gui_thread(lambda: say(sentence(error)) if tasks.waits(self) else None)
