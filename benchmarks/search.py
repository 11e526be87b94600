"""Time to find the nearest of many templates, by size of the gallery: ours, and the exact search of FAISS and usearch.

Also the time to enroll one more person in a gallery of a given size: on the encrypted disk file and in the look-up.
"""

import contextlib
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.timing import interleaved, ratio
from core.faces.alignment import align
from core.faces.detector import FaceDetector
from core.faces.photo_search import faces_in_photo
from core.gallery import Gallery
from core.matching.index import Index
from core.matching.metric import Metric
from core.matching.snapshot import Snapshot
from core.pictures.reading import read_picture
from core.recognizer import Recognizer
from core.system.paths import ASSETS
from core.types import EMBEDDING_SIZE

SIZES = (1_000, 10_000, 100_000, 1_000_000, 10_000_000)
"""Templates in the gallery, for the search."""
ENROLLED = (1_000, 10_000)
"""People in the gallery, for one more enrolment."""
PART = 1_000_000
"""Random templates generated at once."""
OURS = "Firstsight"
Search = Callable[[NDArray[np.float32]], int]
"""One probe, 128 numbers of length 1 → the row of the nearest template."""


@dataclass(frozen=True, slots=True)
class Row:
    """One way of searching a gallery of one size."""

    name: str
    templates: int
    milliseconds: float
    """Time per probe, median over rounds."""
    ratio: str
    """Time relative to ours; above 1 is slower."""
    right: float | None
    """Share of probes for which it finds the same nearest template as ours."""


def measure(_model: Path, rounds: int) -> list[dict[str, Any]]:
    """Times each size on random templates, as the time of an exact search doesn't depend on them."""
    rows: list[Row] = []
    for size in SIZES:
        templates = directions(size)
        probes = directions(rounds + 4, seed=1)
        rows += _measured(dict(_ways(templates)), templates, probes, rounds)
    return [asdict(row) for row in [*rows, *_enrolled_one_more(rounds)]]


def directions(count: int, seed: int = 0) -> NDArray[np.float32]:
    """Random vectors of length 1, n×128; made in parts, as ten million at once would need four times their memory."""
    random, made = np.random.default_rng(seed), np.empty((count, EMBEDDING_SIZE), np.float32)
    for start in range(0, count, PART):
        part = made[start : start + PART]
        random.standard_normal(out=part, dtype=np.float32)
        part /= np.linalg.norm(part, axis=1, keepdims=True)
    return made


def _enrolled_one_more(rounds: int) -> Iterator[Row]:
    """Enrolls into a real gallery, and waits until a recogniser knows the new person."""
    image = read_picture(next((ASSETS / "portraits").iterdir()))
    crop = align(image, faces_in_photo(FaceDetector(), image)[0].landmarks[None])[0]
    embeddings = directions(max(ENROLLED) + rounds)
    with tempfile.TemporaryDirectory(prefix="firstsight-bench-") as folder, Gallery(Path(folder) / "g.db") as gallery:
        recognizer = Recognizer(gallery)
        for size in ENROLLED:
            seconds = []
            for number in range(len(gallery), size + rounds):
                began = time.perf_counter()
                gallery.enroll(f"Person {number}", crop, embeddings[number], recognizer.encoder.id)
                if number >= size:
                    recognizer.state()
                    seconds.append(time.perf_counter() - began)
            yield Row(f"{OURS}, one more enrolled", size, float(np.median(seconds)) * 1000, "", None)


def _measured(
    ways: dict[str, Search], templates: NDArray[np.float32], probes: NDArray[np.float32], rounds: int
) -> list[Row]:
    turn = dict.fromkeys(ways, 0)

    def one(name: str) -> None:
        turn[name] += 1
        ways[name](probes[turn[name] % len(probes)])

    seconds = interleaved({name: partial(one, name) for name in ways}, rounds)
    truth = [ways[OURS](probe) for probe in probes[:8]]
    rows = []
    for name, way in ways.items():
        right = float(np.mean([way(probe) == row for probe, row in zip(probes, truth, strict=False)]))
        took = float(np.median(seconds[name])) * 1000
        rows.append(Row(name, len(templates), took, str(ratio(seconds[name], seconds[OURS])), right))
    return rows


def _ways(templates: NDArray[np.float32]) -> Iterator[tuple[str, Search]]:
    index = Index(snapshot_of(templates), Metric.cosine())
    yield OURS, lambda probe: index.closest_people(probe, 1)[0].person
    with contextlib.suppress(ImportError):
        import faiss

        flat = faiss.IndexFlatIP(EMBEDDING_SIZE)
        flat.add(templates)
        yield "FAISS, flat", lambda probe: int(flat.search(probe[None], 1)[1][0, 0])
    with contextlib.suppress(ImportError):
        from usearch.compiled import MetricKind
        from usearch.index import search

        yield (
            "usearch, exact",
            lambda probe: int(search(templates, probe, 1, MetricKind.IP, exact=True).keys[0]),
        )


def snapshot_of(templates: NDArray[np.float32]) -> Snapshot:
    """A gallery snapshot with one template per person."""
    rows = tuple(range(len(templates)))
    return Snapshot(
        embeddings=templates,
        persons=rows,
        names=tuple(f"Person {row}" for row in rows),
        templates=rows,
        encoders=("random",) * len(rows),
    )
