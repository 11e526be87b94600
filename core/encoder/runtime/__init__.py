"""Which way the same network runs fastest here. It is chosen in this one place; the encoder doesn't know which it is.

The plain float32 network is the reference that each other way is tested against, and what training uses.
"""

import contextlib
import os
from enum import StrEnum
from importlib import import_module

from core.encoder.architectures import SFACE
from core.encoder.checkpoint import Checkpoint
from core.encoder.runtime.prepared import Prepared

MOST_THREADS = 4
"""More gain nothing on one face."""


class Runtime(StrEnum):
    """A way of running the network."""

    PLAIN = "plain PyTorch"
    FOLDED = "PyTorch, batch norm folded"
    BLOCKED = "PyTorch, oneDNN's blocked layout"
    OPENVINO = "OpenVINO"


def fastest(architecture: str) -> Runtime:
    """Of those that are here and can run this architecture.

    OpenVINO goes first, even where PyTorch has a graphics card: whoever installs it wants it, and only without asking
    PyTorch does the program start in half the time.
    """
    if architecture == SFACE:
        # One that can't be imported is as good as none.
        with contextlib.suppress(ImportError):
            import_module("openvino")
            return Runtime.OPENVINO
        from core.encoder.runtime.pytorch import runs_blocked

        if runs_blocked():
            return Runtime.BLOCKED
    return Runtime.FOLDED


def prepare(checkpoint: Checkpoint, runtime: Runtime, threads: int | None = None) -> Prepared:
    """Makes a checkpoint's network ready.

    threads: as many run it; of PyTorch, which has one number for the whole process, from now on. By default PyTorch's
    number is left as it is, and OpenVINO gets `live_threads`.
    Raises ValueError when that runtime can't run it, ModelError when the weights don't fit the architecture.
    """
    if runtime in (Runtime.BLOCKED, Runtime.OPENVINO) and checkpoint.architecture != SFACE:
        raise ValueError(f"{runtime} runs SFace's architecture only")
    if runtime is Runtime.OPENVINO:
        from core.encoder.runtime.openvino import compiled

        return compiled(checkpoint, threads or live_threads())
    from core.encoder.runtime import pytorch

    if threads:
        pytorch.set_threads(threads)
    if runtime is Runtime.BLOCKED:
        return pytorch.blocked(checkpoint)
    return pytorch.eager(checkpoint, fold=runtime is Runtime.FOLDED)


def live_threads() -> int:
    """Threads for one face at a time: the processor's cores, at most `MOST_THREADS`."""
    return min(os.cpu_count() or 1, MOST_THREADS)
