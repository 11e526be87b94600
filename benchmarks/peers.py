"""The peers: other encoders that people could use. Each turns aligned faces into embeddings."""

import contextlib
from collections.abc import Callable, Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

Embed = Callable[[NDArray[np.uint8]], NDArray[np.float32]]
"""Aligned faces, n×112×112×3 uint8 BGR → embeddings, n×128."""


def opencv(model: Path, threads: int) -> Embed:
    """OpenCV's `FaceRecognizerSF`, one face at a time, since it takes no batches."""
    cv2.setNumThreads(threads)
    recognizer = cv2.FaceRecognizerSF.create(str(model), "")
    return lambda faces: np.concatenate([recognizer.feature(face) for face in faces])


def onnx_runtime(model: Path, threads: int) -> Embed:
    """ONNX Runtime on the published file, one face at a time, since the file's batch size is fixed at 1."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.log_severity_level = threads, 3
    session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
    return lambda faces: np.concatenate([session.run(None, {"data": face[None]})[0] for face in _planes(faces)])


def openvino(model: Path, threads: int) -> Embed:
    """OpenVINO on the published file: all faces in one batch, tuned for latency, in the precision that it chooses."""
    from openvino import CompiledModel, Core

    core, ready = Core(), dict[int, CompiledModel]()
    network = core.read_model(str(model))

    def embed(faces: NDArray[np.uint8]) -> NDArray[np.float32]:
        count = len(faces)
        if count not in ready:
            network.reshape({"data": [count, 3, 112, 112]})
            settings = {"INFERENCE_NUM_THREADS": threads, "PERFORMANCE_HINT": "LATENCY"}
            ready[count] = core.compile_model(network, "CPU", settings)
        return np.array(ready[count](_planes(faces))[0])

    return embed


def dlib(_model: Path, _threads: int) -> Embed:
    """dlib's ResNet with its own weights, as in the `face_recognition` package: faces of 150×150, one thread."""
    import dlib
    import face_recognition_models

    network = dlib.face_recognition_model_v1(face_recognition_models.face_recognition_model_location())

    def embed(faces: NDArray[np.uint8]) -> NDArray[np.float32]:
        chips = [cv2.resize(face, (150, 150))[..., ::-1].copy() for face in faces]
        return np.array([network.compute_face_descriptor(chip) for chip in chips], np.float32)

    return embed


PEERS: dict[str, tuple[str, Callable[[Path, int], Embed]]] = {
    "OpenCV": ("opencv-python-headless", opencv),
    "ONNX Runtime": ("onnxruntime", onnx_runtime),
    "OpenVINO": ("openvino", openvino),
    "dlib": ("dlib-bin", dlib),
}
"""The package to report the version of, and the function that prepares the encoder, by name."""


def available(model: Path, threads: int) -> Iterator[tuple[str, Embed]]:
    """The peers that are installed, prepared, by name."""
    for name, (_, make) in PEERS.items():
        with contextlib.suppress(ImportError):
            yield name, make(model, threads)


def versions() -> dict[str, str]:
    """Versions of the peers' packages that are installed."""
    found = {}
    for package in (*(package for package, _ in PEERS.values()), "faiss-cpu", "usearch"):
        with contextlib.suppress(PackageNotFoundError):
            found[package] = version(package)
    return found


def _planes(faces: NDArray[np.uint8]) -> NDArray[np.float32]:
    """n×S×S×3 BGR → n×3×S×S RGB."""
    return np.ascontiguousarray(faces[..., ::-1].transpose(0, 3, 1, 2), dtype=np.float32)
