"""Pictures between OpenCV and Qt, results of tasks, and garbage collection in the GUI thread."""

import gc
import subprocess
import sys
import threading
import weakref
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from core.pictures.reading import read_picture
from gui.background import tasks
from gui.background.garbage import LOADING, GarbageCollector
from gui.look.pictures import from_qimage, rounded, to_qimage

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


def test_results_arrive_in_the_gui_thread_unless_the_owner_is_deleted(qtbot: QtBot) -> None:
    got: list[object] = []
    owner = QLineEdit()
    qtbot.addWidget(owner)
    tasks.run(lambda: 6 * 7, got.append, got.append, owner)
    qtbot.waitUntil(lambda: got == [42])
    tasks.run(lambda: 1 // 0, got.append, lambda error: got.append(type(error)), owner)
    qtbot.waitUntil(lambda: got == [42, ZeroDivisionError])
    gone = QLineEdit()
    tasks.run(lambda: 43, got.append, got.append, gone)
    gone.deleteLater()
    qtbot.wait(200)
    assert 43 not in got or got[-1] == 43


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
    collector = QApplication.instance().findChild(GarbageCollector)  # type: ignore[union-attr]
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
