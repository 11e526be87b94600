"""Places of labels: apart from each other and from faces, and without jumping."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRectF, QSizeF
from pytestqt.qtbot import QtBot

from core.types import Decision, Face, Frame, Image, Recognition, RecognizedFace
from gui.live.label_places import Labelled, LabelPlaces
from gui.live.view import LiveView, Notice

BOUNDS = QRectF(0, 0, 1280, 720)
SIZE, SHORT = QSizeF(150, 26), QSizeF(60, 26)


def labelled(key: int | None, box: QRectF) -> Labelled:
    return Labelled(key, box, SIZE, SHORT)


def place(places: LabelPlaces, faces: list[Labelled], bounds: QRectF) -> list[QRectF]:
    placed = places.place(faces, bounds)
    assert all(one.rectangle.size() == (SHORT if one.short else SIZE) for one in placed)
    return [one.rectangle for one in placed]


def crowd(columns: int, rows: int, side: float, apart: float) -> list[Labelled]:
    """Faces in a grid. side, apart: pixels."""
    step = side + apart
    return [
        labelled(row * columns + column, QRectF(40 + column * step, 40 + row * step, side, side))
        for row in range(rows)
        for column in range(columns)
    ]


def middle(face: Labelled) -> QRectF:
    box = face.box
    return box.adjusted(box.width() / 4, box.height() / 4, -box.width() / 4, -box.height() / 4)


@pytest.mark.parametrize(
    "faces",
    [
        crowd(4, 4, 90, 60),
        crowd(4, 4, 70, 10),
        crowd(8, 2, 110, 5),
        crowd(2, 8, 60, 4),
        [labelled(number, QRectF(600 + 5 * number, 300, 80, 80)) for number in range(6)],
        [labelled(None, QRectF(1200, 690, 80, 80)), labelled(None, QRectF(-30, -40, 80, 80))],
        [labelled(1, QRectF(400, -20, 600, 760)), labelled(2, QRectF(10, 10, 60, 60))],
    ],
)
def test_no_label_hides_another_or_the_middle_of_a_face(faces: list[Labelled]) -> None:
    labels = place(LabelPlaces(), faces, BOUNDS)
    assert all(BOUNDS.contains(label) for label in labels)
    assert not any(one.intersects(other) for one, other in combinations(labels, 2))
    assert not any(label.intersects(middle(face)) for label in labels for face in faces)


def test_a_label_is_above_its_face_or_below_if_there_is_no_room() -> None:
    (above,) = place(LabelPlaces(), [labelled(1, QRectF(500, 300, 100, 100))], BOUNDS)
    assert above.bottom() < 300
    assert above.center().x() == pytest.approx(550)
    (below,) = place(LabelPlaces(), [labelled(1, QRectF(500, 4, 100, 100))], BOUNDS)
    assert below.top() > 104


def test_labels_stay_inside_even_without_room() -> None:
    bounds = QRectF(0, 0, 160, 90)
    faces = [labelled(number, QRectF(10 * number, 5, 60, 60)) for number in range(9)]
    labels = place(LabelPlaces(), faces, bounds)
    assert len(labels) == 9
    assert all(bounds.contains(label) for label in labels)


def test_labels_dont_jump_while_faces_move_a_little() -> None:
    """Two faces side by side jitter around where their labels just meet."""
    places, random = LabelPlaces(), np.random.default_rng(0)
    chosen = set()
    for _ in range(60):
        jitter = random.normal(0, 4, 4)
        faces = [
            labelled(1, QRectF(400 + jitter[0], 300 + jitter[1], 120, 120)),
            labelled(2, QRectF(548 + jitter[2], 306 + jitter[3], 120, 120)),
        ]
        labels = place(places, faces, BOUNDS)
        assert not labels[0].intersects(labels[1])
        sides = tuple(
            (label.center().y() > face.box.center().y(), round((label.center().x() - face.box.center().x()) / 40))
            for label, face in zip(labels, faces, strict=True)
        )
        chosen.add(sides)
    assert len(chosen) <= 2


def test_labels_of_later_faces_give_way() -> None:
    places = LabelPlaces()
    first = labelled(3, QRectF(400, 300, 100, 100))
    (alone,) = place(places, [first], BOUNDS)
    together = place(places, [labelled(7, QRectF(380, 290, 100, 100)), first], BOUNDS)
    assert together[1] == alone
    assert not together[0].intersects(alone)


def test_a_label_placed_away_from_its_face_stays_there() -> None:
    places, faces = LabelPlaces(), crowd(4, 4, 70, 4)
    before = place(places, faces, BOUNDS)
    moved = [face._replace(box=face.box.translated(3, 2)) for face in faces]
    after = place(places, moved, BOUNDS)
    jumps = [(b.topLeft() - a.topLeft()).manhattanLength() for a, b in zip(before, after, strict=True)]
    assert max(jumps) < 20


# In the view


def faces_of(recognition: Recognition, boxes: list[tuple[float, float, float, float]]) -> tuple[RecognizedFace, ...]:
    face = recognition.faces[0]
    return tuple(
        replace(face, face=replace(face.face, box=box), track=number, velocity=(0.0, 0.0, 0.0, 0.0))
        for number, box in enumerate(boxes)
    )


def test_sixteen_faces_have_sixteen_separate_labels(qtbot: QtBot, recognition: Recognition) -> None:
    view = LiveView()
    qtbot.addWidget(view)
    view.resize(1280, 720)
    boxes = [(60.0 + 150 * column, 60.0 + 150 * row, 100.0, 120.0) for row in range(4) for column in range(4)]
    view.show_frame(recognition.frame, Recognition(recognition.frame, faces_of(recognition, boxes)))
    labels = [face.place for face in view.labelled()]
    assert len(labels) == 16
    assert not any(one.intersects(other) for one, other in combinations(labels, 2))
    for _face, box, _label, _place in view.labelled():
        assert not any(label.contains(box.center()) for label in labels)
    before = [face.place for face in view.labelled()]
    view.grab()
    assert [face.place for face in view.labelled()] == before


@pytest.mark.parametrize("mirrored", [False, True])
def test_a_snapshot_is_the_full_size_picture_with_its_labels(
    qtbot: QtBot, recognition: Recognition, mirrored: bool
) -> None:
    view = LiveView()
    qtbot.addWidget(view)
    view.resize(400, 300)
    view.mirrored = mirrored
    assert view.snapshot() is None
    view.show_notice(Notice("Opening the camera…"))
    assert view.snapshot() is None
    view.show_frame(recognition.frame, recognition)
    picture = view.snapshot()
    assert picture is not None
    assert (picture.width(), picture.height()) == (1280, 720)
    view.show_notice(Notice("Ended", "", "video", "Play again"))
    assert view.snapshot() == picture
    bare = LiveView()
    qtbot.addWidget(bare)
    bare.mirrored = mirrored
    bare.show_frame(recognition.frame, None)
    without = bare.snapshot()
    assert without is not None
    changed = [
        (x, y) for x in range(0, 1280, 8) for y in range(0, 720, 8) if picture.pixel(x, y) != without.pixel(x, y)
    ]
    boxes = [face.face.box for face in recognition.faces]
    for x, y in changed:
        x = 1279 - x if mirrored else x
        assert any(bx - 120 < x < bx + w + 120 and by - 60 < y < by + h + 60 for bx, by, w, h in boxes)
    assert changed


def test_the_view_tells_screen_readers_who_is_in_view(qtbot: QtBot, recognition: Recognition) -> None:
    view = LiveView()
    qtbot.addWidget(view)
    view.resize(640, 360)
    view.show_frame(recognition.frame, recognition)
    told = view.accessibleDescription()
    assert "Eileen Collins" in told
    assert "one unknown person" in told
    nobody = Recognition(recognition.frame)
    for _ in range(5):
        view.show_frame(recognition.frame, nobody)
    assert view.accessibleDescription() == told
    qtbot.waitUntil(lambda: view.accessibleDescription() == "Nobody is in view.", timeout=10_000)
    view.show_notice(Notice("Ended", "Play it again."))
    assert "Ended" in view.accessibleDescription()
    view.show_notice(None)
    assert view.accessibleDescription() == "Nobody is in view."


def test_a_face_comes_with_the_frame_it_was_recognised_in(qtbot: QtBot, recognition: Recognition) -> None:
    view = LiveView()
    qtbot.addWidget(view)
    view.show_frame(recognition.frame, recognition)
    face = recognition.faces[0]
    later = Frame(np.zeros_like(recognition.frame.image), 7, 0.2, 0.2)
    view.show_frame(later, recognition)
    assert view.frame_of(face) is recognition.frame
    view.show_frame(later, Recognition(later, (stranger(later.image),)))
    assert view.frame_of(face) is None
    assert view.face_at(QPointF(-5, -5)) is None


def stranger(image: Image) -> RecognizedFace:
    from core.faces.quality import assess
    from core.types import Threshold

    landmarks = np.array([[10, 10], [20, 10], [15, 15], [11, 20], [19, 20]], np.float32)
    face = Face((5.0, 5.0, 20.0, 20.0), 0.9, landmarks)
    crop = np.zeros((168, 168, 3), np.uint8)
    quality = assess(image, face, crop[28:140, 28:140])
    return RecognizedFace(
        face, crop, quality, np.zeros(128, np.float32), Decision(Threshold(0.3, 0.01, 1, "", "", 0.4, 0.4))
    )
