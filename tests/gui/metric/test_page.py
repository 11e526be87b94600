"""The metric page in the window: what it shows and follows."""

import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.gallery import Gallery
from gui.look import theme
from gui.metric.embedding_map import Method
from gui.metric.live_faces import Chosen
from gui.metric.page import MetricPage
from gui.shell.main_window import MainWindow
from tests.gui.metric.pages import WAIT, fill, wait_for_gallery


@pytest.mark.parametrize("people", [0, 1, 2, 5, 200])
@pytest.mark.parametrize("method", list(Method))
def test_any_number_of_people_is_shown_by_either_method(
    qtbot: QtBot, open_page: Callable[..., tuple[MainWindow, MetricPage]], people: int, method: Method
) -> None:
    window, page = open_page(people, source="")
    page.method.setCurrentIndex(page.method.findData(method))
    wait_for_gallery(qtbot, window, page)
    assert page.enrolled is not None
    for tab in range(2):
        page.tabs.setCurrentIndex(tab)
        assert not window.grab().isNull()
    if people == 0:
        assert page.enrolled.map is None
        assert "Nobody" in page.map.title.text()
        return
    assert page.enrolled.map is not None
    assert page.enrolled.map.positions.shape == (people, 2)
    assert page.enrolled.map.method is (method if people >= 10 else Method.DIRECTIONS)
    needs = "needs 10 photos" in page.words.text()
    assert needs == (method is Method.NEIGHBOURS and people < 10)


def test_the_live_view_goes_on_and_its_faces_land_on_the_map(
    qtbot: QtBot, open_page: Callable[..., tuple[MainWindow, MetricPage]], portraits: Path
) -> None:
    window, page = open_page(12)
    assert window.recognizer is not None
    window.recognizer.enroll("Eileen Collins", portraits / "eileen_collins.png")
    wait_for_gallery(qtbot, window, page)
    qtbot.waitUntil(
        lambda: {face.face.decision.name for face in page.faces.values()} == {"Eileen Collins", None}, timeout=WAIT
    )
    assert page.enrolled is not None
    assert page.enrolled.map is not None
    known = next(face for face in page.faces.values() if face.face.decision.name)
    assert known.nearest is not None
    assert known.nearest.name == "Eileen Collins"
    row = page.enrolled.row(known.nearest.template)
    away = np.linalg.norm(page.enrolled.map.positions - known.position, axis=1)
    assert int(away.argmin()) == row
    assert page.why.faces.count() == 2
    assert window.live.session is not None
    before = window.live.session.newest_result
    qtbot.waitUntil(lambda: window.live.session.newest_result is not before, timeout=WAIT)
    window.commands.metric.trigger()
    assert window.pages.currentWidget() is window.view


def test_the_page_follows_the_gallery_and_forgets_deleted_people(
    qtbot: QtBot, open_page: Callable[..., tuple[MainWindow, MetricPage]]
) -> None:
    window, page = open_page(3, source="")
    gone = page.enrolled.snapshot.templates[1]
    page.choose(Chosen(False, gone))
    assert page.why.title.text() == "Person 1"
    window.gallery.forget("Person 1")
    wait_for_gallery(qtbot, window, page)
    assert page.enrolled is not None
    assert page.enrolled.row(gone) is None
    assert page.subject.chosen is None
    shown = page.enrolled.map
    window.gallery.rename("Person 2", "Somebody")
    qtbot.waitUntil(lambda: "Somebody" in page.enrolled.snapshot.names, timeout=WAIT)
    assert page.enrolled.map is shown


def test_the_plots_follow_the_theme(
    qtbot: QtBot, open_page: Callable[..., tuple[MainWindow, MetricPage]], qapp: QApplication, gallery: Gallery
) -> None:
    window, page = open_page(2, source="")
    for scheme, dark in (("dark", True), ("light", False), ("dark", True)):
        window.themes.choose(scheme)
        for view in (page.map._view, page.distributions.plot):
            qtbot.waitUntil(lambda view=view, dark=dark: (view.backgroundBrush().color().lightness() < 128) == dark)  # type: ignore[misc]
    window.themes.choose("")
    theme.choose(qapp, None)


def test_closing_while_the_map_is_computed_brings_nothing_to_the_closed_window(
    qtbot: QtBot, open_window: Callable[..., MainWindow]
) -> None:
    window = open_window("")
    assert window.recognizer is not None
    fill(window.recognizer, 300)
    window.commands.metric.trigger()
    page = window.pages.currentWidget()
    assert isinstance(page, MetricPage)
    assert page.gatherer.busy
    window.close()
    qtbot.waitUntil(lambda: not any(t.name == "firstsight task" for t in threading.enumerate()), timeout=WAIT)
    QApplication.processEvents()
    assert page.enrolled is None
    assert not page._timer.isActive()
