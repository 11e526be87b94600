"""A trained encoder in one file: weights, architecture, metric, history, impostor curve. Safetensors, no pickle."""

import contextlib
import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

from core.encoder.architectures import ARCHITECTURES, build
from core.encoder.shipped import DEFAULT_ENCODER
from core.errors import ModelError
from core.matching.curve import ImpostorCurve
from core.system.input import check_input
from core.system.whole_file import write_whole

if TYPE_CHECKING:
    from torch import Tensor, nn

Weights = dict[str, NDArray[Any]]
"""By the names of the branch's `state_dict`."""


@dataclass(frozen=True, slots=True, eq=False)
class Checkpoint:
    """What a file holds. The metric is the curve's: a threshold belongs to both."""

    architecture: str
    weights: Weights
    curve: ImpostorCurve | None = None
    """None before it has been measured: the encoder can be evaluated but not used."""
    history: tuple[dict[str, float], ...] = ()
    """Of the training, an epoch each."""
    about: dict[str, Any] = field(default_factory=dict)
    """How it was made: options, data, figures."""

    @property
    def id(self) -> str:
        """The same for the same weights, whatever the file is called."""
        return encoder_id(self.architecture, self.weights)

    def branch(self) -> "nn.Module":
        """The network with these weights, in evaluation mode. Raises ModelError when they don't fit it."""
        branch = build(self.architecture)
        try:
            branch.load_state_dict({name: tensor.float() for name, tensor in self.tensors().items()})
        except RuntimeError as error:
            raise misfit(self.architecture) from error
        return branch.eval()

    def tensors(self) -> "dict[str, Tensor]":
        """A copy of the weights as PyTorch's."""
        # Not above: what runs the encoder may not be PyTorch, whose import takes longer than all the rest of a start.
        import torch

        return {name: torch.tensor(array) for name, array in self.weights.items()}

    def save(self, path: Path) -> None:
        """Writes the file whole or not at all. Raises OutputError when it can't be written."""
        metadata = {
            "architecture": self.architecture,
            "history": json.dumps(self.history),
            "about": json.dumps(self.about),
        }
        if self.curve:
            metadata["curve"] = self.curve.to_json()
        # Not by `save_file`, whose own draft stays where it is killed.
        write_whole(path, save({name: np.asarray(array, order="C") for name, array in self.weights.items()}, metadata))

    @classmethod
    def load(cls, path: Path = DEFAULT_ENCODER) -> "Checkpoint":
        """Reads a file. A curve beside it (`NAME.curve.json`) goes before the one in it.

        Raises ModelError when it is missing, damaged or no encoder's.
        """
        missing = f"There is no encoder {path}: give a checkpoint made by `firstsight train encoder`."
        check_input(path, "an encoder", ModelError, missing)
        try:
            with _plainly_named(path) as plain, safe_open(plain, framework="numpy") as file:
                metadata = file.metadata() or {}
                weights = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
            architecture = metadata.get("architecture", "")
            if architecture not in ARCHITECTURES:
                raise ValueError(f"architecture {architecture!r}")
            curve = ImpostorCurve.from_json(metadata["curve"]) if "curve" in metadata else None
            history, about = json.loads(metadata.get("history", "[]")), json.loads(metadata.get("about", "{}"))
        except (OSError, SafetensorError, ValueError, RecursionError) as error:
            raise ModelError(f"{path} is damaged or no encoder: use another file, or reinstall Firstsight.") from error
        beside = curve_beside(path)
        # With the longest of names there can be none beside it.
        with contextlib.suppress(OSError):
            if beside.is_file():
                curve = ImpostorCurve.load(beside)
        return cls(architecture, weights, curve, tuple(history), about)


@contextmanager
def _plainly_named(path: Path) -> Iterator[Path]:
    """The file by a name that is text, since safetensors takes no other: by a link where its own isn't."""
    try:
        str(path).encode()
    except UnicodeEncodeError:
        with TemporaryDirectory() as folder:
            link = Path(folder) / "encoder.safetensors"
            link.symlink_to(path.resolve())
            yield link
    else:
        yield path


def curve_beside(path: Path) -> Path:
    """Where a checkpoint's curve is kept when it is not in the checkpoint itself."""
    return path.with_suffix(".curve.json")


def arrays(tensors: "Mapping[str, Tensor]") -> Weights:
    """A copy of PyTorch's tensors, from whatever device."""
    return {name: tensor.numpy(force=True).copy() for name, tensor in tensors.items()}


def misfit(architecture: str) -> ModelError:
    """What to say of weights that are of another shape, or not all there."""
    return ModelError(f"The weights don't fit the architecture {architecture}: choose another file.")


def encoder_id(architecture: str, weights: Weights) -> str:
    """Names an encoder by what it computes: its architecture and a sum of its weights."""
    digest = hashlib.sha256()
    for name in sorted(weights):
        if not name.endswith("num_batches_tracked"):
            array = weights[name]
            # The type by PyTorch's name: galleries and curves hold these sums.
            digest.update(f"{name} torch.{array.dtype} {array.shape}".encode())
            digest.update(array.tobytes())
    return f"{architecture}:{digest.hexdigest()[:12]}"
