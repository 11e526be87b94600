"""The state that a training needs to resume after it was stopped at any moment: one safetensors file per epoch's end.

Random states aren't part of it: batches, augmentation and dropout follow from the seed, the epoch and the step.
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
"""Groups of tensors in the file, which are fields of `TrainingState`."""


@dataclass(frozen=True, slots=True, eq=False)
class TrainingState:
    """State of a training after an epoch."""

    training: str
    """The training it belongs to, by `identity`."""
    history: History
    """Figures of each epoch, including epoch 0 before the first step."""
    weights: Tensors
    """The network's weights."""
    average: Tensors
    """Running mean of the weights."""
    best: Tensors
    """Running mean after the best epoch."""
    loss: Tensors
    """Parameters of the loss itself."""
    optimizer: Tensors
    """The optimiser's state, from `optimizer_tensors`."""

    def save(self, path: Path) -> None:
        """Writes the file, completely or not at all, readable by its owner only: a loss may have learned what people
        look like. Raises OutputError.
        """
        groups = {name: getattr(self, name) for name in GROUPS}
        tensors = {f"{group}/{name}": t.cpu().clone() for group, named in groups.items() for name, t in named.items()}
        metadata = {"training": self.training, "history": json.dumps(self.history)}
        write_whole(path, save(tensors, metadata), private=True)

    @classmethod
    def load(cls, path: Path, training: str) -> "TrainingState | None":
        """Reads the file; None if there is none. Raises ModelError if it is damaged or belongs to another training."""
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
            raise ModelError(f"{path} is damaged: delete it, or start over with --no-resume.") from error
        if metadata["training"] != training:
            raise ModelError(
                f"{path} belongs to a training with other options or pictures: give the same ones to resume it, or "
                "start over with --no-resume."
            )
        return cls(metadata["training"], history, **groups)


def identity(
    faces: FaceSet,
    validation: FaceSet,
    options: TrainingOptions,
    start: Checkpoint | str,
    degraded: Sequence[FaceSet] = (),
) -> str:
    """Identifies a training: equal for equal options, faces and start."""
    record: dict[str, Any] = {"options": asdict(options), "start": named(start)}
    record["degraded"] = [variant.degraded for variant in degraded]
    for what, used in (("training", faces), ("validation", validation)):
        record[what] = described(used) | {"files": hashlib.sha256("\n".join(used.files).encode()).hexdigest()}
    return json.dumps(record, sort_keys=True)


def named(start: Checkpoint | str) -> str:
    """What a training started from: the id of a checkpoint, or an architecture."""
    return start if isinstance(start, str) else start.id


def described(faces: FaceSet) -> dict[str, Any]:
    """The set's folder and its numbers of people and pictures, as a record for JSON."""
    return {"folder": faces.folder, "people": faces.people, "pictures": len(faces)}
