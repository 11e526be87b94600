"""Metrics and linear maps that are learned or computed from faces."""

import numpy as np
import pytest
import torch

from core.encoder.architectures import build
from core.errors import PhotoError
from core.lab.evaluation.people import LabelledFaces
from core.lab.training.eigenfaces import fit_eigenfaces
from core.lab.training.metric_learning import learn_metric
from core.lab.training.validation import validate
from core.lab.training.whitening import whitened_cosine


def people(count: int, seed: int, first: int = 0) -> LabelledFaces:
    """Eight pictures per person; the first 12 numbers identify the person, the others depend on the light."""
    random = np.random.default_rng(seed)
    names, embeddings = [], []
    for person in range(count):
        who = random.normal(size=12)
        for _ in range(8):
            light = np.concatenate([0.5 * random.normal(size=12), random.normal(size=116)])
            names.append(f"{first + person:03}")
            embeddings.append(np.concatenate([who, np.zeros(116)]) + light)
    return LabelledFaces("drawn", np.array(names), np.array(embeddings, np.float32))


def test_a_learned_metric_tells_unseen_people_apart_better_than_euclid() -> None:
    result = learn_metric(people(40, 0), people(10, 1, 40))
    unseen = people(20, 2, 50)
    euclid, learned = validate(unseen), validate(unseen, result.metric)
    assert learned.eer < 0.75 * euclid.eer
    assert learned.one_shot > euclid.one_shot + 0.1
    assert result.before.eer > result.best.eer
    weight = result.metric.weight
    assert np.linalg.norm(weight[:, :12]) / 12 > 1.5 * np.linalg.norm(weight[:, 12:]) / 116**0.5 / 12**0.5


def test_a_whitened_cosine_gives_least_weight_to_what_differs_between_pictures_of_one_person() -> None:
    result = whitened_cosine(people(40, 0), people(10, 1, 40))
    unseen = people(20, 2, 50)
    cosine, whitened = validate(unseen), validate(unseen, result.metric)
    assert whitened.eer < cosine.eer
    assert whitened.one_shot > cosine.one_shot
    assert result.best == validate(people(10, 1, 40), result.metric)
    weight = np.asarray(result.metric.weight, float)
    assert (weight**2).sum() == pytest.approx(128, rel=1e-3)
    # What identifies the person has the largest share; full whitening goes further.
    whole = np.asarray(whitened_cosine(people(40, 0), people(10, 1, 40), part=1).metric.weight)
    shares = [np.abs(np.diag(w))[:12].mean() / np.abs(np.diag(w))[12:].mean() for w in (weight, whole)]
    assert 1.02 < shares[0] < shares[1]


def test_whitening_without_two_pictures_of_anybody_is_refused() -> None:
    single = LabelledFaces("drawn", np.array(["a", "b", "c"]), np.eye(128, dtype=np.float32)[:3])
    with pytest.raises(PhotoError, match="nobody with two pictures"):
        whitened_cosine(single, people(6, 1))


def test_learning_twice_gives_the_same_metric() -> None:
    first, second = (learn_metric(people(8, 0), people(6, 1, 8), steps=30) for _ in range(2))
    assert first.metric.id == second.metric.id


def test_learning_a_metric_from_pairs_of_one_kind_is_refused() -> None:
    single = LabelledFaces("drawn", np.array(["a", "b", "c"]), np.eye(128, dtype=np.float32)[:3])
    with pytest.raises(PhotoError, match="pairs of both kinds"):
        learn_metric(single, people(6, 1))


def test_eigenfaces_are_principal_components() -> None:
    random = np.random.default_rng(0)
    base = random.integers(60, 200, (3, 168, 168, 1))
    mixed = np.einsum("nk,kxyc->nxyc", random.dirichlet(np.ones(3), 40), base).repeat(3, -1)
    faces = np.clip(mixed + random.normal(0, 2, mixed.shape), 0, 255).astype(np.uint8)
    tensors = torch.from_numpy(faces[..., ::-1].transpose(0, 3, 1, 2).copy()).float()
    weights = fit_eigenfaces(tensors.split(16))
    components = weights["linear.weight"]
    used = components[components.any(1)]
    assert len(used) == 40
    assert torch.allclose(used @ used.T, torch.eye(40), atol=1e-4)
    branch = build("eigenfaces")
    branch.load_state_dict(weights)
    with torch.no_grad():
        told = branch(tensors)
    assert torch.allclose(told.mean(0), torch.zeros(128), atol=1e-2)
    spread = told.std(0)
    assert (spread[:39] >= spread[1:40] - 1e-3).all()
    # Mixtures of three faces, with shares that add up to one, vary in two directions, and in light.
    assert spread[1] > 20 * spread[3]
    with pytest.raises(ValueError, match="two faces"):
        fit_eigenfaces([tensors[:1]])
