"""Logs a training's figures for TensorBoard."""

import contextlib
import os
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from core.errors import ModelError, OutputError


def require_tensorboard(folder: Path | None) -> None:
    """Raises ModelError if logs are requested but TensorBoard is not installed. To be called before anything long."""
    if folder and find_spec("tensorboard") is None:
        raise ModelError("TensorBoard is not installed: `pip install 'firstsight[train]'`, or train without --logs.")


class Logs:
    """Adds an event file to a folder for `tensorboard --logdir`; without a folder, writes nothing.

    Each point is flushed to disk at once, so that a full disk raises an error here. Torch's `SummaryWriter` writes in a
    thread of its own, which would end with a traceback.
    """

    def __init__(self, folder: Path | None) -> None:
        """Raises ModelError when TensorBoard is not installed, OutputError when the folder can't be written."""
        self._records: Any = None
        self._folder = folder
        if folder is None:
            return
        require_tensorboard(folder)
        from tensorboard.summary.writer.record_writer import RecordWriter

        with self._told():
            folder.mkdir(parents=True, exist_ok=True)
            name = f"events.out.tfevents.{time.time_ns() // 10**9}.{os.getpid()}"
            self._records = RecordWriter((folder / name).open("xb"))
        self._write(file_version="brain.Event:2")

    def add(self, figures: dict[str, float], epoch: int) -> None:
        """Adds a point to the curve of each figure. Raises OutputError when it can't be written."""
        if self._records:
            from tensorboard.compat.proto.summary_pb2 import Summary

            values = [Summary.Value(tag=name, simple_value=of) for name, of in figures.items() if name != "epoch"]
            self._write(step=epoch, summary=Summary(value=values))

    def __enter__(self) -> "Logs":
        return self

    def __exit__(self, *_: object) -> None:
        if self._records:
            # A failed write has been reported already.
            with contextlib.suppress(OSError):
                self._records.close()

    def _write(self, **event: Any) -> None:
        from tensorboard.compat.proto.event_pb2 import Event

        with self._told():
            self._records.write(Event(wall_time=time.time(), **event).SerializeToString())
            self._records.flush()

    @contextlib.contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise OutputError(
                f"TensorBoard's logs can't be written to {self._folder} ({error.strerror or error}): choose another "
                "folder, and the same command resumes the training."
            ) from error
