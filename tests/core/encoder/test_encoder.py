"""The network is SFace; folding, mirroring and batching change only what they should."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file, save_file

from core.encoder.architectures import build
from core.encoder.checkpoint import Checkpoint, arrays
from core.encoder.convert import convert
from core.encoder.encoder import Encoder
from core.encoder.network import SiameseBranch, freeze_norms
from core.encoder.runtime import Runtime, fastest, prepare
from core.encoder.runtime.pytorch import computes_bfloat16
from core.encoder.shipped import PUBLISHED
from core.errors import ModelError
from core.faces.alignment import align, middle
from core.faces.detector import FaceDetector
from core.faces.photo_search import faces_in_photo
from core.matching.vectors import unit
from core.pictures.reading import read_picture


@pytest.fixture(scope="module")
def faces(lfw: Path) -> NDArray[np.uint8]:
    """40 aligned faces."""
    detector = FaceDetector()
    crops = []
    for file in sorted(lfw.glob("*/*.jpg"))[:40]:
        image = read_picture(file)
        crops.append(align(image, faces_in_photo(detector, image)[0].landmarks[None])[0])
    return np.stack(crops)


@pytest.fixture(scope="module")
def reference(faces: NDArray[np.uint8], shared: Path) -> NDArray[np.float32]:
    """OpenCV's own embeddings of those faces."""
    sface = cv2.FaceRecognizerSF.create(str(shared / "models" / "face_recognition_sface_2021dec.onnx"), "")
    return np.stack([sface.feature(np.ascontiguousarray(face))[0].copy() for face in middle(faces)])


@pytest.fixture
def openvino(monkeypatch: pytest.MonkeyPatch, without_openvino: None) -> None:
    """OpenVINO can be imported, as if installed."""
    monkeypatch.delitem(sys.modules, "openvino")


def test_openvino_is_used_where_it_is_installed(openvino: None) -> None:
    assert Encoder().runtime is Runtime.OPENVINO


def test_without_openvino_pytorch_runs_the_encoder() -> None:
    assert Encoder().runtime is Runtime.BLOCKED


def test_other_architectures_run_in_pytorch_only() -> None:
    with pytest.raises(ValueError, match="SFace"):
        prepare(Checkpoint("small", arrays(build("small").state_dict())), Runtime.OPENVINO)
    assert fastest("small") is Runtime.FOLDED


