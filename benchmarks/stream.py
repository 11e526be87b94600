"""Throughput of recognising every frame of a video: ours and the loops that people write, on the same videos."""

import tempfile
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from benchmarks import made_stream
from benchmarks.loops import Loop, Named, available
from benchmarks.made_stream import Stream, inside
from benchmarks.timing import interleaved, ratio
from core.capture.video import VideoFile
from core.encoder.encoder import Encoder
from core.encoder.runtime import Runtime
from core.gallery import Gallery
from core.live.session import LiveSession
from core.recognizer import Recognizer
from core.system.paths import home

THREADS = (2, 1)
ROUNDS = 2
"""Most rounds, each over a whole video; one takes from seconds to half a minute."""
CLIP = "short_hamilton_clip.mp4"
CLIP_PHOTOS = {
    "Lin-Manuel Miranda": "lin-manuel-miranda.png",
    "Alex Lacamoire": "alex-lacamoire.png",
    "Barack Obama": "obama.jpg",
    "Joe Biden": "biden.jpg",
}
CLIP_SPANS = {
    "Lin-Manuel Miranda": {*range(20), *range(82, 211)},
    "Alex Lacamoire": {*range(82)},
    "Barack Obama": {*range(211, 275)},
    "Joe Biden": set[int](),
}
"""Frames of the clip in which each person can be seen."""

Run = Callable[[], list[Named]]
"""Recognises a whole video; returns the named boxes in each frame."""


@dataclass(frozen=True, slots=True)
class Row:
    """One way of recognising one video."""

    video: str
    name: str
    threads: int
    fps: float
    """Frames per second, decoding included, median over rounds."""
    ratio: str
    """Time relative to ours; above 1 is slower."""
    right: int
    """Appearances of enrolled people with the right name."""
    wrong: int
    """Appearances of anybody with a wrong name."""
    of: int | None
    """Appearances of enrolled people in all; None if they aren't known."""


def measure(model: Path, rounds: int) -> list[dict[str, Any]]:
    """Times both videos, with two threads and with one."""
    data = model.parent.parent / "data"
    with tempfile.TemporaryDirectory() as folder:
        made = made_stream.make(made_stream.unpacked(data / "lfw-dev.tar", Path(folder)), Path(folder))
        clip = Stream(data / "live" / CLIP, {n: data / "live" / file for n, file in CLIP_PHOTOS.items()}, [])
        rows: list[Row] = []
        for threads in THREADS:
            cv2.setNumThreads(threads)
            rows += _measured("clip, 640×360", clip, _judge_clip, model, threads, min(rounds, ROUNDS))
            rows += _measured("made, 1280×720, 8 faces", made, _judge_made, model, threads, min(rounds, ROUNDS))
    return [asdict(row) for row in rows]


Judge = Callable[[Stream, list[Named]], tuple[int, int]]
"""(stream, named boxes in each frame) → numbers of right and of wrong names."""


def _measured(video: str, stream: Stream, judge: Judge, model: Path, threads: int, rounds: int) -> list[Row]:
    ways: dict[str, Run] = dict(_ours(stream, threads))
    ways |= {name: partial(_looped, stream, loop) for name, loop in available(model, threads, stream.photos)}
    results: dict[str, list[Named]] = {}

    def run(name: str) -> None:
        results[name] = ways[name]()

    seconds = interleaved({name: partial(run, name) for name in ways}, rounds, warm_up=0)
    ours = next(iter(ways))
    of = sum(seen.name is not None for frame in stream.truth for seen in frame) or None
    rows = []
    for name, result in results.items():
        right, wrong = judge(stream, result)
        fps = len(result) / float(np.median(seconds[name]))
        rows.append(Row(video, name, threads, fps, str(ratio(seconds[name], seconds[ours])), right, wrong, of))
    return rows


def _ours(stream: Stream, threads: int) -> Mapping[str, Run]:
    """Our way with each available runtime; people are enrolled once, and each run starts with new tracks."""
    return {
        f"Firstsight, {runtime}": partial(_followed, stream, enrolled(stream, runtime, threads))
        for runtime in runtimes()
    }


def runtimes() -> list[Runtime]:
    """PyTorch's runtime, which is always installed, then the one that Firstsight chooses here, if it is another."""
    chosen = Encoder().runtime
    return [Runtime.BLOCKED] + ([chosen] if chosen is not Runtime.BLOCKED else [])


def enrolled(stream: Stream, runtime: Runtime | None = None, threads: int | None = None) -> Recognizer:
    """A recogniser with its own gallery, in which everybody in `stream.photos` is enrolled."""
    gallery = Gallery(Path(tempfile.mkdtemp(dir=home())) / "gallery.db")
    recognizer = Recognizer(gallery, encoder=Encoder(runtime=runtime, threads=threads))
    for name, photo in stream.photos.items():
        recognizer.enroll(name, photo)
    return recognizer


def _followed(stream: Stream, recognizer: Recognizer) -> list[Named]:
    session = LiveSession(VideoFile(stream.video), recognizer.follower(), every_frame=True)
    session.start()
    found = [[(face.face.box, face.decision.name) for face in result.faces] for result in session.results()]
    session.stop()
    return found


def _looped(stream: Stream, loop: Loop) -> list[Named]:
    capture, found = cv2.VideoCapture(str(stream.video)), list[Named]()
    while True:
        there, image = capture.read()
        if not there:
            return found
        found.append(loop(np.asarray(image, np.uint8)))


def _judge_clip(_stream: Stream, found: list[Named]) -> tuple[int, int]:
    names = [(number, name) for number, faces in enumerate(found) for _, name in faces if name]
    right = sum(number in CLIP_SPANS[name] for number, name in names)
    return right, len(names) - right


def _judge_made(stream: Stream, found: list[Named]) -> tuple[int, int]:
    right = wrong = 0
    for truth, faces in zip(stream.truth, found, strict=True):
        for box, name in faces:
            if name:
                who = next((seen.name for seen in truth if inside(box, seen.middle)), None)
                right, wrong = right + (who == name), wrong + (who != name)
    return right, wrong
