"""Start-up time: from the start of the process to the window and to the first named face, against `import torch`.

`python -m benchmarks.start` is the process that is timed. The encoder runs by PyTorch and, if it is installed, by
OpenVINO, which doesn't import PyTorch.
"""

import gc
import json
import os
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.timing import ratio

ROUNDS = 5
TORCH = "import torch"
WINDOW = "window painted"
NAMED = "first face named"
WAYS = ("PyTorch", "OpenVINO")
LONGEST = 60.0
"""Seconds after which a start has failed."""


@dataclass(frozen=True, slots=True)
class Row:
    """One milestone of the start."""

    what: str
    disk: str
    """"warm", or "cold": no file of Python's packages or the models in the system's cache."""
    seconds: float
    """Time since the process was started, median over rounds."""
    ratio: str
    """Time relative to `import torch` from the same disk."""


def measure(model: Path, rounds: int) -> list[dict[str, Any]]:
    """Starts the processes in turn, from warm and from cold disk."""
    del model
    rows = []
    environment = os.environ | {
        "QT_QPA_PLATFORM": "offscreen",
        # Bytecode files are written, as for any program that has been started before.
        "PYTHONDONTWRITEBYTECODE": "",
    }
    _run(["-m", "benchmarks.start", "enroll"], environment)
    _run(_commands()[-1], environment)
    for disk in ("warm", "cold"):
        times: dict[str, list[float]] = {}
        for _ in range(min(rounds, ROUNDS)):
            for command in _commands():
                if disk == "cold":
                    _forget_files()
                began = time.time()
                for what, moment in json.loads(_run(command, environment)).items():
                    times.setdefault(what, []).append(moment - began)
        seconds = {what: np.array(found) for what, found in times.items()}
        rows += [asdict(_row(what, disk, seconds)) for what in times]
    return rows


def _commands() -> list[list[str]]:
    """Commands to time; each prints the moments of its milestones as JSON."""
    ways = [way for way in WAYS if way == "PyTorch" or find_spec("openvino")]
    imported = f"import json, time, torch; print(json.dumps({{{TORCH!r}: time.time()}}))"
    return [["-c", imported], *(["-m", "benchmarks.start", "window", way] for way in ways)]


def _row(what: str, disk: str, seconds: dict[str, NDArray[np.float64]]) -> Row:
    return Row(what, disk, float(np.median(seconds[what])), str(ratio(seconds[what], seconds[TORCH])))


def _run(command: list[str], environment: dict[str, str]) -> str:
    done = subprocess.run([sys.executable, *command], env=environment, check=True, capture_output=True, text=True)
    return done.stdout.strip().splitlines()[-1] if done.stdout.strip() else ""


def _forget_files() -> None:
    """Drops the files that a start reads from the system's cache."""
    from core.system.paths import ASSETS

    roots = {Path(np.__file__).parent.parent, ASSETS, Path(os.__file__).parent}
    for root in roots:
        for file in root.rglob("*"):
            if file.is_file() and not file.is_symlink():
                descriptor = os.open(file, os.O_RDONLY)
                os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
                os.close(descriptor)


def _enroll() -> None:
    from core.gallery import Gallery
    from core.recognizer import Recognizer
    from core.system.paths import ASSETS

    Recognizer(Gallery()).enroll("Eileen Collins", ASSETS / "portraits" / "eileen_collins.png")


def _open_window(way: str) -> None:
    """Opens the window like `firstsight --demo`, and prints when it was painted and when it first named somebody."""
    # As `gui.__main__` does.
    gc.disable()
    if way == "PyTorch":
        # Makes its import fail, as if it weren't installed.
        sys.modules["openvino"] = None  # type: ignore[assignment]

    from PySide6.QtCore import QTimer
    from PySide6.QtGui import QPaintEvent

    from core.gallery import Gallery
    from core.system.terminal import leave
    from gui.live.view import LiveView
    from gui.settings import Settings
    from gui.shell.application import make_application
    from gui.shell.main_window import MainWindow

    moments: dict[str, float] = {}
    paint = LiveView.paintEvent

    def timed(view: LiveView, event: QPaintEvent) -> None:
        paint(view, event)
        moments.setdefault(f"{WINDOW}, {way}", time.time())
        if any(face.decision.name for face, _ in view.faces()):
            moments[f"{NAMED}, {way}"] = time.time()
            print(json.dumps(moments))
            leave(0)

    LiveView.paintEvent = timed  # type: ignore[method-assign, assignment]
    application = make_application()
    window = MainWindow(Gallery(), Settings(), "demo")
    window.show()
    QTimer.singleShot(round(LONGEST * 1000), lambda: leave(1))
    application.exec()


if __name__ == "__main__":
    _enroll() if sys.argv[1] == "enroll" else _open_window(sys.argv[2])
