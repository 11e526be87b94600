"""The network in OpenVINO, as a graph built layer by layer from the weights, without importing PyTorch.

OpenVINO's own converter traces a PyTorch network, which takes seconds. Compiling folds the batch norms.
"""

import threading
from typing import Any

import numpy as np
from numpy.typing import NDArray
from openvino import Core, Model, Type
from openvino import opset13 as op

from core.encoder.checkpoint import Checkpoint, Weights, misfit
from core.encoder.runtime.prepared import Prepared
from core.encoder.sface import CHANNELS, FINAL_SIDE, NORM_EPSILON, PIXEL_MEAN, PIXEL_SCALE, UNIT_EPSILON, Unit, units
from core.types import ALIGNED_SIZE, EMBEDDING_SIZE


def compiled(checkpoint: Checkpoint, threads: int, *, float32: bool = False) -> Prepared:
    """SFace's graph, compiled for this processor. Raises ModelError when the weights don't fit it."""
    try:
        model = _graph(checkpoint.weights)
    except (KeyError, ValueError) as error:
        raise misfit(checkpoint.architecture) from error
    core = Core()
    # OpenVINO's own choice is bfloat16 where the processor computes it; the float16 of others is not tested.
    in_bfloat16 = not float32 and core.get_property("CPU", "INFERENCE_PRECISION_HINT") == Type.bf16
    settings = {
        "PERFORMANCE_HINT": "LATENCY",
        "INFERENCE_NUM_THREADS": threads,
        "INFERENCE_PRECISION_HINT": "bf16" if in_bfloat16 else "f32",
    }
    network, turn = core.compile_model(model, "CPU", settings), threading.Lock()

    def run(faces: NDArray[np.float32]) -> NDArray[np.float32]:
        with turn:
            return network(faces)[0].copy()  # type: ignore[no-any-return]

    return Prepared(run, "cpu")


def _graph(weights: Weights) -> Model:
    """The same computation as `SiameseBranch.forward`."""
    faces = op.parameter([-1, 3, ALIGNED_SIZE, ALIGNED_SIZE], np.float32)
    features = op.divide(op.subtract(faces, np.float32(PIXEL_MEAN)), np.float32(PIXEL_SCALE))
    for number, unit in enumerate(units()):
        features = _unit(features, unit, weights, f"features.{number}")
    features = _norm(features, weights, "norm", CHANNELS, NORM_EPSILON)
    flat = op.reshape(features, np.array([0, -1]), special_zero=True)
    matrix = _constant(weights, "linear.weight", EMBEDDING_SIZE, CHANNELS * FINAL_SIDE**2)
    linear = op.matmul(flat, matrix, transpose_a=False, transpose_b=True)
    embeddings = op.add(linear, _constant(weights, "linear.bias", EMBEDDING_SIZE))
    return Model([_norm(embeddings, weights, "output_norm", EMBEDDING_SIZE, NORM_EPSILON)], [faces])


def _unit(features: Any, unit: Unit, weights: Weights, name: str) -> Any:
    kernel = _constant(weights, f"{name}.0.weight", unit.outputs, unit.inputs // unit.groups, unit.kernel, unit.kernel)
    place = ([unit.stride] * 2, [unit.kernel // 2] * 2, [unit.kernel // 2] * 2, [1, 1])
    if unit.groups > 1:
        by_group = op.unsqueeze(kernel, op.constant(np.array([1])))
        features = op.group_convolution(features, by_group, *place)
    else:
        features = op.convolution(features, kernel, *place)
    features = _norm(features, weights, f"{name}.1", unit.outputs, UNIT_EPSILON)
    return op.prelu(features, _constant(weights, f"{name}.2.weight", unit.outputs))


def _norm(features: Any, weights: Weights, name: str, channels: int, epsilon: float) -> Any:
    parts = ("weight", "bias", "running_mean", "running_var")
    scale, shift, mean, variance = (_constant(weights, f"{name}.{part}", channels) for part in parts)
    return op.batch_norm_inference(features, scale, shift, mean, variance, epsilon)


def _constant(weights: Weights, name: str, *shape: int) -> Any:
    array = weights[name]
    if array.shape != shape:
        raise ValueError(f"{name} is {array.shape}, not {shape}")
    # A layer given an array instead makes a list of Python numbers of it: 0.6 s for the whole network.
    return op.constant(array.astype(np.float32, copy=False))
