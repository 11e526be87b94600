"""How long the window answers nothing: the longest gaps in its event loop while people are shown, searched, changed.

A timer that is due every two milliseconds tells when the GUI thread was kept from its events, and how much of that it
computed itself; the rest it waited for another thread, or for the machine.
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
from core.paths import ASSETS, home

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

PEOPLE = (200, 2_000, 10_000)
TICK = 2
"""Milliseconds."""
SIGHTINGS, TYPED = 5, "person 99"
MAP_MS = 8_000
"""The metric page is watched for so long, drawn or not."""


@dataclass(frozen=True, slots=True)
class Row:
    """One thing done, with so many people enrolled."""

    people: int
    what: str
    longest_ms: float
    """Between two events of the GUI thread."""
    computed_ms: float
    """The longest that the GUI thread computed between two."""


class Gaps:
    """Watches the event loop."""

    def __init__(self) -> None:
        from PySide6.QtCore import QTimer

        self._timer = QTimer(interval=TICK)
        self._timer.timeout.connect(self._tick)
        self._timer.start()
        self.begin()

    def begin(self) -> None:
        """Forgets what was before."""
        self.longest = self.computed = 0.0
        self._wall, self._thread = time.perf_counter(), time.thread_time()

    def _tick(self) -> None:
        wall, thread = time.perf_counter(), time.thread_time()
        self.longest = max(self.longest, wall - self._wall)
        self.computed = max(self.computed, thread - self._thread)
        self._wall, self._thread = wall, thread


def measure(model: Path, rounds: int) -> list[dict[str, Any]]:
    """Each number of people in a window of its own."""
    del model, rounds
    rows = []
    for people in PEOPLE:
        os.environ["FIRSTSIGHT_HOME"] = tempfile.mkdtemp(dir=home())
        _fill(people)
        rows += [asdict(row) for row in watch()]
    return rows


def _fill(count: int) -> None:
    from core.alignment import align
    from core.detector import FaceDetector
    from core.gallery import Gallery
    from core.images import read_picture
    from core.photo_search import faces_in_photo
    from core.recognizer import Recognizer

    image = read_picture(ASSETS / "portraits" / "grace_hopper.jpg")
    crop = align(image, faces_in_photo(FaceDetector(), image)[0].landmarks[None])[0]
    embeddings = directions(count)
    with Gallery() as gallery:
        encoder = Recognizer(gallery).encoder.id
        for number in range(count):
            gallery.enroll(f"Person {number}", crop, embeddings[number], encoder)


def watch() -> list[Row]:
    """The window over the gallery of the home, as it is."""
    from PySide6.QtCore import QItemSelectionModel, Qt
    from PySide6.QtTest import QTest

    from core.gallery import Gallery
    from gui.application import make_application
    from gui.main_window import MainWindow
    from gui.settings import Settings

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
    note("start until the people are there")
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
