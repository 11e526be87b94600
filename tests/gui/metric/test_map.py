"""The map: pictures, names and live faces have room; pointer and keys choose."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QFont, QFontMetricsF
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from gui.metric.layout import beside, picture_side, place_labels
from gui.metric.live_faces import Chosen
from gui.metric.page import MetricPage
from gui.metric.places import Spot, places
from gui.shell.main_window import MainWindow
from tests.gui.metric.pages import WAIT, wait_for_gallery


def test_clicking_a_picture_shows_the_reason(
    qtbot: QtBot, open_page: Callable[..., tuple[MainWindow, MetricPage]]
) -> None:
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
    qtbot.waitUntil(
        lambda: {face.face.decision.name for face in page.faces.values()} == {"Eileen Collins", None}, timeout=WAIT
    )
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


def test_live_faces_are_apart_and_keep_their_distance_from_their_neighbour() -> None:
    area = QRectF(0, 0, 800, 600)
    neighbour = QPointF(400, 300)
    same = [Spot(QPointF(520, 300), neighbour)] * 4
    placed = places(same, 60, 50, area)
    away = [np.hypot(place.x() - 400, place.y() - 300) for place in placed]
    assert away == pytest.approx([120] * 4)
    assert min(distance(a, b) for a in placed for b in placed if a is not b) >= 60
    assert placed[0] == QPointF(520, 300)
    on_top, without = places([Spot(neighbour, neighbour), Spot(QPointF(-50, 900), None)], 60, 50, area)
    assert distance(on_top, neighbour) == pytest.approx(50)
    assert without == QPointF(0, 600)


def distance(one: QPointF, other: QPointF) -> float:
    return float(np.hypot(one.x() - other.x(), one.y() - other.y()))


def test_a_label_is_placed_where_it_hides_nothing() -> None:
    area, picture, size = QRectF(0, 0, 400, 300), QRectF(150, 100, 60, 60), QSizeF(100, 20)
    above = beside(picture, size, [], area)
    below = beside(picture, size, [above], area)
    right = beside(picture, size, [above, below], area)
    left = beside(picture, size, [above, below, right], area)
    labels = [above, below, right, left]
    assert above.bottom() < picture.top()
    assert not any(a.intersects(b) for a in labels for b in [*labels, picture] if a is not b)
    assert all(area.contains(label) for label in labels)
    corner = beside(QRectF(350, 0, 60, 60), size, [], area)
    assert area.contains(corner)


def test_arrow_keys_go_from_picture_to_picture_and_home_shows_all(
    qtbot: QtBot, open_page: Callable[..., tuple[MainWindow, MetricPage]]
) -> None:
    _window, page = open_page(12, source="")
    keys = page.map.focusProxy()
    assert keys is not None
    places_then = page.map.portraits.places()
    QTest.keyClick(keys, Qt.Key.Key_Right)
    first = page.subject.chosen
    assert first is not None
    before = page.map.live.place_of(first)
    assert before is not None
    went = 0
    for key, way in ((Qt.Key.Key_Left, (-1, 0)), (Qt.Key.Key_Up, (0, -1)), (Qt.Key.Key_Down, (0, 1))):
        QTest.keyClick(keys, key)
        assert page.subject.chosen is not None
        after = page.map.live.place_of(page.subject.chosen)
        assert after is not None
        step = after - before
        moved = step != QPointF(0, 0)
        assert not moved or step.x() * way[0] + step.y() * way[1] > 0
        went += moved
        before = after
    assert went > 0
    assert page.why.title.text().startswith("Person")
    QTest.keyClick(keys, Qt.Key.Key_Plus)
    assert np.ptp(page.map.portraits.places()) > 1.1 * np.ptp(places_then)
    QTest.keyClick(keys, Qt.Key.Key_Home)
    assert page.map.portraits.places() == pytest.approx(places_then, abs=1)
