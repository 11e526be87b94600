"""The metric page in the window, on the demo scene: map, distributions, why."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QFont, QFontMetricsF
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.evaluation.embedding_map import Method
from core.gallery import Gallery
from core.matching import ImpostorCurve, threshold_for
from core.recognizer import Recognizer
from gui import theme
from gui.main_window import MainWindow
from gui.metric.cost import strangers_named
from gui.metric.labels import picture_side, place_labels
from gui.metric.lanes import heights, measured_shares, split
from gui.metric.live_faces import Chosen
from gui.metric.page import MetricPage

WAIT = 60_000


def fill(recognizer: Recognizer, count: int, photos: int = 1) -> None:
    """Made-up people, each with a direction of their own."""
    random = np.random.default_rng(0)
    for number in range(count):
        direction = random.normal(size=128)
        for _photo in range(photos):
            crop = random.integers(0, 256, (112, 112, 3), dtype=np.uint8)
            embedding = (direction + 0.3 * random.normal(size=128)).astype(np.float32)
            recognizer.gallery.enroll(f"Person {number}", crop, embedding, recognizer.encoder.id)


@pytest.fixture
def open_page(qtbot: QtBot, open_window: Callable[..., MainWindow]) -> Callable[..., tuple[MainWindow, MetricPage]]:
    """The page in a window of its own, with so many people; the live view goes on."""

    def opened(people: int = 0, photos: int = 1, source: str = "demo") -> tuple[MainWindow, MetricPage]:
        window = open_window(source)
        assert window.recognizer is not None
        fill(window.recognizer, people, photos)
        window.commands.metric.trigger()
        page = window.pages.currentWidget()
        assert isinstance(page, MetricPage)
        wait_for_gallery(qtbot, window, page)
        return window, page

    return opened


def wait_for_gallery(qtbot: QtBot, window: MainWindow, page: MetricPage) -> None:
    qtbot.waitUntil(
        lambda: (
            page.enrolled is not None
            and page.enrolled.has(window.gallery.snapshot)
            and page.enrolled.asked == page.method.currentData()
        ),
        timeout=WAIT,
    )


def wait_for_faces(qtbot: QtBot, page: MetricPage, count: int = 2) -> None:
    qtbot.waitUntil(lambda: len(page.faces) == count, timeout=WAIT)


# The page


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
    qtbot.waitUntil(lambda: window.live.session.newest_result is not before, timeout=WAIT)  # type: ignore[union-attr]
    window.commands.metric.trigger()
    assert window.pages.currentWidget() is window.view


def test_it_follows_the_gallery_and_forgets_who_is_deleted(
    qtbot: QtBot, open_page: Callable[..., tuple[MainWindow, MetricPage]]
) -> None:
    window, page = open_page(3, source="")
    gone = page.enrolled.snapshot.templates[1]  # type: ignore[union-attr]
    page.choose(Chosen(False, gone))
    assert page.why.title.text() == "Person 1"
    window.gallery.forget("Person 1")
    wait_for_gallery(qtbot, window, page)
    assert page.enrolled is not None
    assert gone not in page.enrolled.crops
    assert page.subject.chosen is None
    shown = page.enrolled.map
    window.gallery.rename("Person 2", "Somebody")
    qtbot.waitUntil(lambda: "Somebody" in page.enrolled.snapshot.names, timeout=WAIT)  # type: ignore[union-attr]
    assert page.enrolled.map is shown


# The map


def test_clicking_a_picture_says_why(qtbot: QtBot, open_page: Callable[..., tuple[MainWindow, MetricPage]]) -> None:
    _window, page = open_page(5, photos=2, source="")
    assert page.enrolled is not None
    template = page.enrolled.snapshot.templates[3]
    place = page.map.portraits.place_of(template)
    assert place is not None
    assert page.map.live.at(place) == Chosen(False, template)
    assert page.map.live.at(QPointF(-500, -500)) is None
    view = page.map._view
    point = view.mapFromScene(page.map.portraits.mapToScene(place))
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=point)
    qtbot.waitUntil(lambda: page.subject.chosen == Chosen(False, template), timeout=WAIT)
    assert page.why.title.text() == "Person 1, photo 2 of 2"
    nearest = page.why.neighbours.neighbours[0]
    assert (nearest.name, nearest.photo) == ("Person 1", "photo 1 of 2")
    assert "told apart" in page.why.verdict.text()


def test_the_face_chosen_is_followed_from_track_to_track(
    qtbot: QtBot, open_page: Callable[..., tuple[MainWindow, MetricPage]], portraits: Path
) -> None:
    window, page = open_page()
    assert window.recognizer is not None
    window.recognizer.enroll("Eileen Collins", portraits / "eileen_collins.png")
    wait_for_gallery(qtbot, window, page)
    wait_for_faces(qtbot, page)
    assert page.subject.chosen is not None
    unknown = next(key for key, face in page.faces.items() if face.face.decision.name is None)
    page.choose(Chosen(True, unknown))
    assert "Not named" in page.why.verdict.text()
    assert "quality" in page.why.quality.text()
    window.watching.open("demo")
    qtbot.waitUntil(lambda: page.subject.chosen is not None and page.subject.chosen.number in page.faces, timeout=WAIT)
    assert page.why.title.text() == "Unknown"


def test_pictures_shrink_with_their_number_and_names_dont_overlap() -> None:
    area = QFontMetricsF(QFont()).boundingRect("").adjusted(0, 0, 800, 600)
    sides = [picture_side(area, count) for count in (1, 20, 100, 500, 5000)]
    assert sides == sorted(sides, reverse=True)
    assert sides[-1] == 0
    points = np.array([[100.0, 100], [104, 100], [400, 300], [400, 590]])
    placed = place_labels(points, 30, ["A", "B", "A long name", "D"], QFontMetricsF(QFont()), area, np.zeros((0, 4)))
    assert [text for _label, text in placed] == ["A", "A long name"]


# The distributions


def test_dragging_the_threshold_explores_and_changes_nothing(
    qtbot: QtBot, open_page: Callable[..., tuple[MainWindow, MetricPage]]
) -> None:
    window, page = open_page(20, photos=2, source="")
    shown, recognizer = page.distributions, window.recognizer
    assert recognizer is not None
    in_use = recognizer.threshold
    assert shown.threshold == in_use.similarity
    assert shown.cost.strangers.text() == "One stranger in 100"
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
    shown.cost.magnified.setCurrentIndex(1)
    QTest.mouseClick(shown.cost.use, Qt.MouseButton.LeftButton)
    assert float(shown.line.value()) == pytest.approx(in_use.similarity)


def test_a_new_sensitivity_moves_the_threshold_in_use(
    qtbot: QtBot, open_page: Callable[..., tuple[MainWindow, MetricPage]]
) -> None:
    window, page = open_page(5, source="")
    window.sensitivity.choice.setCurrentIndex(2)
    qtbot.waitUntil(lambda: page.distributions.cost.strangers.text() == "One stranger in 10,000", timeout=WAIT)


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


def test_what_a_threshold_costs_is_what_it_was_made_from(recognizer: Recognizer) -> None:
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


# Colours


def test_the_plots_follow_the_theme(
    qtbot: QtBot, open_page: Callable[..., tuple[MainWindow, MetricPage]], qapp: QApplication, gallery: Gallery
) -> None:
    window, page = open_page(2, source="")
    for scheme, dark in (("dark", True), ("light", False), ("dark", True)):
        window.themes.choose(scheme)
        for view in (page.map._view, page.distributions._plot):
            qtbot.waitUntil(lambda view=view, dark=dark: (view.backgroundBrush().color().lightness() < 128) == dark)
    window.themes.choose("")
    theme.choose(qapp, None)
