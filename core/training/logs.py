"""The figures of a training for TensorBoard."""

from importlib.util import find_spec
from pathlib import Path
from typing import Any

from core.errors import ModelError


def require_tensorboard(folder: Path | None) -> None:
    """Raises ModelError where logs are asked for and TensorBoard is not installed: best before anything long begins."""
    if folder and find_spec("tensorboard") is None:
        raise ModelError("TensorBoard is not installed: `pip install 'firstsight[train]'`, or train without --logs.")


class Logs:
    """A folder that `tensorboard --logdir` shows; without a folder, nothing is written."""

    def __init__(self, folder: Path | None) -> None:
        """Raises ModelError where TensorBoard is not installed."""
        self._writer: Any = None
        if folder is None:
            return
        require_tensorboard(folder)
        from torch.utils.tensorboard import SummaryWriter

        self._writer = SummaryWriter(str(folder))

    def add(self, figures: dict[str, float], epoch: int) -> None:
        """One point on each figure's line."""
        if self._writer:
            for name, value in figures.items():
                if name != "epoch":
                    self._writer.add_scalar(name, value, epoch)

    def __enter__(self) -> "Logs":
        return self

    def __exit__(self, *_: object) -> None:
        if self._writer:
            self._writer.close()
