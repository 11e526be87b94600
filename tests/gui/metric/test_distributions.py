"""Similarities with a threshold to drag, and what it would cost."""

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from core.matching.curve import ImpostorCurve
from core.matching.threshold import threshold_for
from core.recognizer import Recognizer
from gui.metric.cost import strangers_named
from gui.metric.lanes import heights, measured_shares, split
from gui.metric.page import MetricPage
from gui.shell.main_window import MainWindow
from tests.gui.metric.pages import WAIT, wait_for_faces


def test_dragging_the_threshold_explores_and_changes_nothing(
    qtbot: QtBot, open_page: Callable[..., tuple[MainWindow, MetricPage]]
) -> None:
    window, page = open_page(20, photos=2, source="")
    shown, recognizer = page.distributions, window.recognizer
    assert recognizer is not None
    in_use = recognizer.threshold
    assert shown.threshold == in_use.similarity
    assert shown.cost.strangers.text() == "1 in 100 strangers"
    assert not shown.cost.use.isEnabled()
    shown.line.setValue(0.1)
    shown.line.sigDragged.emit(shown.line)
    assert shown.threshold == pytest.approx(0.1)
    assert shown.cost.strangers.text().endswith("% of strangers")
    assert "40 photos" in shown.cost.among.text()
    assert "0 of 20 pairs" in shown.cost.missed.text()
    assert recognizer.threshold == in_use
    shown.cost.similarity.setValue(0.99)
    assert "20 of 20 pairs" in shown.cost.missed.text()
    shown.magnified.setCurrentIndex(1)
    QTest.mouseClick(shown.cost.use, Qt.MouseButton.LeftButton)
    assert float(shown.line.value()) == pytest.approx(in_use.similarity)


def test_a_new_sensitivity_moves_the_threshold_in_use(
    qtbot: QtBot, open_page: Callable[..., tuple[MainWindow, MetricPage]]
) -> None:
    window, page = open_page(5, source="")
    window.sensitivity.choice.setCurrentIndex(2)
    qtbot.waitUntil(lambda: page.distributions.cost.strangers.text() == "1 in 10,000 strangers", timeout=WAIT)


def test_similarities_are_shown_with_and_without_the_centre(
    qtbot: QtBot, open_page: Callable[..., tuple[MainWindow, MetricPage]]
) -> None:
    window, page = open_page(30, photos=2, source="", alike=1.0)
    shown, recognizer = page.distributions, window.recognizer
    assert recognizer is not None
    page.tabs.setCurrentIndex(1)
    assert shown.centred.isVisible()
    assert shown.centred.isChecked()
    enrolled = page.enrolled
    assert enrolled is not None
    assert np.mean(enrolled.plain_pairs.non_mated) > 0.3
    assert abs(np.mean(enrolled.pairs.non_mated)) < 0.1
    assert shown.threshold == recognizer.threshold.similarity
    assert " 0 of 1,740 pairs" in shown.cost.confused.text()
    shown.centred.click()
    assert shown.threshold == recognizer.threshold.in_a_crowd
    assert " 0 of 1,740 pairs" not in shown.cost.confused.text()
    assert float(shown.line.value()) == shown.threshold
    page.tabs.setCurrentIndex(0)
    assert not shown.centred.isVisible()


def test_live_faces_are_shown_at_their_similarity(
    qtbot: QtBot, open_page: Callable[..., tuple[MainWindow, MetricPage]]
) -> None:
    _window, page = open_page(5)
    wait_for_faces(qtbot, page)
    page.tabs.setCurrentIndex(1)
    qtbot.waitUntil(lambda: len(page.distributions._pictures) == 2, timeout=WAIT)
    nearest = sorted(face.nearest.similarity for face in page.faces.values() if face.nearest)
    shown = sorted(picture.pos().x() for picture in page.distributions._pictures)
    assert shown == pytest.approx(nearest, abs=0.2)


def test_a_threshold_costs_the_rate_it_was_made_from(recognizer: Recognizer) -> None:
    for rate, size in ((0.01, 1), (0.001, 214), (0.0001, 5000)):
        threshold = threshold_for(recognizer.curve, rate, size)
        named = strangers_named(recognizer.curve.false_match_rate(threshold.similarity), size)
        assert named == pytest.approx(rate, rel=1e-6)
    assert strangers_named(1.0, 3) == pytest.approx(1)
    assert strangers_named(0.5, 0) == 0


def test_bars_are_cut_at_the_threshold_and_none_is_lost(recognizer: Recognizer) -> None:
    curve: ImpostorCurve = recognizer.curve
    edges = np.linspace(-0.4, 1, 141)
    shares = measured_shares(curve, edges)
    assert shares.sum() == pytest.approx(curve.false_match_rate(-0.4) - curve.false_match_rate(1), rel=1e-6)
    for threshold in (-2.0, -0.4, 0.213, 0.25, 1.0, 2.0):
        areas = sum(float(np.sum(np.diff(side) * bars)) for side, bars in split(edges, shares, threshold))
        assert areas == pytest.approx(float(np.sum(np.diff(edges) * shares)))
        assert all(len(side) == len(bars) + 1 for side, bars in split(edges, shares, threshold))
    assert heights(shares, 0).max() == 1
    magnified = heights(shares, 1e-7)
    assert magnified.max() == pytest.approx(1)
    assert magnified[75] > 50 * heights(shares, 0)[75]
    assert not heights(np.zeros(3), 0.5).any()
