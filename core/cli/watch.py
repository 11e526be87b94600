"""Live recognition without a window."""

import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from core.cli.options import AsJson, EncoderFile, GalleryFile, Rate, print_json, recognizer_for

if TYPE_CHECKING:
    from core.live import LiveSession, Status
    from core.types import Recognition


def watch(
    source: Annotated[
        str,
        typer.Argument(metavar="SOURCE", help="A video, a folder of pictures, rtsp://…, http://…, 0 (camera) or demo."),
    ],
    every_frame: Annotated[bool, typer.Option(help="Recognise each frame in order, skip none.")] = False,
    save: Annotated[Path | None, typer.Option(metavar="OUT.mp4", help="Save what was seen, with names.")] = None,
    max_frames: Annotated[int | None, typer.Option(min=1, help="Stop after so many recognised frames.")] = None,
    rate: Rate = 0.01,
    gallery: GalleryFile = None,
    encoder: EncoderFile = None,
    json: AsJson = False,
) -> None:
    """Recognises live and prints who is there, frame by frame."""
    from core.capture import parse_source
    from core.errors import SourceError
    from core.live import LiveSession, SourceState

    chosen = parse_source(source)
    with recognizer_for(gallery, rate, encoder) as recognizer:
        troubles = _Troubles()
        session = LiveSession(
            chosen, recognizer.follower(prompt=not every_frame), every_frame=every_frame, on_change=troubles
        )
        troubles.session = session
        try:
            with _recording(save, session) as record:
                session.start()
                _follow(session, record, max_frames, json)
        except KeyboardInterrupt:
            pass
        finally:
            status = session.status
            session.stop()
    if status.state is SourceState.FAILED or (status.message and not status.captured):
        raise SourceError(status.message)
    _summarise(session.status, json)


class _Troubles:
    """Says on the error output what is wrong with the source while it is being waited for."""

    def __init__(self) -> None:
        self.session: LiveSession | None = None
        self._said = ""

    def __call__(self) -> None:
        from core.live import FINAL

        status = self.session.status if self.session else None
        message = status.message if status and status.state not in FINAL else ""
        if message and message != self._said:
            print(f"firstsight: {message}", file=sys.stderr, flush=True)
        self._said = message


def _follow(session: "LiveSession", record: Any, max_frames: int | None, json: bool) -> None:
    seen: set[str] = set()
    for count, result in enumerate(session.results(), 1):
        record(result)
        if json:
            print_json(_line(result))
        else:
            _tell(result, seen)
        if max_frames and count >= max_frames:
            return


def _line(result: "Recognition") -> dict[str, Any]:
    return {
        "frame": result.frame.index,
        "time": result.frame.time,
        "faces": [
            {
                "box": list(face.face.box),
                "track": face.track,
                "name": face.decision.name,
                "similarity": face.decision.similarity,
            }
            for face in result.faces
        ],
    }


def _tell(result: "Recognition", seen: set[str]) -> None:
    """A line whenever who is there changes."""
    now = {face.decision.name or f"Unknown {face.track}" for face in result.faces}
    if now != seen:
        print(f"{result.frame.time:8.2f} s  {', '.join(sorted(now)) or 'nobody'}", flush=True)
        seen.clear()
        seen.update(now)


def _summarise(status: "Status", json: bool) -> None:
    p50, p95 = status.latency_p50 * 1000, status.latency_p95 * 1000
    if json:
        print_json(
            {
                "summary": {
                    "captured": status.captured,
                    "recognised": status.recognised,
                    "skipped": status.skipped,
                    "fps": status.recognition_fps,
                    "latency_ms": {"p50": p50, "p95": p95},
                }
            }
        )
    else:
        print(
            f"{status.captured} frames captured, {status.recognised} recognised, {status.skipped} skipped; "
            f"{status.recognition_fps:.1f} a second, latency {p50:.0f} ms (95 %: {p95:.0f} ms)."
        )


@contextlib.contextmanager
def _recording(path: Path | None, session: "LiveSession") -> Iterator[Any]:
    """Gives a function that takes each result; the video is finished afterwards."""
    if path is None:
        yield lambda _result: None
        return
    from core.recording import Recording

    recording = Recording(path, lambda: session.source.fps)
    try:
        yield recording.add
    finally:
        recording.close()
