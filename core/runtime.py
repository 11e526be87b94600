"""Which way the same network runs fastest here. It is chosen in this one place; the encoder doesn't know which it is.

The plain float32 network is the reference that each other way is tested against, and what training uses.
"""

import contextlib
import threading
from collections.abc import Callable
from enum import StrEnum
from importlib import import_module
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from core.network import PIXEL_MEAN, PIXEL_SCALE, SiameseBranch, folded, layers

Run = Callable[[Tensor], Tensor]
"""N×3×S×S RGB, 0 to 255, on the CPU → N×128 there, as the branch gives them. From any thread."""


class Runtime(StrEnum):
    """A way of running the network."""

    PLAIN = "plain PyTorch"
    FOLDED = "PyTorch, batch norm folded"
    BLOCKED = "PyTorch, oneDNN's blocked layout"
    OPENVINO = "OpenVINO"


def fastest(branch: nn.Module, device: torch.device) -> Runtime:
    """Of those that are here and can run this branch."""
    if device.type != "cpu" or not isinstance(branch, SiameseBranch):
        return Runtime.FOLDED
    # One that can't be imported is as good as none.
    with contextlib.suppress(ImportError):
        import_module("openvino")
        return Runtime.OPENVINO
    here = torch.backends.mkldnn.is_available()  # type: ignore[no-untyped-call]
    return Runtime.BLOCKED if here else Runtime.FOLDED


def prepare(branch: nn.Module, runtime: Runtime, device: torch.device) -> Run:
    """Makes a branch ready. Raises ValueError when that runtime can't run it."""
    if runtime in (Runtime.PLAIN, Runtime.FOLDED):
        network = folded(branch) if runtime is Runtime.FOLDED else branch.requires_grad_(False)
        network = network.to(device)
        return lambda faces: network(faces.to(device)).cpu()
    if not isinstance(branch, SiameseBranch):
        raise ValueError(f"{runtime} runs SFace's architecture only")
    return _blocked(branch) if runtime is Runtime.BLOCKED else _openvino(branch)


def _blocked(branch: SiameseBranch) -> Run:
    """Features stay in the layout in which oneDNN convolves, from the first layer to the last; weights are packed once.

    Eager PyTorch converts before and after each convolution, and its own PReLU is slow.
    """
    network = folded(branch)
    packed = [(_packed(layer, bias), slopes.to_mkldnn()) for layer, bias, slopes in layers(network)]

    def run(faces: Tensor) -> Tensor:
        features = ((faces - PIXEL_MEAN) / PIXEL_SCALE).to_mkldnn()
        for convolution, slopes in packed:
            features = torch.prelu(torch.conv2d(features, *convolution), slopes)
        embeddings: Tensor = network.linear(features.to_dense().flatten(1))
        return embeddings

    return run


def _packed(layer: nn.Conv2d, bias: Tensor) -> tuple[Any, ...]:
    """What `torch.conv2d` takes after the features."""
    place = (layer.padding, layer.stride, layer.dilation, layer.groups)
    weight = torch._C._nn.mkldnn_reorder_conv2d_weight(layer.weight.to_mkldnn(), *place)  # type: ignore[arg-type]
    return (weight, bias.to_mkldnn(), layer.stride, layer.padding, layer.dilation, layer.groups)


def _openvino(branch: SiameseBranch) -> Run:
    """The folded network, layer by layer, as OpenVINO's graph: its own way from PyTorch traces, which takes seconds."""
    from openvino import Core, Model
    from openvino import opset13 as op

    network = folded(branch)
    faces = op.parameter([-1, 3, branch.side, branch.side], np.float32)
    features = op.divide(op.subtract(faces, np.float32(PIXEL_MEAN)), np.float32(PIXEL_SCALE))
    for layer, bias, slopes in layers(network):
        weight, place = layer.weight.numpy(), (layer.stride, layer.padding, layer.padding, layer.dilation)
        if layer.groups > 1:
            features = op.group_convolution(features, weight[:, None], *place)
        else:
            features = op.convolution(features, weight, *place)
        features = op.add(features, bias.numpy()[None, :, None, None])
        features = op.prelu(features, slopes.numpy())
    flat = op.reshape(features, np.array([0, -1]), special_zero=True)
    embeddings = op.matmul(flat, network.linear.weight.numpy(), transpose_a=False, transpose_b=True)
    model = Model([op.add(embeddings, network.linear.bias.numpy())], [faces])
    settings = {
        "PERFORMANCE_HINT": "LATENCY",
        "INFERENCE_NUM_THREADS": torch.get_num_threads(),
        "INFERENCE_PRECISION_HINT": "f32",
    }
    compiled, turn = Core().compile_model(model, "CPU", settings), threading.Lock()

    def run(faces: Tensor) -> Tensor:
        with turn:
            return torch.from_numpy(compiled(faces.numpy())[0].copy())

    return run
