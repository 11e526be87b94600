"""Growth of the work per frame with the number of faces and the size of the picture. For people, see `search`."""

import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from benchmarks import made_stream
from benchmarks.live import decoded
from benchmarks.stream import enrolled
from core.recognizer import Recognizer
from core.types import Frame, Image

FACES = (1, 2, 4, 8, 16)
WIDTHS = (640, 1280, 1920, 3840)
FPS = made_stream.FPS


@dataclass(frozen=True, slots=True)
class Row:
    """Times at one load."""

    over: str
    """What grows: faces, or the picture's width."""
    size: int
    mean_ms: float
    """Mean time per frame: most frames take a fraction of it, those in which a face is encoded take a multiple."""
    median_ms: float


def measure(model: Path, rounds: int) -> list[dict[str, Any]]:
    """Recognises every frame of a few seconds as the live view does, at each size in turn."""
    del rounds
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as folder:
        people = made_stream.unpacked(model.parent.parent / "data" / "lfw-dev.tar", Path(folder))
        for faces in FACES:
            stream = made_stream.make(people, Path(folder), at_once=faces, scenes=1)
            rows.append(_row("faces, 1280×720", faces, enrolled(stream), decoded(stream.video)))
        stream = made_stream.make(people, Path(folder), at_once=3, scenes=1)
        recognizer, frames = enrolled(stream), decoded(stream.video)
        for width in WIDTHS:
            size = (width, width * 9 // 16)
            rows.append(
                _row(
                    "picture's width, 3 faces",
                    width,
                    recognizer,
                    [np.asarray(cv2.resize(f, size), np.uint8) for f in frames],
                )
            )
    return [asdict(row) for row in rows]


def _row(over: str, size: int, recognizer: Recognizer, frames: Sequence[Image]) -> Row:
    follow, seconds = recognizer.follower(prompt=True), []
    for number, image in enumerate([*frames, *frames[::-1]]):
        began = time.perf_counter()
        follow(Frame(image, number, number / FPS, 0.0))
        seconds.append(time.perf_counter() - began)
    return Row(over, size, float(np.mean(seconds)) * 1000, float(np.median(seconds)) * 1000)
