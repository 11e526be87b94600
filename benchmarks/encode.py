"""Time to encode a face: our runtimes and the peers on the same aligned faces, by threads and batch size."""

from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from benchmarks.peers import Embed, available
from benchmarks.stream import runtimes
from benchmarks.timing import Way, interleaved, ratio
from core.encoder.checkpoint import Checkpoint
from core.encoder.encoder import Encoder
from core.encoder.network import SiameseBranch, folded, layers
from core.encoder.runtime import Runtime
from core.encoder.shipped import PUBLISHED
from core.faces.alignment import align, middle
from core.faces.detector import FaceDetector
from core.faces.photo_search import faces_in_photo
from core.matching.vectors import unit
from core.pictures.reading import read_picture
from core.system.paths import ASSETS
from core.types import ALIGNED_SIZE

BATCHES = (1, 4, 16)
LIMIT = "limit: a matrix product of as many operations"
THREADS = (1, 2)
OURS = f"Firstsight, {Runtime.BLOCKED}"
REFERENCE = "float32 PyTorch, plain"


@dataclass(frozen=True, slots=True)
class Row:
    """One way of encoding, at one number of threads and one batch size."""

    name: str
    threads: int
    faces: int
    """Batch size."""
    milliseconds: float
    """Time per face, median over rounds."""
    ratio: str
    """Time relative to ours; above 1 is slower."""
    cosine: float | None
    """Least cosine, over the faces, to the embedding of the plain network; None for other weights."""


def faces(count: int) -> NDArray[np.uint8]:
    """Aligned faces, n×112×112×3 BGR: the shipped portraits with slightly different shifts and light."""
    detector, random = FaceDetector(), np.random.default_rng(0)
    crops = []
    for file in sorted((ASSETS / "portraits").iterdir()):
        image = read_picture(file)
        landmarks = faces_in_photo(detector, image)[0].landmarks
        for _ in range(-(-count // 2)):
            moved = landmarks + random.normal(0, 2, landmarks.shape).astype(np.float32)
            crop = align(image, moved[None])[0].astype(np.float32) * random.uniform(0.6, 1.2)
            crops.append(crop.clip(0, 255).astype(np.uint8))
    return np.ascontiguousarray(middle(np.array(crops[:count]), ALIGNED_SIZE))


def multiplications() -> int:
    """Multiply-accumulate operations needed to encode one face."""
    branch, side, total = folded(Checkpoint.load(PUBLISHED).branch()), ALIGNED_SIZE, 0
    assert isinstance(branch, SiameseBranch)
    for layer, _, _ in layers(branch):
        side = -(-side // int(layer.stride[0]))
        total += side**2 * layer.weight.numel()
    return total + branch.linear.weight.numel()


def product(faces: int) -> Way:
    """A matrix product of as many multiplications as encoding `faces` faces: shows what the processor can do."""
    side = 1024
    inner = multiplications() * faces // side**2
    a, b = torch.rand(side, inner), torch.rand(inner, side)
    return lambda: torch.mm(a, b)


def measure(model: Path, rounds: int) -> list[dict[str, Any]]:
    """Times every way at each number of threads and each batch size."""
    rows: list[Row] = []
    plain = Encoder(PUBLISHED, mirror=False, runtime=Runtime.PLAIN)
    for threads in THREADS:
        ways: dict[str, Embed] = {
            **{
                f"Firstsight, {r}": Encoder(PUBLISHED, mirror=False, runtime=r, threads=threads).embed
                for r in runtimes()
            },
            REFERENCE: plain.embed,
            **dict(available(model, threads)),
        }
        for count in BATCHES:
            rows += _measured(ways, faces(count), threads, rounds)
    return [asdict(row) for row in rows]


def _measured(ways: dict[str, Embed], crops: NDArray[np.uint8], threads: int, rounds: int) -> list[Row]:
    truth = unit(ways[REFERENCE](crops))
    timed: dict[str, Way] = {name: partial(way, crops) for name, way in ways.items()}
    seconds = interleaved({**timed, LIMIT: product(len(crops))}, rounds)
    rows = []
    for name, way in ways.items():
        cosine = None if name == "dlib" else float((unit(way(crops)) * truth).sum(axis=1).min())
        took = float(np.median(seconds[name])) * 1000 / len(crops)
        rows.append(Row(name, threads, len(crops), took, str(ratio(seconds[name], seconds[OURS])), cosine))
    took = float(np.median(seconds[LIMIT])) * 1000 / len(crops)
    rows.append(Row(LIMIT, threads, len(crops), took, str(ratio(seconds[LIMIT], seconds[OURS])), None))
    return rows
