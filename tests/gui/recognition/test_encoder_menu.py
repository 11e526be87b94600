"""Choosing another encoder while the window runs: it knows everyone, and a refusal changes nothing."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from core.encoder.architectures import build
from core.encoder.checkpoint import Checkpoint, arrays
from core.encoder.encoder import Encoder
from core.encoder.shipped import DEFAULT_ENCODER, PUBLISHED
from core.gallery import Gallery
from core.lab.evaluation.calibration import calibrate
from core.lab.evaluation.people import LabelledFaces
from core.recognizer import Recognizer
from gui.settings import Settings
from gui.shell.main_window import MainWindow

SECONDS = 1000


@pytest.fixture(scope="module")
def checkpoint() -> Checkpoint:
    """An untrained encoder, with an impostor curve of random directions."""
    torch.manual_seed(0)
    bare = Checkpoint("small", arrays(build("small").state_dict()))
    random = np.random.default_rng(0)
    names = np.array([f"{person:03}" for person in range(120)])
    faces = LabelledFaces("drawn", names, random.normal(size=(120, 128)).astype(np.float32))
    return Checkpoint(bare.architecture, bare.weights, calibrate(faces, Encoder(bare).id))


@pytest.fixture
def file(checkpoint: Checkpoint, tmp_path: Path) -> Path:
    path = tmp_path / "mine.safetensors"
    checkpoint.save(path)
    return path


def test_each_encoder_knows_everyone_after_a_switch_and_back(
    qtbot: QtBot,
    gallery: Gallery,
    portraits: Path,
    checkpoint: Checkpoint,
    file: Path,
    open_window: Callable[..., MainWindow],
) -> None:
    Recognizer(gallery).enroll("Eileen Collins", portraits / "eileen_collins.png")
    window = open_window()
    before = window.recognizer
    assert before is not None
    window.recognition.use_encoder(str(file))
    assert window.open_enroll(portraits / "grace_hopper.jpg") is None
    qtbot.waitUntil(lambda: window.recognizer is not before, timeout=60 * SECONDS)
    assert window.recognizer is not None
    assert window.recognizer.encoder.id == checkpoint.id
    assert gallery.missing(window.recognizer.encoder.id) == 0
    assert window.recognizer.threshold.encoder == window.recognizer.encoder.id
    assert window.status.encoder.isVisible()
    assert "mine.safetensors" in window.status.encoder.text()
    assert Settings().encoder == str(file)
    assert [action.text() for action in window.encoders.actions() if action.isChecked()] == ["mine.safetensors"]
    small = window.recognizer
    window.recognition.use_encoder("")
    qtbot.waitUntil(lambda: window.recognizer is not small, timeout=60 * SECONDS)
    assert window.recognizer.encoder.id == before.encoder.id
    assert gallery.missing(before.encoder.id) == gallery.missing(small.encoder.id) == 0
    assert Settings().encoder == ""
    assert not window.status.encoder.isVisible()


def test_the_published_encoder_is_in_the_menu(qtbot: QtBot, open_window: Callable[..., MainWindow]) -> None:
    window = open_window("")
    before = window.recognizer
    assert before is not None
    names = [action.text() for action in window.encoders.actions()]
    assert names[:2] == ["SFace, adapted to webcams", "SFace, as published"]
    window.encoders.actions()[1].trigger()
    qtbot.waitUntil(lambda: window.recognizer is not before, timeout=60 * SECONDS)
    assert window.recognizer is not None
    assert window.recognizer.encoder.id == Checkpoint.load(PUBLISHED).id != before.encoder.id
    assert "as published" in window.status.encoder.text()
    assert Settings().encoder == "published"


def test_the_encoder_chosen_last_is_used_at_the_next_start(file: Path, open_window: Callable[..., MainWindow]) -> None:
    Settings().encoder = str(file)
    window = open_window()
    assert window.recognizer is not None
    assert window.recognizer.encoder.path == file


def test_a_missing_encoder_is_reported_and_the_default_one_used(
    tmp_path: Path, open_window: Callable[..., MainWindow]
) -> None:
    Settings().encoder = str(tmp_path / "gone.safetensors")
    window = open_window()
    assert "gone.safetensors" in window.status.currentMessage()
    assert window.recognizer is not None
    assert window.recognizer.encoder.id == Checkpoint.load(DEFAULT_ENCODER).id
    assert Settings().encoder == ""


def test_an_encoder_without_a_curve_is_refused_with_the_command_that_makes_one(
    qtbot: QtBot,
    checkpoint: Checkpoint,
    tmp_path: Path,
    open_window: Callable[..., MainWindow],
) -> None:
    bare = tmp_path / "bare.safetensors"
    Checkpoint(checkpoint.architecture, checkpoint.weights).save(bare)
    window = open_window()
    before = window.recognizer
    window.recognition.use_encoder(str(bare))
    qtbot.waitUntil(lambda: bool(window.findChildren(QMessageBox)), timeout=60 * SECONDS)
    (box,) = window.findChildren(QMessageBox)
    assert "firstsight calibrate" in box.text() + box.informativeText()
    box.close()
    qtbot.waitUntil(lambda: not window.recognition.busy, timeout=60 * SECONDS)
    assert window.recognizer is before
    assert Settings().encoder == ""
