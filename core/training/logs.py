"""The figures of a training for TensorBoard."""

from pathlib import Path
from typing import Any

from core.errors import ModelError


class Logs:
    """A folder that `tensorboard --logdir` shows; without a folder, nothing is written."""

    def __init__(self, folder: Path | None) -> None:
        """Raises ModelError where TensorBoard is not installed."""
        self._writer: Any = None
        if folder is None:
            return
        try:
            from torch.utils.tensorboard import SummaryWriter
        except ImportError as error:
            raise ModelError(
                "TensorBoard is not installed: `pip install 'firstsight[train]'`, or train without --logs."
            ) from error
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
