"""Fine-tuning a trained encoder: degraded variants, a teacher, frozen norms, and blending with the initial weights."""

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from core.encoder.architectures import build
from core.encoder.checkpoint import Checkpoint, arrays
from core.encoder.encoder import Encoder
from core.lab.dataset.face_set import FaceSet, join
from core.lab.training.options import TrainingOptions
from core.lab.training.teacher import Teacher
from core.lab.training.trainer import train
from core.lab.training.variants import Variants
from tests.core.lab.training.faces import pattern_faces

LEARNED, VALIDATION = pattern_faces(6), pattern_faces(5, seed=1, first=6)


def dimmed(faces: FaceSet, amount: int, leave_out: tuple[int, ...] = ()) -> FaceSet:
    rows = np.array([row for row in range(len(faces)) if row not in leave_out])
    part = faces.of_rows(rows)
    return FaceSet(part.folder, part.names, part.files, part.crops // amount, degraded=f"dim {amount}")


@pytest.fixture(scope="module")
def checkpoint() -> Checkpoint:
    torch.manual_seed(0)
    return Checkpoint("small", arrays(build("small").state_dict()))


def test_clean_and_degraded_faces_are_mixed_in_the_same_way_for_the_same_step() -> None:
    variants = Variants(LEARNED, [dimmed(LEARNED, 2), dimmed(LEARNED, 4, leave_out=(0, 5))])
    rows = np.repeat(np.arange(len(LEARNED)), 2)
    seen, unlike = set(), 0
    for step in range(12):
        crops = variants.shown(rows, 1, step)
        assert np.array_equal(crops, variants.shown(rows, 1, step))
        assert not np.array_equal(crops, variants.shown(rows, 2, step))
        kinds = []
        for row, crop in zip(rows, crops, strict=True):
            of_row = [amount for amount in (1, 2, 4) if np.array_equal(crop, LEARNED.crops[row] // amount)]
            assert len(of_row) == 1
            kinds += of_row
        seen |= set(zip(rows.tolist(), kinds, strict=True))
        unlike += sum(a != b for a, b in zip(kinds[::2], kinds[1::2], strict=True))
    assert {(0, 1), (0, 2), (1, 1), (1, 2), (1, 4)} <= seen
    assert (0, 4) not in seen
    assert unlike > 6 * len(LEARNED)
    assert np.array_equal(Variants(LEARNED, []).shown(rows, 1, 3), LEARNED.crops[rows])


def test_a_student_that_agrees_with_the_teacher_has_the_least_loss(checkpoint: Checkpoint) -> None:
    labels = torch.from_numpy(np.unique(LEARNED.names, return_inverse=True)[1])
    teacher = Teacher(checkpoint, LEARNED, labels)
    told = torch.from_numpy(Encoder(checkpoint).embed(LEARNED.crops)).requires_grad_()
    rows = torch.arange(len(LEARNED))
    same = teacher(told, rows, labels)
    mixed_up = teacher(told.flip(0), rows, labels)
    assert same < mixed_up
    mixed_up.backward()
    assert told.grad.any()
    # The pull towards the same picture is 0 here; only the softmax is left.
    assert same.item() < 0.2


def test_blending_gives_weights_between_the_initial_and_the_trained_ones(
    checkpoint: Checkpoint, tmp_path: Path
) -> None:
    def trained(blend: float) -> Checkpoint:
        options = TrainingOptions(epochs=2, people=3, pictures=2, loss="none", keep=1, blend=blend, augment="none")
        degraded = [dimmed(LEARNED, 3)]
        made = train(LEARNED, VALIDATION, tmp_path / "a.safetensors", options, start=checkpoint, degraded=degraded)
        assert made is not None
        return made

    whole, half = trained(1.0), trained(0.5)
    name = "linear.weight"
    between = (checkpoint.weights[name] + whole.weights[name]) / 2
    assert np.allclose(half.weights[name], between, atol=1e-6)
    assert half.about["training"]["degraded"] == ["dim 3"]
    assert Encoder(half).curve


def test_frozen_norms_and_slopes_stay_and_kernels_learn(checkpoint: Checkpoint, tmp_path: Path) -> None:
    options = TrainingOptions(epochs=1, people=3, pictures=2, freeze_norm=True, weight_decay=0)
    after = train(LEARNED, VALIDATION, tmp_path / "a.safetensors", options, start=checkpoint).branch()
    learned = []
    for old, new in zip(checkpoint.branch().modules(), after.modules(), strict=True):
        states = zip(old.state_dict().values(), new.state_dict().values(), strict=True)
        if isinstance(old, nn.BatchNorm2d | nn.PReLU):
            assert all(torch.equal(a, b) for a, b in states)
        elif isinstance(old, nn.Conv2d | nn.Linear):
            learned.append(not all(torch.equal(a, b) for a, b in states))
    assert len(learned) > 2
    assert all(learned)


def test_an_untrained_network_has_nothing_to_keep(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="untrained"):
        train(LEARNED, VALIDATION, tmp_path / "a.safetensors", TrainingOptions(keep=1))
    with pytest.raises(ValueError, match="loss must be one of"):
        TrainingOptions(loss="none")


def test_joined_sets_are_sorted_by_person() -> None:
    both = join([LEARNED, dimmed(LEARNED, 2)])
    assert len(both) == 2 * len(LEARNED)
    assert both.names.tolist() == sorted(both.names.tolist())
    assert both.degraded == "clean and dim 2"
