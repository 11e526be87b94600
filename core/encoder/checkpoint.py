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
"""Arrays by their names in the branch's `state_dict`."""


@dataclass(frozen=True, slots=True, eq=False)
class Checkpoint:
    """The contents of a checkpoint file. The metric is part of the curve, since a threshold depends on both."""

    architecture: str
    weights: Weights
    curve: ImpostorCurve | None = None
    """None until it has been measured; without it, the encoder can be evaluated but not used."""
    history: tuple[dict[str, float], ...] = ()
    """Figures of each training epoch."""
    about: dict[str, Any] = field(default_factory=dict)
    """How the encoder was made: options, data, figures."""

    @property
    def id(self) -> str:
        """The encoder's identity, which depends on its weights and not on the file's name."""
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
        """A copy of the weights as PyTorch tensors."""
        # Imported here, so that PyTorch loads only when needed: that takes longer than the rest of the start-up.
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
        # Not with `save_file`, which leaves a temporary file behind if the process is killed.
        write_whole(path, save({name: np.asarray(array, order="C") for name, array in self.weights.items()}, metadata))

    @classmethod
    def load(cls, path: Path = DEFAULT_ENCODER) -> "Checkpoint":
        """Reads a checkpoint. A curve file beside it (`NAME.curve.json`) takes precedence over the curve in it.

        Raises ModelError when the file is missing, damaged or not an encoder.
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
            message = f"{path} is damaged or not an encoder: use another file, or reinstall Firstsight."
            raise ModelError(message) from error
        beside = curve_beside(path)
        # The curve's longer name may exceed what the file system allows: then there is none.
        with contextlib.suppress(OSError):
            if beside.is_file():
                curve = ImpostorCurve.load(beside)
        return cls(architecture, weights, curve, tuple(history), about)


@contextmanager
def _plainly_named(path: Path) -> Iterator[Path]:
    """A path to the file that is valid text, as safetensors requires; a temporary link if its own path isn't."""
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
    """Path of a checkpoint's curve when it isn't in the checkpoint itself."""
    return path.with_suffix(".curve.json")


def arrays(tensors: "Mapping[str, Tensor]") -> Weights:
    """A copy of PyTorch tensors, from any device, as NumPy arrays."""
    return {name: tensor.numpy(force=True).copy() for name, tensor in tensors.items()}


def misfit(architecture: str) -> ModelError:
    """The error for weights that are missing or have the wrong shape."""
    return ModelError(f"The weights don't fit the architecture {architecture}: choose another file.")


def encoder_id(architecture: str, weights: Weights) -> str:
    """Identity of an encoder: its architecture and a hash of its weights."""
    digest = hashlib.sha256()
    for name in sorted(weights):
        if not name.endswith("num_batches_tracked"):
            array = weights[name]
            # PyTorch's name of the type, since existing galleries and curves hold these hashes.
            digest.update(f"{name} torch.{array.dtype} {array.shape}".encode())
            digest.update(array.tobytes())
    return f"{architecture}:{digest.hexdigest()[:12]}"
