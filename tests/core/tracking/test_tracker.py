"""Tracks follow faces, and never carry one face's name to another."""

import cv2
import numpy as np

from core.pictures.pyramid import Pyramid
from core.tracking.scene import CutDetector
from core.tracking.thumbnail import likeness, thumbnail
from core.tracking.tracker import MEMORY, Sight, Track, Tracker
from core.types import Face, Observation, Quality

THUMBNAIL, OTHER = np.random.default_rng(0).normal(128, 40, (2, 20, 20)).astype(np.float32)


def looks(person: int, frame: int = 0) -> np.ndarray:
    """An embedding of one person, a little different in each frame."""
    base = np.random.default_rng(person).normal(size=128)
    return (base + 0.3 * np.random.default_rng(1000 * person + frame).normal(size=128)).astype(np.float32)


def seen(person: int, x: float, frame: int = 0, weight: float = 1.0) -> Observation:
    face = Face((x, 100, 50, 60), 0.9, np.zeros((5, 2), np.float32))
    quality = Quality(weight, 30, 1, 120, 40, 0, 0, 0, 1)
    return Observation(face, np.zeros((168, 168, 3), np.uint8), quality, looks(person, frame))


def update(tracker: Tracker, observations: list[Observation], time: float) -> list[Track]:
    """Updates the tracker with a look at every face."""
    sights = [Sight(observation.face, THUMBNAIL) for observation in observations]
    return tracker.update(sights, [None] * len(sights), dict(enumerate(observations)), time)


def test_faces_keep_their_tracks_while_they_move_and_pass_each_other() -> None:
    tracker = Tracker()
    numbers = []
    for frame in range(40):
        left, right = seen(1, 100 + 10 * frame, frame), seen(2, 500 - 10 * frame, frame)
        order = [left, right] if frame % 2 else [right, left]
        tracks = update(tracker, order, frame / 30)
        numbers.append(tuple(track.number for track in (tracks if frame % 2 else tracks[::-1])))
    assert len(set(numbers)) == 1


def test_another_face_in_the_same_place_begins_another_track() -> None:
    tracker = Tracker()
    (before,) = update(tracker, [seen(1, 100)], 0.0)
    (after,) = update(tracker, [seen(2, 100)], 1 / 30)
    assert before.number != after.number
    assert after.looks == 1


def test_a_missed_detection_does_not_end_a_track_but_a_long_absence_does() -> None:
    tracker = Tracker()
    (first,) = update(tracker, [seen(1, 100)], 0.0)
    update(tracker, [], 0.3)
    (second,) = update(tracker, [seen(1, 110)], 0.6)
    (third,) = update(tracker, [seen(1, 110)], 0.7 + MEMORY)
    assert first.number == second.number != third.number


def test_a_cut_ends_every_track() -> None:
    tracker = Tracker()
    (before,) = update(tracker, [seen(1, 100)], 0.0)
    tracker.cut()
    (after,) = update(tracker, [seen(1, 100)], 1 / 30)
    assert before.number != after.number


def test_evidence_is_pooled_by_quality() -> None:
    tracker = Tracker()
    for frame in range(5):
        (track,) = update(tracker, [seen(1, 100, frame, weight=1.0)], frame / 30)
    clean = track.embedding
    (track,) = update(tracker, [seen(1, 100, 999, weight=0.001)], 5 / 30)
    assert np.abs(track.embedding - clean).max() < 0.01
    truth = np.random.default_rng(1).normal(size=128)
    single = looks(1, 0) @ truth / np.linalg.norm(looks(1, 0))
    assert clean @ truth / np.linalg.norm(clean) > single


def test_velocity_points_where_the_face_goes() -> None:
    tracker = Tracker()
    for frame in range(10):
        (track,) = update(tracker, [seen(1, 100 + 6 * frame, frame)], frame / 30)
    assert abs(track.velocity[0] - 180) < 5
    assert abs(track.expected_box(9 / 30 + 0.1)[0] - (154 + 18)) < 2


