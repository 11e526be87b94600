"""Tracks follow faces, and never carry one face's name to another."""

import numpy as np

from core.scene import CutDetector
from core.tracker import MEMORY, Observation, Tracker
from core.types import Face


def looks(person: int, frame: int = 0) -> np.ndarray:
    """An embedding of one person, a little different in each frame."""
    base = np.random.default_rng(person).normal(size=128)
    return (base + 0.3 * np.random.default_rng(1000 * person + frame).normal(size=128)).astype(np.float32)


def seen(person: int, x: float, frame: int = 0, weight: float = 1.0) -> Observation:
    return Observation(Face((x, 100, 50, 60), 0.9, np.zeros((5, 2), np.float32)), looks(person, frame), weight)


def test_faces_keep_their_tracks_while_they_move_and_pass_each_other() -> None:
    tracker = Tracker()
    numbers = []
    for frame in range(40):
        left, right = seen(1, 100 + 10 * frame, frame), seen(2, 500 - 10 * frame, frame)
        order = [left, right] if frame % 2 else [right, left]
        tracks = tracker.update(order, frame / 30)
        numbers.append(tuple(track.number for track in (tracks if frame % 2 else tracks[::-1])))
    assert len(set(numbers)) == 1


def test_another_face_in_the_same_place_begins_another_track() -> None:
    tracker = Tracker()
    (before,) = tracker.update([seen(1, 100)], 0.0)
    (after,) = tracker.update([seen(2, 100)], 1 / 30)
    assert before.number != after.number
    assert after.frames == 1


def test_a_blink_of_the_detector_does_not_end_a_track_and_a_long_absence_does() -> None:
    tracker = Tracker()
    (first,) = tracker.update([seen(1, 100)], 0.0)
    tracker.update([], 0.3)
    (second,) = tracker.update([seen(1, 110)], 0.6)
    (third,) = tracker.update([seen(1, 110)], 0.7 + MEMORY)
    assert first.number == second.number != third.number


def test_a_cut_ends_every_track() -> None:
    tracker = Tracker()
    (before,) = tracker.update([seen(1, 100)], 0.0)
    tracker.cut()
    (after,) = tracker.update([seen(1, 100)], 1 / 30)
    assert before.number != after.number


def test_evidence_is_pooled_by_quality() -> None:
    tracker = Tracker()
    for frame in range(5):
        (track,) = tracker.update([seen(1, 100, frame, weight=1.0)], frame / 30)
    clean = track.embedding
    (track,) = tracker.update([seen(1, 100, 999, weight=0.001)], 5 / 30)
    assert np.abs(track.embedding - clean).max() < 0.01
    truth = np.random.default_rng(1).normal(size=128)
    single = looks(1, 0) @ truth / np.linalg.norm(looks(1, 0))
    assert clean @ truth / np.linalg.norm(clean) > single


def test_velocity_points_where_the_face_goes() -> None:
    tracker = Tracker()
    for frame in range(10):
        (track,) = tracker.update([seen(1, 100 + 6 * frame, frame)], frame / 30)
    assert abs(track.velocity[0] - 180) < 5
    assert abs(track.expected_box(9 / 30 + 0.1)[0] - (154 + 18)) < 2


def test_a_cut_is_told_from_movement_and_from_light() -> None:
    random = np.random.default_rng(0)
    scene = np.kron(random.integers(0, 256, (9, 16, 3), dtype=np.uint8), np.ones((40, 40, 1), np.uint8))
    cuts = CutDetector()
    assert not cuts.is_cut(scene)
    assert not cuts.is_cut(np.roll(scene, 6, axis=1))
    assert not cuts.is_cut((scene * 0.9).astype(np.uint8))
    assert cuts.is_cut(np.ascontiguousarray(scene[::-1, ::-1]))
