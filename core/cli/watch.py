"""Live recognition without a window."""

import signal
import socket
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from core.cli.options import AsJson, EncoderFile, GalleryFile, Rate, print_json, recognizer_for

if TYPE_CHECKING:
    from core.capture import FrameSource
    from core.live.recording import Recording
    from core.live.session import LiveSession, Status
    from core.types import Recognition

Record = Callable[["Recognition"], None]


def watch(
    source: Annotated[
        str,
        typer.Argument(metavar="SOURCE", help="A video, a folder of pictures, rtsp://…, http://…, 0 (camera) or demo."),
    ],
    every_frame: Annotated[bool, typer.Option(help="Recognise each frame in order, skip none.")] = False,
    save: Annotated[
        Path | None,
        typer.Option(metavar="OUT.mp4", help="Save what was seen, with names: .mp4, .m4v, .mov, .mkv or .webm."),
    ] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace the file if it exists already.")] = False,
    max_frames: Annotated[int | None, typer.Option(min=1, help="Stop after so many recognised frames.")] = None,
    rate: Rate = 0.01,
    gallery: GalleryFile = None,
    encoder: EncoderFile = None,
    json: AsJson = False,
) -> None:
    """Recognises live and prints who is there, frame by frame."""
    from core.capture import parse_source
    from core.capture.address import is_address
    from core.errors import SourceError
    from core.live.session import LiveSession, SourceState
    from core.system.process_title import conceal

    chosen = parse_source(source)
    if is_address(source):
        conceal(source, chosen.name)
    recording = _recording(save, chosen, overwrite)
    with recognizer_for(gallery, rate, encoder) as recognizer:
        troubles = _Troubles()
        session = LiveSession(
            chosen,
            recognizer.follower(prompt=not every_frame, stills=chosen.stills),
            every_frame=every_frame,
            on_change=troubles,
        )
        troubles.session = session
        ending = _Ending(session)
        try:
            with ending:
                _watch(session, recording, max_frames, json)
        finally:
            session.stop()
    status = session.status
    if status.state is SourceState.FAILED or (status.message and not status.captured):
        raise SourceError(status.message)
    if not ending.terminal_gone:
        _summarise(status, json)
    if ending.code:
        raise typer.Exit(ending.code)


class _Troubles:
    """Says on the error output what is wrong with the source while it is being waited for, and what is passed over."""

    def __init__(self) -> None:
        self.session: LiveSession | None = None
        self._lock = threading.Lock()
        self._said = ""
        self._passed_over = 0

    def __call__(self) -> None:
        from core.live.session import FINAL

        if self.session is None:
            return
        with self._lock:
            status = self.session.status
            message = status.message if status.state not in FINAL else ""
            new = [*status.troubles[self._passed_over :], *([message] if message != self._said else [])]
            for sentence in filter(None, new):
                print(f"firstsight: {sentence}", file=sys.stderr, flush=True)
            self._said, self._passed_over = message, len(status.troubles)


class _Ending:
    """Ctrl-C, SIGTERM and SIGHUP end the session as the source's own end does, so that what is saved is finished.

    Raising in a signal's handler would not do: it may come while FFmpeg is writing, and be lost there. Nor would ending
    the session in it, since it may come while a lock is held. So a thread waits to be told: by the system itself, which
    may give a signal to another thread than the main one, whose handler then waits for a result to come. A second
    Ctrl-C is raised, for whoever can't wait.
    """

    SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP")

    def __init__(self, session: "LiveSession") -> None:
        self._session = session
        self._before: dict[int, Any] = {}
        self._number = 0
        self._told, self._tells = socket.socketpair()
        self._told_before = -1

    def __enter__(self) -> None:
        self._tells.setblocking(False)
        self._told_before = signal.set_wakeup_fd(self._tells.fileno(), warn_on_full_buffer=False)
        threading.Thread(target=self._wait, name="firstsight ending", daemon=True).start()
        for number in (getattr(signal, name) for name in self.SIGNALS if hasattr(signal, name)):
            if signal.getsignal(number) is not signal.SIG_IGN:
                self._before[number] = signal.signal(number, self._end)

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(self._told_before)
        self._tells.close()

    def _end(self, number: int, _frame: object) -> None:
        if not self._number:
            self._number = number
        elif number == signal.SIGINT:
            raise KeyboardInterrupt

    def _wait(self) -> None:
        with self._told:
            while told := self._told.recv(1):
                if told[0] in self._before:
                    self._session.stop()

    @property
    def terminal_gone(self) -> bool:
        """Whether there is nobody left to tell anything."""
        return self._number == getattr(signal, "SIGHUP", None)

    @property
    def code(self) -> int:
        """The process's: Ctrl-C is the usual way to end; else as shells have it."""
        return 0 if self._number in (0, signal.SIGINT) else 128 + self._number


def _recording(save: Path | None, source: "FrameSource", overwrite: bool) -> "Recording | None":
    """Made sure of before anything is opened: that it can be written, and is nothing that is read or there already."""
    if save is None:
        return None
    from core.live.recording import Recording
    from core.system.output import check_output

    recording = Recording(save, lambda: source.fps)
    check_output(save, overwrite=overwrite, inputs=source.files())
    return recording


def _watch(session: "LiveSession", recording: "Recording | None", max_frames: int | None, json: bool) -> None:
    """Tells and records each result; the video is finished however that ends."""
    end: float | None = None
    try:
        session.start()
        if _follow(session, recording.add if recording else _forget, max_frames, json):
            end = session.source.end
    finally:
        if recording:
            recording.close(end)


def _forget(_result: "Recognition") -> None:
    pass


def _follow(session: "LiveSession", record: Record, max_frames: int | None, json: bool) -> bool:
    """Whether it went on until the source's own end."""
    from core.live.session import SourceState

    seen: set[str] = set()
    for count, result in enumerate(session.results(), 1):
        record(result)
        if json:
            print_json(_line(result))
        else:
            _tell(result, seen)
        if max_frames and count >= max_frames:
            return False
    return session.status.state is SourceState.ENDED


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
                "certainty": str(face.decision.certainty),
                "problems": [str(problem) for problem in face.quality.problems],
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
