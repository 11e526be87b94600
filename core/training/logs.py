"""The figures of a training for TensorBoard."""

import contextlib
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from core.errors import ModelError, OutputError


def require_tensorboard(folder: Path | None) -> None:
    """Raises ModelError where logs are asked for and TensorBoard is not installed: best before anything long begins."""
    if folder and find_spec("tensorboard") is None:
        raise ModelError("TensorBoard is not installed: `pip install 'firstsight[train]'`, or train without --logs.")


class Logs:
    """A folder that `tensorboard --logdir` shows; without a folder, nothing is written."""

    def __init__(self, folder: Path | None) -> None:
        """Raises ModelError where TensorBoard is not installed, OutputError when the folder can't be written."""
        self._writer: Any = None
        if folder is None:
            return
        require_tensorboard(folder)
        from torch.utils.tensorboard import SummaryWriter

        self._folder = folder
        with self._told():
            self._writer = SummaryWriter(str(folder))

    def add(self, figures: dict[str, float], epoch: int) -> None:
        """One point on each figure's line. Raises OutputError when it can't be written."""
        if self._writer:
            with self._told():
                for name, value in figures.items():
                    if name != "epoch":
                        self._writer.add_scalar(name, value, epoch)
                self._writer.flush()

    def __enter__(self) -> "Logs":
        return self

    def __exit__(self, *_: object) -> None:
        if self._writer:
            # What could not be written has been told.
            with contextlib.suppress(OSError):
                self._writer.close()

    @contextlib.contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise OutputError(
                f"TensorBoard's logs can't be written to {self._folder} ({error.strerror or error}): name another "
                "folder, and the same command goes on with the training."
            ) from error
