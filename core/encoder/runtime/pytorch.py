"""The network in PyTorch: as it is, with its batch norms folded, or in oneDNN's blocked layout."""

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from core.encoder.checkpoint import Checkpoint
from core.encoder.network import SiameseBranch, folded, layers
from core.encoder.runtime.prepared import Prepared
from core.encoder.sface import PIXEL_MEAN, PIXEL_SCALE


def set_threads(count: int) -> None:
    """Sets PyTorch's number of threads in this process."""
    if torch.get_num_threads() != count:
        torch.set_num_threads(count)


def eager(checkpoint: Checkpoint, *, fold: bool) -> Prepared:
    """Runs layer by layer, on the fastest device available. fold: fold the batch norms."""
    device, branch = _best_device(), checkpoint.branch()
    network = (folded(branch) if fold else branch.requires_grad_(False)).to(device)

    @torch.inference_mode()
    def run(faces: NDArray[np.float32]) -> NDArray[np.float32]:
        return network(torch.from_numpy(faces).to(device)).cpu().numpy()  # type: ignore[no-any-return]

    return Prepared(run, device)


def runs_blocked() -> bool:
    """Whether `blocked` is available and there is no GPU, which would be faster."""
    return _best_device() == "cpu" and torch.backends.mkldnn.is_available()  # type: ignore[no-untyped-call]


def blocked(checkpoint: Checkpoint, *, float32: bool = False) -> Prepared:
    """Keeps features in oneDNN's blocked layout from the first layer to the last; weights are packed once.

    Eager PyTorch converts the layout before and after each convolution, and its own PReLU is slow. Features and kernels
    are bfloat16 where the processor computes it, unless float32 is asked for.
    """
    branch = checkpoint.branch()
    assert isinstance(branch, SiameseBranch)
    network = folded(branch)
    kind = torch.bfloat16 if computes_bfloat16() and not float32 else torch.float32
    packed = [(_packed(layer, bias, kind), slopes.to_mkldnn(kind)) for layer, bias, slopes in layers(network)]

    @torch.inference_mode()
    def run(faces: NDArray[np.float32]) -> NDArray[np.float32]:
        features = ((torch.from_numpy(faces) - PIXEL_MEAN) / PIXEL_SCALE).to_mkldnn(kind)
        for convolution, slopes in packed:
            features = torch.prelu(torch.conv2d(features, *convolution), slopes)
        return network.linear(features.to_dense().float().flatten(1)).numpy()  # type: ignore[no-any-return]

    return Prepared(run, "cpu")


def computes_bfloat16() -> bool:
    """Whether the processor multiplies bfloat16 (AVX512-BF16, AMX), at up to twice the speed of float32."""
    able = torch.cpu.get_capabilities()
    return bool(able.get("avx512_bf16") or able.get("amx_bf16"))


def _packed(layer: nn.Conv2d, bias: Tensor, kind: torch.dtype) -> tuple[Any, ...]:
    """The arguments of `torch.conv2d` that follow the features."""
    place = (layer.padding, layer.stride, layer.dilation, layer.groups)
    weight = torch._C._nn.mkldnn_reorder_conv2d_weight(layer.weight.to_mkldnn(kind), *place)  # type: ignore[arg-type]
    return (weight, bias.to_mkldnn(kind), layer.stride, layer.padding, layer.dilation, layer.groups)


def _best_device() -> str:
    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"
