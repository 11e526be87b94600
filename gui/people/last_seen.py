"""Says when a person was last seen."""

import time

from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QApplication

from core.types import Person


def seen_text(person: Person, now: float | None = None) -> str:
    """When the person was last named live, and how many photos they have if several. now: Unix time."""
    translate = QApplication.translate
    if person.last_seen is None:
        text = translate("person", "Not seen yet")
    else:
        minutes = int(max((now or time.time()) - person.last_seen, 0) // 60)
        if minutes < 1:
            text = translate("person", "Seen just now")
        elif minutes < 60:
            text = translate("person", "Seen {} min ago").format(minutes)
        elif minutes < 24 * 60:
            text = translate("person", "Seen {} h ago").format(minutes // 60)
        elif minutes < 2 * 24 * 60:
            text = translate("person", "Seen 1 day ago")
        else:
            text = translate("person", "Seen {} days ago").format(minutes // (24 * 60))
    if person.templates > 1:
        text += translate("person", " · {} photos").format(QLocale().toString(person.templates))
    return text
