"""Responsiveness of the window: the longest gaps in its event loop while people are listed, searched and changed.

A timer that fires every two milliseconds shows when the GUI thread was kept from its events, and how long it computed
itself; the rest of a gap it waited for another thread, or for the machine.
"""

import os
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks.search import directions
from core.system.paths import ASSETS, home

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

PEOPLE = (200, 2_000, 10_000)
"""People enrolled."""
TICK = 2
"""Interval of the timer in milliseconds."""
SIGHTINGS, TYPED = 5, "person 99"
"""People seen in the live view, and the text typed into the search field."""
MAP_MS = 8_000
"""How long the metric page is watched in milliseconds, whether it is finished or not."""


@dataclass(frozen=True, slots=True)
class Row:
    """Gaps during one action, with one number of people enrolled."""

    people: int
    what: str
    """The action."""
    longest_ms: float
    """Longest time between two events of the GUI thread."""
    computed_ms: float
    """Longest time that the GUI thread computed between two events."""


class Gaps:
    """Measures the longest gaps between events in the GUI thread."""

    def __init__(self) -> None:
        from PySide6.QtCore import QTimer

        self._timer = QTimer(interval=TICK)
        self._timer.timeout.connect(self._tick)
        self._timer.start()
        self.begin()

    def begin(self) -> None:
        """Starts a new measurement."""
        self.longest = self.computed = 0.0
        self._wall, self._thread = time.perf_counter(), time.thread_time()

    def _tick(self) -> None:
        wall, thread = time.perf_counter(), time.thread_time()
        self.longest = max(self.longest, wall - self._wall)
        self.computed = max(self.computed, thread - self._thread)
        self._wall, self._thread = wall, thread


def measure(model: Path, rounds: int) -> list[dict[str, Any]]:
    """Measures each number of people in a new window."""
    del model, rounds
    rows = []
    for people in PEOPLE:
        os.environ["FIRSTSIGHT_HOME"] = tempfile.mkdtemp(dir=home())
        _fill(people)
        rows += [asdict(row) for row in watch()]
    return rows


def _fill(count: int) -> None:
    from core.faces.alignment import align
    from core.faces.detector import FaceDetector
    from core.faces.photo_search import faces_in_photo
    from core.gallery import Gallery
    from core.pictures.reading import read_picture
    from core.recognizer import Recognizer

    image = read_picture(ASSETS / "portraits" / "grace_hopper.jpg")
    crop = align(image, faces_in_photo(FaceDetector(), image)[0].landmarks[None])[0]
    embeddings = directions(count)
    with Gallery() as gallery:
        encoder = Recognizer(gallery).encoder.id
        for number in range(count):
            gallery.enroll(f"Person {number}", crop, embeddings[number], encoder)


def watch() -> list[Row]:
    """Opens the window on the gallery in the home, and measures one action after another."""
    from PySide6.QtCore import QItemSelectionModel, Qt
    from PySide6.QtTest import QTest

    from core.gallery import Gallery
    from gui.settings import Settings
    from gui.shell.application import make_application
    from gui.shell.main_window import MainWindow

    application = make_application()
    gallery = Gallery()
    people, rows, gaps = len(gallery), list[Row](), Gaps()

    def until(there: Callable[[], object], most: float = 120.0) -> None:
        end = time.monotonic() + most
        while not there() and time.monotonic() < end:
            QTest.qWait(5)

    def note(what: str) -> None:
        QTest.qWait(200)
        rows.append(Row(people, what, gaps.longest * 1000, gaps.computed * 1000))
        gaps.begin()

    gaps.begin()
    window = MainWindow(gallery, Settings(), "demo")
    window.resize(1280, 800)
    window.show()
    note("the window is made")
    shown = window.people
    until(lambda: shown.model.rowCount() == people)
    note("start, until people are listed")
    until(lambda: window.recognizer is not None)
    note("the models are loaded")
    QTest.qWait(3000)
    note("the live view alone")
    for number in range(SIGHTINGS):
        someone = shown.model.people()[number * people // SIGHTINGS]
        gallery.mark_seen(someone.id, time.time())
        window.sightings.noted.emit({someone.id: time.time()})
        QTest.qWait(300)
    note("somebody is seen")
    for number in range(len(TYPED)):
        shown.search.setText(TYPED[: number + 1])
        QTest.qWait(60)
    shown.search.clear()
    note("a name is searched for")
    bar = shown.list.verticalScrollBar()
    for step in range(40):
        bar.setValue(bar.maximum() * step // 40)
        QTest.qWait(20)
    note("the list is scrolled")
    shown.list.selectAll()
    shown.selected()
    QTest.qWait(100)
    note("all are selected")
    shown.list.selectionModel().setCurrentIndex(
        shown.filter.index(people // 2, 0), QItemSelectionModel.SelectionFlag.ClearAndSelect
    )
    name = shown.selected()[0].name
    shown.model.rename_asked.emit(name, f"Zoe {name}")
    until(lambda: shown.model.people()[-1].name.startswith("Zoe"))
    QTest.qWait(500)
    note("somebody is renamed")
    dialog = window.open_enroll(ASSETS / "portraits" / "eileen_collins.png")
    assert dialog
    until(lambda: dialog.face is not None)
    note("a photo is looked at")
    dialog.name.setText("Eileen Collins")
    QTest.keyClick(dialog.name, Qt.Key.Key_Return)
    until(lambda: shown.model.rowCount() == people + 1)
    QTest.qWait(1000)
    note("somebody is enrolled")
    window.commands.metric.trigger()
    QTest.qWait(MAP_MS)
    note("the metric page is opened")
    assert window.live.session
    window.live.session.stop()
    window.close()
    application.processEvents()
    # A map that is still being laid out would outlive the interpreter.
    for thread in threading.enumerate():
        if thread.name == "firstsight task":
            thread.join()
    gallery.close()
    return rows
