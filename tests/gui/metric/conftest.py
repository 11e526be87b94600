"""Fixture that opens the metric page."""

from collections.abc import Callable

import pytest
from pytestqt.qtbot import QtBot

from gui.metric.page import MetricPage
from gui.shell.main_window import MainWindow
from tests.gui.metric.pages import fill, wait_for_gallery


@pytest.fixture
def open_page(qtbot: QtBot, open_window: Callable[..., MainWindow]) -> Callable[..., tuple[MainWindow, MetricPage]]:
    """Opens a window on the metric page, with made-up people; the live view goes on."""

    def opened(
        people: int = 0, photos: int = 1, source: str = "demo", alike: float = 0.0
    ) -> tuple[MainWindow, MetricPage]:
        window = open_window(source)
        assert window.recognizer is not None
        fill(window.recognizer, people, photos, alike)
        window.commands.metric.trigger()
        page = window.pages.currentWidget()
        assert isinstance(page, MetricPage)
        wait_for_gallery(qtbot, window, page)
        return window, page

    return opened
