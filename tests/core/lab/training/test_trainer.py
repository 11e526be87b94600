import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from core.encoder.architectures import build
from core.encoder.checkpoint import Checkpoint
from core.encoder.encoder import Encoder
from core.errors import ModelError
from core.lab.evaluation.people import embed_faces
from core.lab.training.options import TrainingOptions
from core.lab.training.sampler import BatchSampler, shard
from core.lab.training.trainer import train
from core.lab.training.validation import validate
from tests.cli.commands import ROOT
from tests.core.lab.training.faces import pattern_faces

OPTIONS = TrainingOptions(epochs=3, people=3, pictures=2)
LEARNED, VALIDATION = pattern_faces(6), pattern_faces(5, seed=1, first=6)


class KilledError(Exception):
    pass


def same_weights(first: Checkpoint | None, second: Checkpoint | None) -> bool:
    assert first is not None
    assert second is not None
    return all(np.array_equal(first.weights[name], second.weights[name]) for name in first.weights)


def test_one_gradient_step_through_both_branches_brings_a_pair_together() -> None:
    torch.manual_seed(0)
    branch = build("small").eval()
    first, second = torch.rand(2, 1, 3, 168, 168) * 255

    def apart() -> torch.Tensor:
        return torch.dist(branch(first), branch(second)).square()

    before = apart()
    optimizer = torch.optim.SGD(branch.parameters(), 0.1)
    before.backward()
    optimizer.step()
    assert apart() < before / 2


def test_training_brings_a_persons_pictures_together_and_leaves_a_usable_checkpoint(tmp_path: Path) -> None:
    trained = train(LEARNED, VALIDATION, tmp_path / "a.safetensors", OPTIONS)
    loaded = Checkpoint.load(tmp_path / "a.safetensors")
    assert same_weights(trained, loaded)
    assert loaded.about["ended"] == "all epochs"
    assert len(loaded.history) == 3
    assert loaded.history[-1]["loss"] < loaded.history[0]["loss"]
    assert Encoder(loaded).curve.encoder == loaded.id
    assert not (tmp_path / "a.safetensors.resume").exists()


def test_a_training_ends_with_a_learned_metric_on_request_and_the_same_weights(
    whole: Checkpoint, tmp_path: Path
) -> None:
    options = replace(OPTIONS, metric="learned")
    trained = train(LEARNED, VALIDATION, tmp_path / "a.safetensors", options)
    assert trained.curve.metric.is_learned
    used = validate(embed_faces(VALIDATION, Encoder(trained)), trained.curve.metric)
    assert used.eer == pytest.approx(trained.about["metric"]["best"]["eer"], abs=1e-6)
    assert same_weights(trained, whole)
    assert whole.curve.metric.kind == "centred-cosine"


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Checkpoint:
    """Trained without a break."""
    made = train(LEARNED, VALIDATION, tmp_path_factory.mktemp("whole") / "a.safetensors", OPTIONS)
    assert made is not None
    return made


@pytest.mark.parametrize("step", [3, 6, 8])
def test_a_training_killed_at_any_step_resumes_to_the_same_weights(
    whole: Checkpoint, tmp_path: Path, step: int
) -> None:
    def die(done: int, _steps: int, _figures: object) -> None:
        if done == step:
            raise KilledError

    with pytest.raises(KilledError):
        train(LEARNED, VALIDATION, tmp_path / "cut.safetensors", OPTIONS, progress=die)
    gone_on = train(LEARNED, VALIDATION, tmp_path / "cut.safetensors", OPTIONS)
    assert same_weights(whole, gone_on)
    assert [e["loss"] for e in whole.history] == [e["loss"] for e in gone_on.history]


def test_ctrl_c_leaves_a_usable_checkpoint(tmp_path: Path) -> None:
    def interrupt(done: int, _steps: int, _figures: object) -> None:
        if done == 6:
            raise KeyboardInterrupt

    trained = train(LEARNED, VALIDATION, tmp_path / "a.safetensors", OPTIONS, progress=interrupt)
    assert trained.about["ended"] == "interrupted"
    assert Encoder(Checkpoint.load(tmp_path / "a.safetensors")).curve


def test_another_trainings_state_is_refused(tmp_path: Path) -> None:
    def interrupt(done: int, _steps: int, _figures: object) -> None:
        if done == 6:
            raise KeyboardInterrupt

    train(LEARNED, VALIDATION, tmp_path / "a.safetensors", OPTIONS, progress=interrupt)
    other = TrainingOptions(epochs=3, people=3, pictures=2, rate=0.1)
    with pytest.raises(ModelError, match="--no-resume"):
        train(LEARNED, VALIDATION, tmp_path / "a.safetensors", other)


def test_batches_follow_from_seed_and_epoch_and_hold_p_people_with_k_pictures() -> None:
    labels = np.repeat(np.arange(7), [1, 2, 3, 4, 5, 6, 7])
    sampler = BatchSampler(labels, 4, 3, seed=5)
    for batch in sampler.batches(2):
        people, counts = np.unique(labels[batch], return_counts=True)
        assert len(people) == 4
        assert set(counts) == {3}
    again = list(BatchSampler(labels, 4, 3, seed=5).batches(2))
    assert all(np.array_equal(a, b) for a, b in zip(sampler.batches(2), again, strict=True))
    assert not np.array_equal(again[0], next(sampler.batches(3)))
    halves = [shard(again[0], rank, 2) for rank in (0, 1)]
    assert np.array_equal(np.concatenate(halves), again[0])
    with pytest.raises(ValueError, match="evenly"):
        shard(np.arange(9), 0, 2)


SCRIPT = """
import json, sys, torch
torch.set_num_threads(1)
from pathlib import Path
from core.lab.training.options import TrainingOptions
from core.lab.training.trainer import train
from tests.core.lab.training.faces import pattern_faces
# Adam divides each gradient by its own size, and so makes the last digits of one near 0 as large as a whole step.
options = TrainingOptions(epochs=2, people=4, pictures=2, optimizer="sgd")
made = train(pattern_faces(6), pattern_faces(5, seed=1, first=6), Path(sys.argv[1]), options)
if made:
    print(json.dumps([epoch["loss"] for epoch in made.history]))
"""


@pytest.mark.slow
def test_two_processes_give_the_losses_of_one(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(SCRIPT)
    environment = os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}

    def losses(command: list[str], out: str) -> NDArray[np.float64]:
        run = subprocess.run(
            [*command, str(script), str(tmp_path / out)],
            capture_output=True, text=True, env=environment, check=False, timeout=100,
        )  # fmt: skip
        assert run.returncode == 0, run.stderr
        return np.array(json.loads(run.stdout.strip().splitlines()[-1]))

    torchrun = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2"]
    one = losses([sys.executable], "one.safetensors")
    two = losses(torchrun, "two.safetensors")
    assert np.abs(one - two).max() < 1e-5
