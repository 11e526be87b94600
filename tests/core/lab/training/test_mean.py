"""Averaging the weights of several checkpoints."""

from pathlib import Path

import numpy as np
import pytest
import torch

from core.encoder.architectures import build
from core.encoder.checkpoint import Checkpoint, arrays
from core.errors import ModelError
from core.lab.training.mean import mean_of


def untrained(seed: int, architecture: str = "small") -> Checkpoint:
    torch.manual_seed(seed)
    return Checkpoint(architecture, arrays(build(architecture).state_dict()))


def test_each_weight_is_the_weighted_mean() -> None:
    first, second = untrained(1), untrained(2)
    mean = mean_of([first, second], [1, 3])
    name = "linear.weight"
    assert np.allclose(mean.weights[name], first.weights[name] / 4 + second.weights[name] * 3 / 4)
    assert mean.about["mean of"] == {first.id: 0.25, second.id: 0.75}
    assert mean.curve is None
    mean.branch()


def test_halves_are_half_as_large_and_hardly_differ(tmp_path: Path) -> None:
    single = untrained(1)
    mean_of([single], [1]).save(tmp_path / "whole")
    mean_of([single], [1], half=True).save(tmp_path / "half")
    assert (tmp_path / "half").stat().st_size < 0.6 * (tmp_path / "whole").stat().st_size
    whole, half = Checkpoint.load(tmp_path / "whole").branch(), Checkpoint.load(tmp_path / "half").branch()
    faces = torch.rand(2, 3, 168, 168) * 255
    with torch.no_grad():
        assert torch.cosine_similarity(whole(faces), half(faces)).min() > 0.9999


def test_checkpoints_and_shares_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ModelError, match="eigenfaces and small"):
        mean_of([untrained(1), untrained(1, "eigenfaces")], [1, 1])
    with pytest.raises(ValueError, match="one share above 0"):
        mean_of([untrained(1)], [1, 1])
    for share in (0, -1, float("inf"), float("nan")):
        with pytest.raises(ValueError, match="one share above 0"):
            mean_of([untrained(1), untrained(2)], [1, share])
