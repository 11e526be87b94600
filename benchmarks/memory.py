"""Memory in long streams and with large galleries: how much is resident, and whether it grows."""

import os
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import made_stream
from benchmarks.live import LiveFrames, decoded
from benchmarks.search import directions, snapshot_of
from benchmarks.stream import enrolled
from core.live.session import LiveSession
from core.matching.index import Index
from core.matching.metric import Metric

SECONDS, SETTLING, EVERY = 420.0, 240.0, 2.0
"""Seconds that the stream runs, seconds left out at its beginning, and seconds between two measurements."""
PEOPLE = (10_000, 1_000_000)
"""Sizes of the galleries, one template per person."""


@dataclass(frozen=True, slots=True)
class Row:
    """Resident memory at one moment."""

    what: str
    megabytes: float
    grows: str
    """Growth in megabytes per hour, with the 95 % interval of the linear fit; for galleries, kilobytes per template."""


def measure(model: Path, rounds: int) -> list[dict[str, Any]]:
    """Measures eight faces live for some minutes, then the galleries."""
    del rounds
    with tempfile.TemporaryDirectory() as folder:
        people = made_stream.unpacked(model.parent.parent / "data" / "lfw-dev.tar", Path(folder))
        stream = made_stream.make(people, Path(folder), scenes=1)
        recognizer = enrolled(stream)
        rows = [Row("models loaded, 94 people enrolled", resident(), "")]
        session = LiveSession(LiveFrames(decoded(stream.video)), recognizer.follower(prompt=True))
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
    told = f"{slope:+.0f} ± {error:.0f} MB per hour"
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
    """Resident memory of this process in megabytes."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def _line(x: np.ndarray, y: np.ndarray) -> tuple[float, float]:
    """Slope of the least-squares line, and half the width of its 95 % interval."""
    (slope, _), covariance = np.polyfit(x, y, 1, cov=True)
    return float(slope), 1.96 * float(covariance[0, 0]) ** 0.5
