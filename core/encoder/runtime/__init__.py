"""Runtimes for the same network. The fastest is chosen in this one place; the encoder doesn't know which one it uses.

The plain float32 network is the reference against which the others are tested, and the one used in training.
"""

import contextlib
import os
from enum import StrEnum
from importlib import import_module

from core.encoder.architectures import SFACE
from core.encoder.checkpoint import Checkpoint
from core.encoder.runtime.prepared import Prepared

MOST_THREADS = 4
"""Threads at most; more don't speed up a single face."""


class Runtime(StrEnum):
    """A way of running the network."""

    PLAIN = "plain PyTorch"
    FOLDED = "PyTorch, batch norm folded"
    BLOCKED = "PyTorch, oneDNN's blocked layout"
    OPENVINO = "OpenVINO"


def fastest(architecture: str) -> Runtime:
    """The fastest runtime that is available and can run this architecture.

    OpenVINO comes first, even if PyTorch has a GPU: whoever installs it wants it, and the program starts in half the
    time as long as PyTorch isn't imported to ask.
    """
    if architecture == SFACE:
        # An OpenVINO that can't be imported counts as not installed.
        with contextlib.suppress(ImportError):
            import_module("openvino")
            return Runtime.OPENVINO
        from core.encoder.runtime.pytorch import runs_blocked

        if runs_blocked():
            return Runtime.BLOCKED
    return Runtime.FOLDED


def prepare(checkpoint: Checkpoint, runtime: Runtime, threads: int | None = None, *, float32: bool = False) -> Prepared:
    """Makes a checkpoint's network ready to run.

    threads: how many to use; for PyTorch, this sets the number of the whole process. By default PyTorch's is left
    unchanged, and OpenVINO gets `live_threads`. float32: compute in float32 even where the processor has bfloat16.
    Otherwise BLOCKED and OPENVINO use that: up to twice as fast, with a cosine of at least 0.9995 to float32.
    Raises ValueError when the runtime can't run the architecture, ModelError when the weights don't fit it.
    """
    if runtime in (Runtime.BLOCKED, Runtime.OPENVINO) and checkpoint.architecture != SFACE:
        raise ValueError(f"{runtime} runs SFace's architecture only")
    if runtime is Runtime.OPENVINO:
        from core.encoder.runtime.openvino import compiled

        return compiled(checkpoint, threads or live_threads(), float32=float32)
    from core.encoder.runtime import pytorch

    if threads:
        pytorch.set_threads(threads)
    if runtime is Runtime.BLOCKED:
        return pytorch.blocked(checkpoint, float32=float32)
    return pytorch.eager(checkpoint, fold=runtime is Runtime.FOLDED)


def live_threads() -> int:
    """Threads for one face at a time: the number of CPU cores, at most `MOST_THREADS`."""
    return min(os.cpu_count() or 1, MOST_THREADS)
