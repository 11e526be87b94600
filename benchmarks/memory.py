"""Memory of a long stream and of a large gallery: what is resident, and whether it grows."""

import os
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import made_stream
from benchmarks.live import LiveFrames
from benchmarks.search import directions, snapshot_of
from benchmarks.stream import enrolled
from core.live.session import LiveSession
from core.matching.index import Index
from core.matching.metric import Metric

SECONDS, SETTLING, EVERY = 420.0, 240.0, 2.0
"""Of the stream, left out at its beginning, and between two measurements."""
PEOPLE = (10_000, 1_000_000)


@dataclass(frozen=True, slots=True)
class Row:
    """Resident memory at one moment."""

    what: str
    megabytes: float
    grows: str
    """Megabytes an hour, with the 95 % interval of a straight line through the measurements; or a template."""


def measure(model: Path, rounds: int) -> list[dict[str, Any]]:
    """Eight faces live for some minutes, then galleries."""
    del rounds
    with tempfile.TemporaryDirectory() as folder:
        people = made_stream.unpacked(model.parent.parent / "data" / "lfw-dev.tar", Path(folder))
        stream = made_stream.make(people, Path(folder), scenes=1)
        recognizer = enrolled(stream)
        rows = [Row("models loaded, 94 people enrolled", resident(), "")]
        session = LiveSession(LiveFrames(stream.video), recognizer.follower(prompt=True))
        session.start()
        began, moments, sizes = time.monotonic(), list[float](), list[float]()
        while (now := time.monotonic() - began) < SECONDS:
            if now > SETTLING:
                moments.append(now / 3600)
                sizes.append(resident())
            time.sleep(EVERY)
        recognised = session.status.recognised
        session.stop()
    slope, error = _line(np.array(moments), np.array(sizes))
    told = f"{slope:+.0f} ± {error:.0f} MB an hour"
    rows.append(Row(f"after {SECONDS / 60:.0f} minutes of 8 faces, {recognised:,} frames recognised", sizes[-1], told))
    for count in PEOPLE:
        before = resident()
        templates = directions(count)
        index = Index(snapshot_of(templates), Metric.cosine())
        rows.append(
            Row(f"look-up over {count:,} templates", used := resident() - before, f"{used / count * 1e3:.2f} kB each")
        )
        del index, templates
    return [asdict(row) for row in rows]


def resident() -> float:
    """Megabytes of this process in memory."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def _line(x: np.ndarray, y: np.ndarray) -> tuple[float, float]:
    """Slope of the straight line that fits best, and half its 95 % interval."""
    (slope, _), covariance = np.polyfit(x, y, 1, cov=True)
    return float(slope), 1.96 * float(covariance[0, 0]) ** 0.5
