"""Coverings that hide faces don't make people match: real faces, hidden in random ways, by the shipped encoder."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from core.encoder.encoder import Encoder
from core.faces.alignment import align
from core.faces.detector import FaceDetector
from core.lab.dataset.labelled_face import labelled_face
from core.lab.degradation.hidden import HIDINGS
from core.lab.training.nuisance import blind_cosine, hidden_embeddings
from core.matching.metric import Metric
from core.matching.obscurity import Obscurity
from core.matching.vectors import unit
from core.pictures.reading import read_picture

WAYS = ("dark glasses", "noise", "side light")


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return Encoder()


def crops_of(lfw: Path, people: int) -> NDArray[np.uint8]:
    """One each."""
    detector, crops = FaceDetector(), []
    for file in sorted(lfw.glob("*/*_0001.jpg"))[:people]:
        image = read_picture(file)
        crops.append(align(image, labelled_face(image, file, detector).landmarks[None])[0])
    return np.stack(crops)


def hide(crops: NDArray[np.uint8], encoder: Encoder) -> dict[str, NDArray[np.float32]]:
    rng = np.random.default_rng(5)
    return {way: encoder.embed(np.stack([HIDINGS[way](crop, rng) for crop in crops])) for way in WAYS}


@pytest.fixture(scope="module")
def plain(lfw: Path) -> NDArray[np.uint8]:
    """Crops of 50 people, one each."""
    return crops_of(lfw, 50)


@pytest.fixture(scope="module")
def hidden(plain: NDArray[np.uint8], encoder: Encoder) -> dict[str, NDArray[np.float32]]:
    return hide(plain, encoder)


def named(metric: Metric, embeddings: NDArray[np.float32], needed: float) -> float:
    """Share of pairs of different people that reach the similarity `needed`."""
    projected = metric.project(embeddings)
    pairs = np.triu_indices(len(embeddings), 1)
    return float(np.mean(metric.similarity(projected, projected)[pairs] >= needed))


def at_one_percent(metric: Metric, embeddings: NDArray[np.float32]) -> float:
    projected = metric.project(embeddings)
    pairs = np.triu_indices(len(embeddings), 1)
    return float(np.quantile(metric.similarity(projected, projected)[pairs], 0.99))


@pytest.mark.slow
def test_people_hidden_alike_are_no_longer_taken_for_each_other(encoder: Encoder, lfw: Path) -> None:
    """Learned from some of the people, tested on the others."""
    crops = crops_of(lfw, 140)
    faces, hidden = encoder.embed(crops), hide(crops, encoder)
    learn, test = slice(None, 80), slice(80, None)
    before = Metric.cosine(unit(faces[learn]).mean(axis=0))
    after = blind_cosine(before, faces[learn], {way: embeddings[learn] for way, embeddings in hidden.items()})
    for way in WAYS:
        was = named(before, hidden[way][test], at_one_percent(before, faces[test]))
        now = named(after, hidden[way][test], at_one_percent(after, faces[test]))
        assert now < min(0.035, was / 2)


def test_the_shipped_encoder_hardly_matches_strangers_hidden_alike_more_often(
    encoder: Encoder, hidden: dict[str, NDArray[np.float32]]
) -> None:
    curve = encoder.curve
    for way in WAYS:
        assert named(curve.metric, hidden[way], curve.similarity_at(0.01)) < 0.025


def test_hidden_faces_are_told_from_plain_ones(
    encoder: Encoder, plain: NDArray[np.uint8], hidden: dict[str, NDArray[np.float32]]
) -> None:
    obscurity = encoder.curve.metric.obscurity
    assert obscurity is not None
    shown = float(obscurity.of(unit(encoder.embed(plain))).mean())
    assert all(float(obscurity.of(unit(embeddings)).mean()) > shown + 0.2 for embeddings in hidden.values())


def test_similarity_is_reduced_if_both_faces_are_hidden_but_not_if_one_is_plain() -> None:
    rng = np.random.default_rng(0)
    faces = rng.normal(size=(4, 128)).astype(np.float32)
    weights = np.zeros(128, np.float32)
    plain = Metric.cosine()
    for bias, share in ((-30.0, 0.0), (30.0, 1.0)):
        metric = Metric.whitened(np.zeros(128), np.eye(128))
        metric = Metric(metric.kind, metric.centre, metric.weight, Obscurity(weights, bias, 0.1))
        projected = metric.project(faces)
        assert projected.shape == (4, 129)
        expected = plain.similarity(plain.project(faces), plain.project(faces)) - 0.1 * share
        assert np.allclose(metric.similarity(projected, projected), expected, atol=1e-5)
        again = Metric.from_record(metric.record())
        assert again.id == metric.id != plain.id
        assert np.allclose(again.similarity(again.project(faces), again.project(faces)), expected, atol=1e-5)


def test_a_cosine_made_blind_to_a_direction_ignores_it() -> None:
    rng = np.random.default_rng(1)
    faces = rng.normal(size=(50, 128)).astype(np.float32)
    metric = Metric.cosine(unit(faces).mean(axis=0))
    direction = np.eye(128)[[3]]
    blind = metric.blind_to(direction)
    assert np.abs(blind.project(faces)[:, 3]).max() < 1e-6


def test_every_way_of_hiding_changes_the_face_in_the_same_way_for_the_same_seed(plain: NDArray[np.uint8]) -> None:
    for hide in HIDINGS.values():
        once, again = (hide(plain[0], np.random.default_rng(3)) for _ in range(2))
        assert np.array_equal(once, again)
        assert np.abs(once.astype(int) - plain[0]).mean() > 2
        assert once.dtype == np.uint8


def test_too_few_people_or_another_metric_are_refused(encoder: Encoder, plain: NDArray[np.uint8]) -> None:
    faces = encoder.embed(plain[:4])
    found = hidden_embeddings(plain[:4], encoder.embed)
    assert list(found) == list(HIDINGS)
    with pytest.raises(ValueError, match="40 people"):
        blind_cosine(Metric.cosine(), faces, found)
    with pytest.raises(ValueError, match="only a cosine"):
        blind_cosine(Metric.euclidean(), faces, found)
