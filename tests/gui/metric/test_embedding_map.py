"""Maps of embeddings: by directions, by neighbours, and with few templates."""

import builtins
from typing import Any

import numpy as np
import pytest

from core.matching.metric import Metric
from core.matching.vectors import unit
from gui.metric import embedding_map
from gui.metric.embedding_map import FEWEST_NEIGHBOURS, DirectionMap, EmbeddingMap, Method, map_of

METRIC = Metric.cosine()


def people(count: int, photos: int = 1, seed: int = 0) -> np.ndarray:
    """Unit vectors: `photos` near each of `count` people, in turn."""
    random = np.random.default_rng(seed)
    centres = random.normal(size=(count, 128))
    return unit((np.tile(centres, (photos, 1)) + 0.3 * random.normal(size=(count * photos, 128))).astype(np.float32))


def distances(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return np.asarray(np.linalg.norm(a[:, None] - b[None], axis=2))


@pytest.mark.parametrize("method", list(Method))
@pytest.mark.parametrize("count", [1, 2, 3, 5, 9, 10, 11, 30, 200])
def test_every_map_places_all_templates_and_any_new_face(method: Method, count: int) -> None:
    shown: EmbeddingMap = map_of(people(count), method)
    new = shown.place(people(4, seed=1))
    assert shown.positions.shape == (count, 2)
    assert new.shape == (4, 2)
    assert np.isfinite(shown.positions).all()
    assert np.isfinite(new).all()
    assert shown.place(np.zeros((0, 128), np.float32)).shape == (0, 2)
    assert shown.method is (method if count >= FEWEST_NEIGHBOURS else Method.DIRECTIONS)


@pytest.mark.parametrize("method", list(Method))
def test_a_map_is_reproducible_and_doesnt_move_when_faces_are_placed(method: Method) -> None:
    vectors = people(40)
    first, again = map_of(vectors, method), map_of(vectors, method)
    before = first.positions.copy()
    faces = people(3, seed=2)
    placed = first.place(faces)
    assert np.array_equal(first.positions, before)
    assert np.array_equal(again.positions, before)
    assert first.place(faces[1:2])[0] == pytest.approx(placed[1], abs=1e-3)


@pytest.mark.parametrize("templates", [people(1), people(2), np.repeat(people(1), 3, axis=0)])
def test_with_one_or_two_templates_every_distance_is_exact(templates: np.ndarray) -> None:
    shown = map_of(templates, Method.NEIGHBOURS)
    faces = people(20, seed=3)
    assert shown.exact
    true = np.sqrt(2 - 2 * METRIC.similarity(faces, templates))
    assert distances(shown.place(faces), shown.positions) == pytest.approx(true, abs=2e-3)


def test_three_templates_keep_their_exact_distances() -> None:
    templates = people(3)
    shown = map_of(templates, Method.DIRECTIONS)
    assert not shown.exact
    assert distances(shown.positions, shown.positions) == pytest.approx(distances(templates, templates), abs=1e-3)
    assert isinstance(shown, DirectionMap)
    assert shown.held == pytest.approx(1, abs=1e-4)


def test_directions_are_the_principal_components() -> None:
    random = np.random.default_rng(0)
    vectors = (random.normal(size=(300, 128)) * np.array([5, 3] + [0.1] * 126)).astype(np.float32)
    shown = map_of(vectors, Method.DIRECTIONS)
    assert isinstance(shown, DirectionMap)
    assert shown.held > 0.9
    centred = vectors - vectors.mean(0)
    for axis in range(2):
        assert abs(np.corrcoef(shown.positions[:, axis], centred[:, axis])[0, 1]) > 0.999


def test_by_neighbours_a_second_photo_lands_next_to_the_persons_first() -> None:
    both = people(100, photos=2)
    enrolled, others = both[:100], both[100:]
    shown = map_of(enrolled, Method.NEIGHBOURS)
    nearest = distances(shown.place(others), shown.positions).argmin(1)
    assert np.mean(nearest == np.arange(100)) > 0.85


def test_without_opentsne_the_map_falls_back_to_directions(monkeypatch: pytest.MonkeyPatch) -> None:
    original = builtins.__import__

    def without(name: str, *rest: Any) -> Any:
        if name == "openTSNE":
            raise ImportError(name)
        return original(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    assert map_of(people(50), Method.NEIGHBOURS).method is Method.DIRECTIONS


def test_of_many_templates_some_are_fitted_and_the_others_placed_among_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedding_map, "MOST_FITTED", 60)
    templates = people(60, photos=4)
    shown = map_of(templates, Method.NEIGHBOURS)
    assert shown.positions.shape == (240, 2)
    own = np.tile(np.arange(60), 4)
    away = distances(shown.positions, shown.positions)
    np.fill_diagonal(away, np.inf)
    # By chance it would be one in eighty.
    assert np.mean(own[away.argmin(1)] == own) > 0.3
    # A new face goes to its nearest photo, whether that was fitted or placed.
    faces = unit(templates + 0.02 * np.random.default_rng(9).normal(size=templates.shape).astype(np.float32))
    assert np.array_equal(shown.place(faces), shown.positions)


def test_a_map_reports_its_progress_and_raising_there_cancels_it() -> None:
    told: list[float] = []
    shown = map_of(people(30), Method.NEIGHBOURS, told.append)
    assert told == sorted(told)
    assert told[-1] == 1
    count = len(told)
    shown.place(people(2, seed=1))
    assert len(told) == count

    def cancel(share: float) -> None:
        told.append(share)
        raise InterruptedError

    with pytest.raises(InterruptedError):
        map_of(people(30), Method.NEIGHBOURS, cancel)
    assert len(told) == count + 1
