"""Converts the published SFace weights from ONNX to safetensors, unchanged. Run once by a maintainer:

pip install 'firstsight[convert]'
python -m core.encoder.convert face_recognition_sface_2021dec.onnx assets/models/sface_2021dec.safetensors
"""

import hashlib
import sys
from collections.abc import Iterator
from pathlib import Path

import torch

from core.encoder.network import SiameseBranch
from core.encoder.sface import BLOCKS

SOURCE_SHA256 = "0ba9fbfa01b5270c96627c4ef784da859931e02f04419c829e83484087c34e79"


def convert(source: Path, result: Path) -> str:
    """Writes the weights of SFace's ONNX file as safetensors; returns the result's SHA-256.

    Raises ValueError when the source is not the published file or does not fit the network.
    """
    import onnx
    from onnx.numpy_helper import to_array
    from safetensors.torch import save_file

    data = source.read_bytes()
    if hashlib.sha256(data).hexdigest() != SOURCE_SHA256:
        raise ValueError(f"{source} is not the published face_recognition_sface_2021dec.onnx")
    arrays = {tensor.name: to_array(tensor) for tensor in onnx.load_from_string(data).graph.initializer}
    branch = SiameseBranch()
    weights = {
        ours: torch.from_numpy(arrays[theirs].copy()).reshape(branch.get_parameter(ours).shape)
        if ours.endswith(("weight", "bias"))
        else torch.from_numpy(arrays[theirs].copy())
        for ours, theirs in _names()
    }
    missing = set(branch.state_dict()) - set(weights)
    if any(not name.endswith("num_batches_tracked") for name in missing):
        raise ValueError(f"the source lacks {sorted(missing)}")
    save_file(weights, result, metadata={"architecture": "sface", "source_sha256": SOURCE_SHA256})
    return hashlib.sha256(result.read_bytes()).hexdigest()


def _names() -> Iterator[tuple[str, str]]:
    """For every tensor, our name and the ONNX graph's."""
    units = ["conv_1"]
    for block in range(2, len(BLOCKS) + 2):
        units += [f"conv_{block}_dw", f"conv_{block}"]
    for index, unit in enumerate(units):
        yield f"features.{index}.0.weight", f"{unit}_conv2d_weight"
        yield from _norm_names(f"features.{index}.1", f"{unit}_batchnorm")
        yield f"features.{index}.2.weight", f"{unit}_relu_gamma"
    yield from _norm_names("norm", "bn1")
    yield "linear.weight", "pre_fc1_weight"
    yield "linear.bias", "pre_fc1_bias"
    yield from _norm_names("output_norm", "fc1")


def _norm_names(ours: str, theirs: str) -> Iterator[tuple[str, str]]:
    for our_part, their_part in (
        ("weight", "gamma"),
        ("bias", "beta"),
        ("running_mean", "moving_mean"),
        ("running_var", "moving_var"),
    ):
        yield f"{ours}.{our_part}", f"{theirs}_{their_part}"


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: python -m core.encoder.convert SOURCE.onnx RESULT.safetensors")
    print(convert(Path(sys.argv[1]), Path(sys.argv[2])))
