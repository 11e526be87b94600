"""Numbers in the window add up and read the same everywhere; snapshots."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QStandardPaths
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from core.types import Threshold
from gui.look import theme
from gui.look.figures import among, apart
from gui.metric.lanes import Kind, counted
from gui.recognition.sensitivity import Sensitivity
from gui.shell.main_window import MainWindow

WAIT = 60_000


@given(st.floats(-1, 1), st.floats(-1, 1.2))
def test_numbers_shown_add_up(similarity: float, needed: float) -> None:
    shown = apart(similarity, needed)
    low, high = sorted((float(shown.similarity), float(shown.needed)))
    assert high - low == pytest.approx(float(shown.margin), abs=1e-9)


def test_numbers_that_differ_look_different() -> None:
    assert apart(0.176, 0.2651) == ("0.18", "0.27", "0.09")
    assert apart(0.2649, 0.2651) == ("0.26", "0.27", "0.01")
    assert apart(0.268, 0.2651) == ("0.268", "0.265", "0.003")
    assert apart(0.26791, 0.26788) == ("0.2679", "0.2679", "0.0000")
    assert apart(0.5, 0.5) == ("0.50", "0.50", "0.00")


def test_photos_and_people_are_counted_separately() -> None:
    assert among(1, 1) == "1 person"
    assert among(5, 5) == "5 people"
    assert among(7, 5) == "7 photos of 5 people"
    assert among(2, 1) == "2 photos of 1 person"
    assert among(12_000, 10_000) == "12,000 photos of 10,000 people"


def test_sensitivity_says_if_nobody_can_be_named(qtbot: QtBot) -> None:
    shown = Sensitivity(1e-4)
    qtbot.addWidget(shown)
    shown.show_threshold(Threshold(1.13, 1e-4, 3, "mine", "cosine", 1.3, 1.3), 2)
    assert shown.meaning.text() == "nobody can be named at this rate with this encoder"
    assert "1.13" in shown.meaning.toolTip()
    shown.show_threshold(Threshold(0.31, 1e-2, 3, "mine", "cosine", 0.4, 0.4), 2)
    assert shown.meaning.text() == "needs similarity 0.31 among 3 photos of 2 people"
    shown.show_threshold(Threshold(0.31, 1e-2, 1, "mine", "cosine", 0.4, 0.4), 0)
    assert shown.meaning.text() == "nobody enrolled yet"


def test_only_errors_are_orange() -> None:
    warning = theme.colours().warning
    assert [kind.colours()[0] == warning for kind in Kind] == [False, True, False]
    assert [kind.colours()[1] == warning for kind in Kind] == [True, False, False]


def test_bins_count_as_a_histogram_does() -> None:
    values = np.sort(np.random.default_rng(0).normal(0, 0.4, 5000))
    edges = np.linspace(-1, 1, 201)
    assert np.array_equal(counted(values, edges), np.histogram(np.clip(values, -1, 1), edges)[0])
    assert counted(np.zeros(0), edges).sum() == 0


# Snapshots


@pytest.fixture
def pictures(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    folder = tmp_path / "Pictures"
    monkeypatch.setattr(QStandardPaths, "writableLocation", lambda _kind: str(folder))
    return folder


def test_without_a_picture_nothing_is_saved_and_the_window_says_so(
    open_window: Callable[..., MainWindow], pictures: Path
) -> None:
    window = open_window("", loaded=False)
    window.live.close()
    window.view.clear()
    window.save_snapshot()
    assert "no picture" in window.status.currentMessage()
    assert not pictures.exists()


def test_snapshots_taken_in_the_same_second_are_all_kept(
    qtbot: QtBot, open_window: Callable[..., MainWindow], pictures: Path
) -> None:
    window = open_window(loaded=False)
    qtbot.waitUntil(lambda: window.view.painted > 0, timeout=WAIT)
    for _ in range(5):
        window.save_snapshot()
    qtbot.waitUntil(lambda: pictures.is_dir() and len(list(pictures.glob("*.png"))) == 5, timeout=WAIT)
    window.commands.metric.trigger()
    window.save_snapshot()
    qtbot.waitUntil(lambda: len(list(pictures.glob("*.png"))) == 6, timeout=WAIT)
    qtbot.waitUntil(lambda: "Saved as" in window.status.currentMessage(), timeout=WAIT)
    saved = sorted(pictures.glob("*.png"), key=lambda file: file.stat().st_mtime_ns)
    sizes = [QImage(str(file)).size() for file in saved]
    assert {(size.width(), size.height()) for size in sizes[:5]} == {(1280, 720)}
    assert (sizes[5].width(), sizes[5].height()) != (1280, 720)
