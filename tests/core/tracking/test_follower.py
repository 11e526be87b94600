"""Searches and looks run only when they can tell something new, and no name is lost or invented by that."""

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from core.capture.demo import DemoScene
from core.faces.detector import LIVE_SIDE, FaceDetector
from core.faces.mosaic import REACH, TILE, Mosaic, View
from core.pictures.pyramid import Pyramid
from core.pictures.reading import read_picture
from core.recognizer import Recognizer
from core.tracking.follower import HOLD, LOOKS_A_FRAME, SEARCH_EVERY, Follower
from core.types import Certainty, Face, Frame, Image, Problem


class Counted:
    """Counts a recogniser's searches and looks."""

    def __init__(self, recognizer: Recognizer, monkeypatch: pytest.MonkeyPatch) -> None:
        self.searches: list[int] = []
        self.looks: list[int] = []
        self.mirrored: list[bool] = []
        self.frame = 0
        detect, observe = recognizer.detector.detect, recognizer.observe

        def search(image: Image, *, longest_side: int | None = LIVE_SIDE) -> list[Face]:
            self.searches.append(self.frame)
            return detect(image, longest_side=longest_side)

        def look(image: Image, faces: list[Face], mirrored: list[bool] | None = None, *more: list[bool]) -> object:
            self.looks += [self.frame] * len(faces)
            self.mirrored += mirrored or []
            return observe(image, faces, mirrored, *more)

        monkeypatch.setattr(recognizer.detector, "detect", search)
        monkeypatch.setattr(recognizer, "observe", look)


@pytest.fixture(scope="module")
def scene() -> DemoScene:
    scene = DemoScene()
    scene.open()
    return scene


@pytest.mark.usefixtures("runtime")
def test_most_frames_are_neither_searched_nor_looked_at(
    recognizer: Recognizer, portraits: Path, scene: DemoScene, monkeypatch: pytest.MonkeyPatch
) -> None:
    recognizer.enroll("Eileen Collins", portraits / "eileen_collins.png")
    counted, follow = Counted(recognizer, monkeypatch), Follower(recognizer)
    names, tracks = [], set()
    for counted.frame in range(60):
        faces = follow(Frame(scene.frame(counted.frame), counted.frame, counted.frame / 30, 0.0)).faces
        names.append(sorted(face.decision.name or "" for face in faces))
        tracks |= {face.track for face in faces}
    assert names[1:] == [["", "Eileen Collins"]] * 59
    assert len(tracks) == 2
    assert len(counted.searches) <= 2 / SEARCH_EVERY + 4
    assert len(counted.looks) <= 24
    assert counted.looks[0] == 0