def going_on(tracker: Tracker, *faces: tuple[float, float], time: float = 1 / 30) -> list[int | None]:
    """Track numbers continued by faces, each given by x and its correlation with the previous thumbnail."""
    sights = [
        Sight(
            Face((x, 100, 50, 60), 0.9, np.zeros((5, 2), np.float32)), like * THUMBNAIL + (1 - like**2) ** 0.5 * OTHER
        )
        for x, like in faces
    ]
    return [track.number if track else None for track in tracker.going_on(sights, time)]


def test_a_thumbnail_moves_with_its_box_and_reaches_over_the_border() -> None:
    small = np.random.default_rng(0).integers(0, 256, (60, 80, 3), dtype=np.uint8)
    picture = np.asarray(cv2.resize(small, (640, 480)), np.uint8)
    one, moved = thumbnail(Pyramid(picture), (100, 100, 60, 80)), thumbnail(Pyramid(picture), (104, 97, 60, 80))
    assert one.shape == (20, 20)
    assert likeness(one, one) > 0.999
    assert likeness(one, moved) > 0.8 > likeness(one, thumbnail(Pyramid(picture), (400, 300, 60, 80)))
    for x, y in ((-30, -30), (620, 460), (-500, 900)):
        assert thumbnail(Pyramid(picture), (x, y, 60, 80)).shape == (20, 20)


def test_a_face_needs_no_look_if_position_and_thumbnail_match() -> None:
    tracker = Tracker()
    left, right = update(tracker, [seen(1, 100), seen(2, 300)], 0.0)
    assert going_on(tracker, (305, 0.9), (102, 0.95)) == [right.number, left.number]
    assert going_on(tracker, (100, 0.3), (300, 0.9)) == [None, right.number]
    assert going_on(tracker, (140, 0.9)) == [None]
    assert going_on(tracker, (100, 0.9), (104, 0.9)) == [None, None]


def test_two_overlapping_faces_both_need_a_look() -> None:
    tracker = Tracker()
    update(tracker, [seen(1, 100), seen(2, 120)], 0.0)
    assert going_on(tracker, (100, 0.9), (120, 0.9)) == [None, None]


def test_a_track_continued_without_a_look_keeps_its_evidence_and_moves() -> None:
    tracker = Tracker()
    (first,) = update(tracker, [seen(1, 100)], 0.0)
    evidence = first.embedding
    sight = Sight(Face((110, 100, 50, 60), 0.9, np.zeros((5, 2), np.float32)), THUMBNAIL)
    (second,) = tracker.update([sight], tracker.going_on([sight], 0.1), {}, 0.1)
    assert second is first
    assert second.looks == 1
    assert second.face is sight.face
    assert second.newest.face.box[0] == 100
    assert np.array_equal(second.embedding, evidence)
    assert second.velocity[0] > 0


def test_a_cut_is_distinguished_from_movement_and_light() -> None:
    random = np.random.default_rng(0)
    scene = np.kron(random.integers(0, 256, (9, 16, 3), dtype=np.uint8), np.ones((40, 40, 1), np.uint8))
    cuts = CutDetector()
    assert not cuts.is_cut(Pyramid(scene))
    assert not cuts.is_cut(Pyramid(np.roll(scene, 6, axis=1)))
    assert not cuts.is_cut(Pyramid((scene * 0.9).astype(np.uint8)))
    assert cuts.is_cut(Pyramid(np.ascontiguousarray(scene[::-1, ::-1])))


def test_frames_in_a_burst_are_not_fast_movement() -> None:
    tracker = Tracker()
    (track,) = update(tracker, [seen(1, 100)], 0.0)
    for frame, (x, time) in enumerate(((102, 0.001), (99, 0.002), (101, 0.003), (103, 0.2), (101, 0.201), (104, 0.4))):
        (again,) = update(tracker, [seen(1, x, frame)], time)
        assert again is track
        assert abs(track.velocity[0]) < 60