def test_with_openvino_a_face_is_named_without_pytorch(portraits: Path) -> None:
    """Importing PyTorch would take longer than the rest of the start-up."""
    program = f"""
import sys
from core.gallery import Gallery
from core.recognizer import Recognizer
recognizer = Recognizer(Gallery())
recognizer.enroll("Eileen Collins", {str(portraits / "eileen_collins.png")!r})
face, = recognizer.identify({str(portraits / "eileen_collins.png")!r})
print(face.decision.name, recognizer.encoder.runtime, "torch" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "Eileen Collins OpenVINO False"


@pytest.mark.parametrize("runtime", [Runtime.BLOCKED, Runtime.OPENVINO])
def test_faces_from_several_threads_are_not_mixed_up(
    faces: NDArray[np.uint8], runtime: Runtime, openvino: None
) -> None:
    encoder = Encoder(runtime=runtime)
    alone = encoder.embed(faces[:16])
    with ThreadPoolExecutor(4) as pool:
        together = np.concatenate(list(pool.map(lambda face: encoder.embed(face[None]), faces[:16])))
    assert np.abs(together - alone).max() < 1e-3


@pytest.mark.parametrize("runtime", Runtime)
def test_embeddings_equal_opencvs(
    faces: NDArray[np.uint8], reference: NDArray[np.float32], runtime: Runtime, openvino: None
) -> None:
    ours = Encoder(PUBLISHED, mirror=False, runtime=runtime, float32=True).embed(faces)
    assert ours.shape == (40, 128)
    assert np.abs(ours - reference).max() < 1e-4


@pytest.mark.parametrize("runtime", [Runtime.BLOCKED, Runtime.OPENVINO])
def test_the_processors_bfloat16_changes_embeddings_hardly(
    faces: NDArray[np.uint8], reference: NDArray[np.float32], runtime: Runtime, openvino: None
) -> None:
    ours = Encoder(PUBLISHED, mirror=False, runtime=runtime).embed(faces)
    assert (unit(ours) * unit(reference)).sum(axis=1).min() > 0.9995
    # Where the processor has it, it is used.
    assert (np.abs(ours - reference).max() > 1e-3) == computes_bfloat16()


def test_wrong_channel_order_would_be_noticed(faces: NDArray[np.uint8], reference: NDArray[np.float32]) -> None:
    swapped = Encoder(PUBLISHED, mirror=False).embed(np.ascontiguousarray(faces[:8, ..., ::-1]))
    assert np.abs(swapped - reference[:8]).max() > 0.1


def test_the_mirrored_face_is_added(faces: NDArray[np.uint8]) -> None:
    plain = Encoder(mirror=False, runtime=Runtime.PLAIN)
    both = plain.embed(faces[:20]) + plain.embed(np.ascontiguousarray(faces[:20, :, ::-1]))
    assert np.abs(Encoder(float32=True).embed(faces[:20]) - both).max() < 1e-3


def test_embedding_both_ways_is_the_sum_of_each(faces: NDArray[np.uint8]) -> None:
    encoder = Encoder()
    ways = encoder.embed_one_way(faces[:8]) + encoder.embed_one_way(np.ascontiguousarray(faces[:8, :, ::-1]))
    assert np.abs(encoder.embed(faces[:8]) - ways).max() < 1e-3


def test_a_mirrored_face_has_the_same_embedding(faces: NDArray[np.uint8]) -> None:
    encoder = Encoder()
    assert np.abs(encoder.embed(faces[:4]) - encoder.embed(np.ascontiguousarray(faces[:4, :, ::-1]))).max() < 1e-3


def test_batches_make_no_difference(faces: NDArray[np.uint8]) -> None:
    encoder = Encoder()
    one_by_one = np.concatenate([encoder.embed(face[None]) for face in faces[:20]])
    assert np.abs(encoder.embed(faces[:20]) - one_by_one).max() < 1e-3
    assert encoder.embed(faces[:0]).shape == (0, 128)


@pytest.mark.parametrize("runtime", [Runtime.FOLDED, Runtime.BLOCKED, Runtime.OPENVINO])
def test_folded_norms_are_the_same_function_for_any_statistics(runtime: Runtime, openvino: None) -> None:
    torch.manual_seed(0)
    branch = SiameseBranch().eval()
    for module in branch.modules():
        if isinstance(module, torch.nn.BatchNorm1d | torch.nn.BatchNorm2d):
            assert module.running_mean is not None
            assert module.running_var is not None
            torch.nn.init.uniform_(module.weight, 0.5, 1.5)
            torch.nn.init.normal_(module.bias, std=0.2)
            torch.nn.init.normal_(module.running_mean, std=0.2)
            torch.nn.init.uniform_(module.running_var, 0.5, 1.5)
    faces = torch.rand(2, 3, 112, 112) * 255
    run = prepare(Checkpoint("sface", arrays(branch.state_dict())), runtime, float32=True).run
    with torch.inference_mode():
        assert np.allclose(branch(faces).numpy(), run(faces.numpy()), atol=1e-4)


def test_a_frozen_norm_is_the_same_function_with_the_same_gradients() -> None:
    torch.manual_seed(0)
    plain, frozen = Checkpoint.load().branch(), Checkpoint.load().branch()
    freeze_norms(frozen)
    faces = torch.rand(2, 3, 112, 112) * 255
    results = []
    for branch in (plain, frozen):
        embeddings = branch(faces)
        embeddings.square().sum().backward()
        results.append(embeddings.detach())
    assert torch.allclose(results[0], results[1], atol=1e-4)
    learning = dict(plain.named_parameters())
    assert not any(isinstance(module, torch.nn.PReLU) and module.weight.requires_grad for module in frozen.modules())
    for name, parameter in frozen.named_parameters():
        if parameter.requires_grad:
            assert (parameter.grad - learning[name].grad).norm() < 0.01 * learning[name].grad.norm(), name


def test_both_branches_are_one_module_that_can_learn() -> None:
    branch = SiameseBranch().train()
    pairs = torch.rand(2, 2, 3, 112, 112) * 255
    (branch(pairs[0]) - branch(pairs[1])).square().sum().backward()
    assert all(parameter.grad is not None for parameter in branch.parameters())


def test_the_shipped_weights_are_the_converted_ones(shared: Path, tmp_path: Path) -> None:
    pytest.importorskip("onnx", reason="needs firstsight[convert]")
    convert(shared / "models" / "face_recognition_sface_2021dec.onnx", tmp_path / "again.safetensors")
    again, shipped = load_file(tmp_path / "again.safetensors"), load_file(PUBLISHED)
    assert again.keys() == shipped.keys()
    assert all(torch.equal(again[name], shipped[name]) for name in shipped)


def test_bad_weights_are_refused_with_a_sentence(tmp_path: Path, openvino: None) -> None:
    with pytest.raises(ModelError, match="There is no encoder"):
        Encoder(tmp_path / "none.safetensors")
    damaged = tmp_path / "damaged.safetensors"
    damaged.write_bytes(PUBLISHED.read_bytes()[:1000])
    with pytest.raises(ModelError, match="damaged"):
        Encoder(damaged)
    other = tmp_path / "other.safetensors"
    save_file({"weight": torch.zeros(3)}, other)
    with pytest.raises(ModelError, match="not an encoder"):
        Encoder(other)
    weights = load_file(PUBLISHED)
    for wrong in ({"weight": torch.zeros(3)}, weights | {"linear.bias": torch.zeros(3)}):
        save_file(wrong, other, {"architecture": "sface"})
        for runtime in (Runtime.BLOCKED, Runtime.OPENVINO):
            with pytest.raises(ModelError, match="don't fit"):
                Encoder(other, runtime=runtime)


def test_faces_of_another_shape_are_a_bug() -> None:
    with pytest.raises(ValueError, match="168"):
        Encoder().embed(np.zeros((1, 100, 100, 3), np.uint8))
