"""What the window tells of how alike people here are."""

from collections.abc import Callable

import numpy as np
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from core.matching.population import Sample
from core.types import Familiarity, Threshold
from gui.recognition.sensitivity import Sensitivity
from gui.shell.main_window import MainWindow
from tests.gui.metric.pages import fill

WAIT = 60_000


def threshold(similarity: float, people: int, seen: int, confidence: float) -> Threshold:
    known = Familiarity(people, seen, 0.1, confidence)
    return Threshold(similarity, 0.01, people, "e", "m", similarity + 0.1, similarity + 0.1, True, known, 0.22)


def test_the_sensitivity_says_why_more_is_asked(qtbot: QtBot) -> None:
    shown = Sensitivity(0.01)
    qtbot.addWidget(shown)
    for of, text in (
        (threshold(0.41, 12, 30, 0.9), "Your people are more alike than most: 0.41 is needed"),
        (threshold(0.42, 1, 0, 0.0), "Nobody else is known here yet: 0.42 is needed"),
        (threshold(0.39, 2, 0, 0.2), "Few people are known here yet: 0.39 is needed"),
        (threshold(0.23, 2, 30, 0.9), "needs similarity 0.23 among 2 people"),
    ):
        assert of.population is not None
        shown.show_threshold(of, of.population.people)
        assert shown.meaning.text() == text
    shown.show_threshold(threshold(0.41, 12, 30, 0.9), 12)
    assert "0.41 is needed instead of 0.22" in shown.meaning.toolTip()
    assert "among 12 people" in shown.meaning.toolTip()


def test_what_people_seen_live_said_is_forgotten_on_request(
    qtbot: QtBot, open_window: Callable[..., MainWindow]
) -> None:
    window = open_window("")
    recognizer = window.recognizer
    assert recognizer is not None
    fill(recognizer, 2)
    metric = recognizer.curve.metric
    random = np.random.default_rng(0).normal(size=(8, 128)).astype(np.float32)
    sample = Sample.of(metric.directions(metric.project(random)))
    window.gallery.add_seen(recognizer.encoder.id, metric.id, "desk", sample)
    window.commands.forget_seen.trigger()
    (box,) = window.findChildren(QMessageBox)
    (forget,) = (button for button in box.buttons() if button.text() == "Forget")
    forget.click()
    qtbot.waitUntil(lambda: window.gallery.count_seen() == 0, timeout=WAIT)
    assert len(window.gallery) == 2
