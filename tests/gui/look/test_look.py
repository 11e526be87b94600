"""Toolbar, status line, themes and sensitivity."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication
from PySide6.QtWidgets import QApplication, QToolBar
from pytestqt.qtbot import QtBot

from core.live.session import SourceState, Status
from gui.live.status_line import StatusLine
from gui.look import theme
from gui.settings import Settings
from gui.shell.main_window import MainWindow


@pytest.mark.parametrize("width", [860, 1000, 1280, 3840])
def test_the_whole_toolbar_fits(open_window: Callable[..., MainWindow], width: int) -> None:
    window = open_window("", loaded=False)
    window.resize(width, 600)
    QApplication.processEvents()
    (bar,) = window.findChildren(QToolBar)
    shown = [bar.widgetForAction(action) for action in bar.actions()]
    assert len(shown) > 5
    assert all(widget.isVisible() and bar.rect().contains(widget.geometry()) for widget in shown)


def test_a_source_that_has_ended_has_no_speed(qtbot: QtBot) -> None:
    line = StatusLine()
    qtbot.addWidget(line)
    running = Status(SourceState.RUNNING, "", 90, 60, 30, 30.0, 12.0, 0.05, 0.08)
    line.show_status("clip.mp4", running, True)
    assert line.speed.text() == "30 frames/s captured, 12 recognised"
    assert line.latency.text() == "50 ms latency"
    line.show_status("clip.mp4", running, False)
    assert "recognised" not in line.speed.text()
    line.show_status("clip.mp4", replace(running, state=SourceState.ENDED), True)
    assert line.source.text().startswith("Ended")
    assert (line.speed.text(), line.latency.text()) == ("", "")


@pytest.mark.parametrize("scheme", [Qt.ColorScheme.Light, Qt.ColorScheme.Dark])
def test_text_can_be_read_in_both_themes(qapp: QApplication, scheme: Qt.ColorScheme) -> None:
    theme.choose(qapp, scheme)
    assert theme.is_dark() == (scheme == Qt.ColorScheme.Dark)
    palette = QGuiApplication.palette()
    colours = theme.colours()
    for ink, paper in (
        (palette.windowText().color(), palette.window().color()),
        (palette.text().color(), palette.base().color()),
        (palette.highlightedText().color(), palette.highlight().color()),
        (colours.quiet, palette.window().color()),
        (colours.warning, palette.window().color()),
        (colours.known, palette.window().color()),
        (colours.on_stage, colours.stage),
    ):
        assert contrast(ink, paper) >= 4.5
    theme.choose(qapp, None)


def contrast(a: QColor, b: QColor) -> float:
    """WCAG 2.2's contrast ratio."""

    def luminance(colour: QColor) -> float:
        channels = (colour.redF(), colour.greenF(), colour.blueF())
        parts = [part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4) for part in channels]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_sensitivity_is_remembered_and_moves_the_threshold(
    qtbot: QtBot, open_window: Callable[..., MainWindow]
) -> None:
    window = open_window()
    assert window.recognizer is not None
    before = window.recognizer.threshold.similarity
    window.sensitivity.choice.setCurrentIndex(2)
    assert window.recognizer.threshold.similarity > before
    assert window.recognizer.rate == 1e-4
    assert Settings().rate == 1e-4


def test_every_control_has_a_name_for_assistive_technology(open_window: Callable[..., MainWindow]) -> None:
    window = open_window(loaded=False)
    for control in (window.view, window.chooser, window.people.list, window.people.search, window.sensitivity.choice):
        assert control.accessibleName()
