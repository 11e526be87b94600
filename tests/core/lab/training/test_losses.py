import pytest
import torch
from torch import Tensor
from torch.nn.functional import normalize

from core.lab.training.losses import LOSSES, build_loss, contrastive


def batch(seed: int = 0) -> tuple[Tensor, Tensor]:
    torch.manual_seed(seed)
    return torch.randn(8, 128), torch.tensor([0, 0, 1, 1, 2, 2, 3, 3])


def distances(embeddings: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
    unit = normalize(embeddings)
    first, second = torch.triu_indices(len(unit), len(unit), 1)
    return (unit[first] - unit[second]).norm(dim=1), labels[first] == labels[second]


def mean_of_those_that_count(values: Tensor) -> float:
    values = values[values > 0]
    return float(values.mean()) if len(values) else 0.0


@pytest.mark.parametrize(("name", "squared"), [("contrastive", False), ("contrastive-squared", True)])
def test_contrastive_loss_is_its_formula(name: str, squared: bool) -> None:
    embeddings, labels = batch()
    d, same = distances(embeddings, labels)
    terms = contrastive(d, same.float(), 1.6, squared=squared)
    wanted = mean_of_those_that_count(terms[same]) + mean_of_those_that_count(terms[~same])
    assert float(build_loss(name, 1.6)(embeddings, labels)) == pytest.approx(wanted, rel=1e-4)


def test_a_negative_pair_beyond_the_margin_has_no_loss_and_no_gradient() -> None:
    unit = torch.eye(128)[:2].requires_grad_()
    labels = torch.tensor([0, 1])
    beyond = build_loss("contrastive", 1.4)(unit, labels)
    within = build_loss("contrastive", 1.5)(unit, labels)
    assert beyond.item() == 0
    assert within.item() == pytest.approx(1.5 - 2**0.5, abs=1e-5)
    beyond.backward()
    assert not unit.grad.any()


def test_both_conventions_give_the_same_number_for_the_same_pair() -> None:
    d, same = torch.tensor([0.3, 0.3, 1.7]), torch.tensor([1.0, 0.0, 0.0])
    assert torch.equal(contrastive(d, same), contrastive(d, 1 - same, same_is_one=False))
    assert contrastive(d, same).tolist() == pytest.approx([0.3, 0.7, 0])


def test_triplet_loss_is_its_formula() -> None:
    embeddings, labels = batch()
    unit = normalize(embeddings)
    d = torch.cdist(unit, unit)
    terms = [
        float(d[a, p] - d[a, n] + 0.2)
        for a in range(8)
        for p in range(8)
        for n in range(8)
        if a != p and labels[a] == labels[p] != labels[n]
    ]
    wanted = mean_of_those_that_count(torch.tensor(terms))
    assert float(build_loss("triplet", 0.2)(embeddings, labels)) == pytest.approx(wanted, rel=1e-4)


@pytest.mark.parametrize("name", LOSSES)
def test_every_loss_gives_a_gradient(name: str) -> None:
    embeddings, labels = batch()
    embeddings.requires_grad_()
    build_loss(name, people=4)(embeddings, labels).backward()
    assert embeddings.grad.isfinite().all()
    assert embeddings.grad.any()


def test_an_unknown_loss_and_a_margin_of_zero_are_refused() -> None:
    with pytest.raises(ValueError, match="contrastive"):
        build_loss("softmax")
    with pytest.raises(ValueError, match="above 0"):
        build_loss("contrastive", 0)
