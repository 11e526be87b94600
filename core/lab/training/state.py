"""All that a training needs to go on after it was ended at any moment: one safetensors file, written each epoch.

No state of random numbers is among it: batches, changes to faces and dropout follow from seed, epoch and step.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor

from core.encoder.checkpoint import Checkpoint
from core.errors import ModelError
from core.lab.dataset.face_set import FaceSet
from core.lab.training.options import TrainingOptions
from core.system.whole_file import write_whole

Tensors = dict[str, Tensor]
History = tuple[dict[str, float], ...]
GROUPS = ("weights", "average", "best", "loss", "optimizer")
"""Of tensors in the file: fields of `TrainingState`."""


@dataclass(frozen=True, slots=True, eq=False)
class TrainingState:
    """After an epoch."""

    training: str
    """Which training it belongs to, by `identity`."""
    history: History
    """Of each epoch, the one before the first among them."""
    weights: Tensors
    average: Tensors
    """The running mean of the weights."""
    best: Tensors
    """The mean after the best epoch."""
    loss: Tensors
    """What the loss itself has learned."""
    optimizer: Tensors
    """`PARAMETER.NAME`, as `optimizer_tensors` gives them."""

    def save(self, path: Path) -> None:
        """Writes the file whole or not at all, for its owner only: a loss may have learned what everybody looks like.

        Raises OutputError.
        """
        groups = {name: getattr(self, name) for name in GROUPS}
        tensors = {f"{group}/{name}": t.cpu().clone() for group, named in groups.items() for name, t in named.items()}
        metadata = {"training": self.training, "history": json.dumps(self.history)}
        write_whole(path, save(tensors, metadata), private=True)

    @classmethod
    def load(cls, path: Path, training: str) -> "TrainingState | None":
        """What was kept, or None without a file. Raises ModelError when it is damaged or another training's."""
        if not path.is_file():
            return None
        groups: dict[str, Tensors] = {name: {} for name in GROUPS}
        try:
            with safe_open(path, framework="pt") as file:
                metadata = file.metadata() or {}
                for key in file.keys():  # noqa: SIM118
                    group, _, name = key.partition("/")
                    groups[group][name] = file.get_tensor(key)
            history = tuple(json.loads(metadata["history"]))
        except OSError as error:
            raise ModelError(f"{path} can't be read ({error.strerror or error}): check its permissions.") from error
        except (SafetensorError, ValueError, KeyError) as error:
            raise ModelError(f"{path} is damaged: delete it, or begin anew with --no-resume.") from error
        if metadata["training"] != training:
            raise ModelError(
                f"{path} belongs to a training with other options or pictures: give the same ones to go on with it, "
                "or begin anew with --no-resume."
            )
        return cls(metadata["training"], history, **groups)


def identity(
    faces: FaceSet,
    validation: FaceSet,
    options: TrainingOptions,
    start: Checkpoint | str,
    degraded: Sequence[FaceSet] = (),
) -> str:
    """Names a training: the same for the same options, faces and start."""
    record: dict[str, Any] = {"options": asdict(options), "start": named(start)}
    record["degraded"] = [variant.degraded for variant in degraded]
    for what, used in (("training", faces), ("validation", validation)):
        record[what] = described(used) | {"files": hashlib.sha256("\n".join(used.files).encode()).hexdigest()}
    return json.dumps(record, sort_keys=True)


def named(start: Checkpoint | str) -> str:
    """What a training began with: an encoder's id, or an architecture."""
    return start if isinstance(start, str) else start.id


def described(faces: FaceSet) -> dict[str, Any]:
    """How many of whom."""
    return {"folder": faces.folder, "people": faces.people, "pictures": len(faces)}
