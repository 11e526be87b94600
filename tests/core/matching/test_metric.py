"""Euclidean, cosine and Mahalanobis metrics are one linear map each, and have the properties of a distance."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from core.matching.metric import COSINES, Metric
from core.matching.vectors import inverse_covariance, mahalanobis_distance, unit

seeds = st.integers(0, 10_000)


def embeddings(count: int, seed: int) -> NDArray[np.float32]:
    """Like an encoder's: of any length, with some directions stronger than others."""
    random = np.random.default_rng(seed)
    return (random.normal(size=(count, 128)) * np.linspace(0.2, 3, 128) + 0.5).astype(np.float32)


def metrics(seed: int) -> list[Metric]:
    sample = unit(embeddings(60, seed))
    low_rank = np.random.default_rng(seed).normal(size=(10, 128))
    return [
        Metric.euclidean(),
        Metric.cosine(sample.mean(axis=0)),
        Metric.mahalanobis(inverse_covariance(sample)),
        Metric.learned(low_rank),
        Metric.whitened(sample.mean(axis=0), low_rank),
    ]


@given(seeds)
def test_a_metric_is_symmetric_and_zero_between_equals(seed: int) -> None:
    some, others = embeddings(5, seed), embeddings(4, seed + 1)
    for metric in metrics(seed):
        there, back = metric.distance(some, others), metric.distance(others, some)
        assert np.allclose(there, back.T, atol=1e-3)
        assert (there >= 0).all()
        assert np.diag(metric.distance(some, some)).max() < 0.05 * there.max()


@given(seeds)
def test_the_triangle_inequality_holds(seed: int) -> None:
    points = embeddings(6, seed)
    for metric in metrics(seed):
        d = metric.distance(points, points).astype(float)
        assert (d[:, None, :] <= d[:, :, None] + d[None] + 1e-3 * d.max()).all()


@given(seeds)
def test_the_textbook_distance_is_a_linear_map_and_euclid(seed: int) -> None:
    a, b = unit(embeddings(4, seed)), unit(embeddings(4, seed + 1))
    for metric in metrics(seed):
        if metric.kind in COSINES:
            continue
        written_out = mahalanobis_distance(a[:, None], b[None], metric.matrix)
        mapped = metric.distance(a, b)
        assert np.allclose(written_out, mapped, rtol=2e-3, atol=2e-3)


@given(seeds)
def test_the_identity_gives_euclid_and_euclid_orders_as_the_cosine(seed: int) -> None:
    probe, others = embeddings(1, seed), embeddings(30, seed + 1)
    euclid = Metric.euclidean().distance(probe, others)[0]
    assert np.allclose(euclid, np.linalg.norm(unit(probe) - unit(others), axis=1), atol=1e-3)
    assert np.allclose(euclid, Metric.mahalanobis(np.eye(128)).distance(probe, others)[0], atol=1e-3)
    assert np.allclose(euclid, Metric.learned(np.eye(128)).distance(probe, others)[0], atol=1e-3)
    cosine = Metric.cosine().similarity(unit(probe), unit(others))[0]
    assert np.allclose(euclid**2, 2 - 2 * cosine, atol=1e-3)


@given(seeds, st.floats(0.1, 10))
def test_a_rotation_changes_no_distance_and_a_scale_scales_all(seed: int, factor: float) -> None:
    a, b = embeddings(4, seed), embeddings(4, seed + 1)
    rotation = np.linalg.qr(np.random.default_rng(seed).normal(size=(128, 128)))[0]
    for metric in metrics(seed):
        if metric.kind in COSINES:
            assert metric.scaled(factor) is metric
            continue
        weight = np.eye(128) if metric.weight is None else metric.weight
        turned = Metric.learned(np.linalg.qr(np.random.default_rng(1).normal(size=(len(weight),) * 2))[0] @ weight)
        assert np.allclose(turned.distance(a, b), metric.distance(a, b), rtol=1e-2, atol=1e-2)
        assert np.allclose(metric.scaled(factor).distance(a, b), factor * metric.distance(a, b), rtol=1e-2, atol=1e-2)
    euclid = Metric.euclidean()
    assert np.allclose(
        euclid.distance(a @ rotation.T.astype(np.float32), b @ rotation.T.astype(np.float32)),
        euclid.distance(a, b),
        atol=1e-2,
    )


@given(seeds)
def test_mahalanobis_does_not_depend_on_the_units_of_its_axes(seed: int) -> None:
    points = np.random.default_rng(seed).normal(size=(40, 5))
    stretched = points * [1, 10, 0.1, 3, 100]
    exact = [np.linalg.inv(np.cov(p.T)) for p in (points, stretched)]
    before = mahalanobis_distance(points[:10, None], points[None, 10:], exact[0])
    after = mahalanobis_distance(stretched[:10, None], stretched[None, 10:], exact[1])
    assert np.allclose(before, after, rtol=1e-6)


def test_even_fewer_samples_than_dimensions_have_an_inverse_covariance() -> None:
    matrix = inverse_covariance(unit(embeddings(20, 0)))
    assert np.linalg.eigvalsh(matrix).min() > 0
    assert np.allclose(matrix, matrix.T)


def test_a_metric_survives_its_record_and_has_a_name_of_its_own() -> None:
    some = embeddings(3, 3)
    for metric in metrics(3):
        again = Metric.from_record(metric.record())
        assert again.id == metric.id
        assert np.array_equal(again.distance(some, some), metric.distance(some, some))
    assert len({metric.id for metric in metrics(3)}) == 5


def test_what_is_not_a_metric_is_refused() -> None:
    for kind, centre, weight in (
        ("manhattan", None, None),
        ("learned", None, np.eye(3)),
        ("euclidean", np.zeros(3), None),
    ):
        with pytest.raises(ValueError, match=r"a metric is|a weight is|a centre has"):
            Metric(kind, centre, weight)
