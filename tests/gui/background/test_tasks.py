"""Pictures between OpenCV and Qt, results of tasks, and garbage collection in the GUI thread."""

import gc
import subprocess
import sys
import threading
import weakref
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import shiboken6
from PySide6.QtCore import QObject
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from core.pictures.reading import read_picture
from gui.background import tasks
from gui.background.garbage import LOADING, GarbageCollector
from gui.look.pictures import from_qimage, rounded, to_qimage
from tests.gui.late import all_told

WAIT = 30_000
ROOT = Path(__file__).resolve().parents[3]


def test_pictures_are_copied_both_ways(portraits: Path) -> None:
    image = read_picture(portraits / "grace_hopper.jpg")
    picture = to_qimage(image)
    assert np.array_equal(from_qimage(picture), image)
    before = picture.pixelColor(10, 10)
    changed = image.copy()
    shown = to_qimage(changed)
    changed[:] = 0
    assert shown.pixelColor(10, 10) == before
    odd = np.ascontiguousarray(image[:33, :47])
    assert np.array_equal(from_qimage(to_qimage(odd)), odd)
    transparent = QImage(4, 4, QImage.Format.Format_ARGB32)
    transparent.fill(QColor(0, 0, 0, 0))
    assert from_qimage(transparent).min() == 255
    assert rounded(image, 48, 2.0).width() == 96


def test_results_arrive_in_the_gui_thread(qtbot: QtBot) -> None:
    got: list[tuple[object, threading.Thread]] = []
    worked_in: list[threading.Thread] = []
    owner = QLineEdit()
    qtbot.addWidget(owner)

    def note(result: object) -> None:
        got.append((result, threading.current_thread()))

    def work() -> int:
        worked_in.append(threading.current_thread())
        return 42

    tasks.run(work, note, note, owner)
    qtbot.waitUntil(lambda: len(got) == 1, timeout=WAIT)
    tasks.run(lambda: 1 // 0, note, lambda error: note(type(error)), owner)
    qtbot.waitUntil(lambda: len(got) == 2, timeout=WAIT)
    assert got == [(42, threading.main_thread()), (ZeroDivisionError, threading.main_thread())]
    assert worked_in != [threading.main_thread()]


@pytest.mark.parametrize("how", [tasks.leave, shiboken6.delete], ids=["left", "deleted"])
def test_no_results_arrive_once_the_owner_is_deleted_or_has_left(qtbot: QtBot, how: Callable[[QObject], None]) -> None:
    got: list[object] = []
    gone, has_gone = QLineEdit(), threading.Event()
    for work in (lambda: has_gone.wait(30), lambda: has_gone.wait(30) and 1 // 0):
        tasks.run(work, got.append, got.append, gone)
    how(gone)
    has_gone.set()
    all_told(qtbot)
    assert got == []


def test_modules_loaded_for_good_are_exempt_from_collection() -> None:
    code = (
        "import gc, sys; gc.disable(); from gui.background.garbage import load_for_good; load_for_good('pyqtgraph')\n"
        "load_for_good('pyqtgraph'); print(len(gc.get_objects()) < 1000 < gc.get_freeze_count())"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "True"


def test_nothing_is_collected_during_a_large_import(qtbot: QtBot) -> None:
    class Cycle:
        def __init__(self) -> None:
            self.me = self

    gone: list[object] = []
    watch = weakref.ref(Cycle(), gone.append)
    made = [[number] for number in range(gc.get_threshold()[0] + 1)]
    collector = QApplication.instance().findChild(GarbageCollector)
    with LOADING:
        collector.collect()
        assert watch() is not None
    collector.collect()
    qtbot.waitUntil(lambda: bool(gone), timeout=WAIT)
    assert made


def test_garbage_is_collected_in_the_gui_thread_only(qtbot: QtBot) -> None:
    class Cycle(QObject):
        def __init__(self) -> None:
            super().__init__()
            self.me = self

    collected_by: list[threading.Thread] = []
    watch = weakref.ref(Cycle(), lambda _: collected_by.append(threading.current_thread()))
    made: list[list[int]] = []
    busy = threading.Thread(target=lambda: made.extend([number] for number in range(200_000)))
    busy.start()
    busy.join()
    assert not collected_by
    assert watch() is not None
    qtbot.waitUntil(lambda: bool(collected_by), timeout=WAIT)
    assert collected_by == [threading.main_thread()]
