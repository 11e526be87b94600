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


def prepare(checkpoint: Checkpoint, runtime: Runtime) -> Prepared:
    """Makes a checkpoint's network ready. Raises ValueError when that runtime can't run it, ModelError when the
    weights don't fit the architecture."""
    if runtime in (Runtime.BLOCKED, Runtime.OPENVINO) and checkpoint.architecture != SFACE:
        raise ValueError(f"{runtime} runs SFace's architecture only")
    if runtime is Runtime.OPENVINO:
        from core.encoder.runtime.openvino import compiled

        return compiled(checkpoint, _threads or _best_threads())
    from core.encoder.runtime import pytorch

    if _threads:
        pytorch.set_threads(_threads)
    if runtime is Runtime.BLOCKED:
        return pytorch.blocked(checkpoint)
    return pytorch.eager(checkpoint, fold=runtime is Runtime.FOLDED)


_threads: int | None = None


def set_threads(count: int | None = None) -> None:
    """Gives encoders made from now on `count` threads (default: the processor's cores, at most `MOST_THREADS`).

    Until it is called, PyTorch chooses for itself.
    """
    global _threads
    _threads = count or _best_threads()


def _best_threads() -> int:
    return min(os.cpu_count() or 1, MOST_THREADS)