def test_looks_alternate_between_a_face_and_its_mirror_image(
    recognizer: Recognizer, scene: DemoScene, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted, follow = Counted(recognizer, monkeypatch), Follower(recognizer)
    image = scene.frame(0).copy()
    image[:, 640:] = image[:, 640:641]
    for frame in range(60):
        follow(Frame(image, frame, frame / 30, 0.0))
    assert len(counted.mirrored) > 2
    assert counted.mirrored == [look % 2 == 1 for look in range(len(counted.mirrored))]


def test_after_a_cut_everything_is_looked_at(
    recognizer: Recognizer, scene: DemoScene, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted, follow = Counted(recognizer, monkeypatch), Follower(recognizer)
    before = [face.track for face in follow(Frame(scene.frame(0), 0, 0.0, 0.0)).faces]
    counted.frame = 1
    mirrored = np.ascontiguousarray(255 - scene.frame(0)[:, ::-1])
    follow(Frame(mirrored, 1, 1 / 30, 0.0))
    counted.frame = 2
    after = [face.track for face in follow(Frame(scene.frame(0), 2, 2 / 30, 0.0)).faces]
    assert not set(before) & set(after)
    assert {0, 2} <= set(counted.searches)
    assert counted.looks.count(2) == 2


@pytest.mark.usefixtures("runtime")
def test_a_changed_gallery_changes_names_without_another_look(
    recognizer: Recognizer, portraits: Path, scene: DemoScene, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted, follow = Counted(recognizer, monkeypatch), Follower(recognizer)
    for frame in range(8):
        faces = follow(Frame(scene.frame(frame), frame, frame / 30, 0.0)).faces
    assert [face.decision.name for face in faces] == [None, None]
    recognizer.enroll("Grace Hopper", portraits / "grace_hopper.jpg")
    counted.looks.clear()
    faces = follow(Frame(scene.frame(8), 8, 8 / 30, 0.0)).faces
    assert "Grace Hopper" in [face.decision.name for face in faces]
    assert counted.looks == []


def test_a_new_face_is_found_within_the_time_between_searches(recognizer: Recognizer, scene: DemoScene) -> None:
    follow = Follower(recognizer)
    both, left = scene.frame(0), scene.frame(0).copy()
    left[:, 640:] = left[:, 640:641]
    found = []
    for frame in range(12):
        image = left if frame < 5 else both
        found.append(len(follow(Frame(image, frame, frame / 30, 0.0)).faces))
    assert found[:5] == [1] * 5
    assert found[5 + round(SEARCH_EVERY * 30) :] == [2] * (7 - round(SEARCH_EVERY * 30))


def test_many_faces_are_not_all_looked_at_in_one_frame(
    recognizer: Recognizer, scene: DemoScene, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = scene.frame(0)[::2, ::2]
    crowd = np.ascontiguousarray(np.tile(small, (2, 2, 1)))
    counted, follow = Counted(recognizer, monkeypatch), Follower(recognizer)
    for counted.frame in range(45):
        faces = follow(Frame(crowd, counted.frame, counted.frame / 30, 0.0)).faces
    assert len(faces) == 8
    assert counted.looks.count(0) == 8
    assert max(counted.looks.count(frame) for frame in range(1, 45)) <= LOOKS_A_FRAME
    counted.looks.clear()
    follow, seen = Follower(recognizer, prompt=True), []
    for counted.frame in range(45):
        seen.append(len(follow(Frame(crowd, counted.frame, counted.frame / 30, 0.0)).faces))
    assert seen[:8] == [LOOKS_A_FRAME * n for n in range(1, 9)]
    assert seen[8:] == [8] * 37
    assert max(counted.looks.count(frame) for frame in range(45)) <= LOOKS_A_FRAME


def test_faces_are_found_again_where_they_were_and_nowhere_else(scene: DemoScene) -> None:
    detector = FaceDetector()
    for number in (0, 100, 300):
        image, later = scene.frame(number), scene.frame(number + 2)
        faces = detector.detect(image)
        again = detector.detect_again(Pyramid(later), [face.box for face in faces])
        there = detector.detect(later)
        for old, new in zip(faces, again, strict=True):
            assert new is not None
            closest = min(there, key=lambda face: abs(face.box[0] - old.box[0]))
            assert np.abs(np.array(new.box) - closest.box).max() < 0.15 * closest.box[2]
            assert np.abs(new.landmarks - closest.landmarks).max() < 0.15 * closest.box[2]
    beside = [(20.0, 20.0, 60.0, 60.0), (1200.0, 600.0, 60.0, 60.0), (-500.0, -500.0, 40.0, 40.0)]
    assert detector.detect_again(Pyramid(scene.frame(0)), beside) == [None, None, None]
    assert detector.detect_again(Pyramid(scene.frame(0)), []) == []
    same = detector.detect(scene.frame(0))[0].box
    assert sum(face is not None for face in detector.detect_again(Pyramid(scene.frame(0)), [same, same])) == 1


def test_somebody_who_moves_fast_does_not_keep_others_waiting(
    recognizer: Recognizer, portraits: Path, scene: DemoScene
) -> None:
    """A large face that jumps is new in every frame: it used to take all the looks."""
    recognizer.enroll("Grace Hopper", portraits / "grace_hopper.jpg")
    collins = read_picture(portraits / "eileen_collins.png")[:330, 96:366]
    hopper = cv2.resize(read_picture(portraits / "grace_hopper.jpg")[20:424, 96:426], (200, 245))
    follow, named = Follower(recognizer, prompt=True), []
    for frame in range(60):
        image = np.full((720, 1280, 3), 110, np.uint8)
        x = (0, 500)[frame % 2]
        image[20:350, x : x + 270] = collins
        image[440:685, 980:1180] = hopper
        faces = follow(Frame(image, frame, frame / 30, 0.0)).faces
        named.append("Grace Hopper" in [face.decision.name for face in faces])
    assert all(named[30:])


@pytest.mark.usefixtures("runtime")
def test_a_live_face_upside_down_is_not_named_and_says_why(recognizer: Recognizer, portraits: Path) -> None:
    portrait = read_picture(portraits / "eileen_collins.png")
    recognizer.enroll("Eileen Collins", portrait)
    follow = Follower(recognizer)
    faces = [face for n in range(4) for face in follow(Frame(portrait[::-1, ::-1].copy(), n, n / 30, 0.0)).faces]
    assert faces
    assert {(face.decision.name, face.decision.obstacle) for face in faces} == {(None, Problem.NOT_UPRIGHT)}


@pytest.mark.usefixtures("runtime")
def test_a_name_that_is_held_says_so(recognizer: Recognizer, portraits: Path) -> None:
    """Without another look, a stricter rate makes the similarity too low; if only just, the name is held."""
    portrait = read_picture(portraits / "eileen_collins.png")
    recognizer.enroll("Eileen Collins", portrait)
    follow = Follower(recognizer)
    for frame in range(5):
        (face,) = follow(Frame(portrait, frame, frame / 30, 0.0)).faces
    assert face.decision.certainty is Certainty.SURE
    (track,) = follow._tracker.fresh()
    index, threshold = recognizer.state()
    for above, certainty in ((0.2, Certainty.LIKELY), (0.01, Certainty.LIKELY), (-0.02, Certainty.HELD)):
        follow._decide(track, index, replace(threshold, similarity=face.decision.similarity - above, sure=2.0))
        assert track.decision is not None
        assert (track.decision.name, track.decision.certainty) == ("Eileen Collins", certainty)
        assert track.decision.held == (track.decision.margin < 0)
    follow._decide(track, index, replace(threshold, similarity=face.decision.similarity + HOLD + 0.01, sure=2.0))
    assert (track.decision.name, track.decision.certainty) == (None, Certainty.UNKNOWN)


@pytest.mark.usefixtures("runtime")
def test_unsure_first_looks_say_how_much_more_is_needed(recognizer: Recognizer, portraits: Path) -> None:
    portrait = read_picture(portraits / "eileen_collins.png")
    recognizer.enroll("Eileen Collins", portrait)
    follow = Follower(recognizer)
    (face,) = follow(Frame(portrait, 0, 0.0, 0.0)).faces
    (track,) = follow._tracker.fresh()
    index, threshold = recognizer.state()
    track.person, similarity = None, face.decision.similarity
    follow._decide(track, index, replace(threshold, similarity=similarity - 0.05, at_first=similarity + 0.05))
    assert track.decision is not None
    assert track.decision.name is None
    assert track.decision.needed == pytest.approx(similarity + 0.05)
    assert track.decision.margin == pytest.approx(-0.05)


def test_a_tile_that_begins_outside_the_picture_is_not_squeezed() -> None:
    across = np.tile(np.linspace(0, 250, 400, dtype=np.float32)[None, :, None], (300, 1, 3)).astype(np.uint8)
    for box in ((-40.0, -30.0, 60.0, 60.0), (370.0, 260.0, 60.0, 60.0), (-200.0, 20.0, 60.0, 60.0)):
        tile = Mosaic(Pyramid(across), [View(box)]).image
        side = 60 * REACH
        left, top = box[0] + 30 - side / 2, box[1] + 30 - side / 2
        for row, column in ((10, 10), (48, 48), (85, 85), (85, 10), (10, 85)):
            x, y = left + (column + 0.5) * side / TILE, top + (row + 0.5) * side / TILE
            expected = x * 250 / 399 if 1 <= x < 398 and 1 <= y < 298 else 0
            assert abs(int(tile[row, column, 0]) - expected) < 3, (box, row, column)


def test_a_neighbouring_face_is_not_taken_for_the_expected_one(scene: DemoScene) -> None:
    """The tile of somebody who has left may show a neighbour's face, which must not be found twice."""
    detector, image = FaceDetector(), scene.frame(0)
    x, y, width, height = detector.detect(image)[0].box
    beside = (x + 0.85 * width, y, width, height)
    assert detector.detect_again(Pyramid(image), [beside]) == [None]
