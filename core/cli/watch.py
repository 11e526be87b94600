"""The command `watch`: live recognition without a window."""

import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Protocol

import typer

from core.cli.opening import recognizer_for
from core.cli.options import AsJson, EncoderFile, GalleryFile, Rate
from core.cli.records import frame_record
from core.cli.writing import Overwrite
from core.system.terminal import print_json

if TYPE_CHECKING:
    from core.alerts.watcher import Alert
    from core.capture import FrameSource
    from core.gallery import Gallery
    from core.live.recording import Recording
    from core.live.session import LiveSession, Status
    from core.types import Recognition

Record = Callable[["Recognition"], None]


def watch(
    source: Annotated[
        str,
        typer.Argument(
            metavar="SOURCE",
            help="A video, a folder of pictures, a network camera (rtsp://… or http://…), a camera's number such as 0, "
            "or demo.",
        ),
    ],
    every_frame: Annotated[bool, typer.Option(help="Recognise every frame in order, instead of the newest.")] = False,
    save: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Save a video with the names drawn in: .mp4, .m4v, .mov, .mkv or .webm."),
    ] = None,
    overwrite: Overwrite = False,
    record: Annotated[bool, typer.Option("--record", help="Keep who was here, for `firstsight history`.")] = False,
    alerts: Annotated[bool, typer.Option("--alerts", help="Tell what the rules of `firstsight alerts` say.")] = False,
    max_frames: Annotated[int | None, typer.Option(min=1, metavar="N", help="Stop after N recognised frames.")] = None,
    rate: Rate = 0.01,
    gallery: GalleryFile = None,
    encoder: EncoderFile = None,
    json: AsJson = False,
) -> None:
    """Watch a camera, a stream or a video, and print who is there."""
    from core.capture import parse_source
    from core.capture.address import is_address
    from core.capture.source import place_of
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
            recognizer.follower(prompt=not every_frame, stills=chosen.stills, place=place_of(chosen)),
            every_frame=every_frame,
            on_change=troubles,
        )
        troubles.session = session
        ending = _Ending(session)
        followers: list[_Follower] = []
        if record:
            followers.append(_Sightings(recognizer.gallery, chosen))
        if alerts:
            followers.append(_Alerts(recognizer.gallery, chosen))
        try:
            with ending:
                _watch(session, recording, max_frames, json, followers)
        finally:
            session.stop()
            recognizer.leave()
    status = session.status
    if status.state is SourceState.FAILED or (status.message and not status.captured):
        raise SourceError(status.message)
    if not ending.terminal_gone:
        _summarise(status, json)
    if ending.code:
        raise typer.Exit(ending.code)


class _Troubles:
    """Prints on standard error why the source is being waited for, and what was skipped."""

    def __init__(self) -> None:
        self.session: LiveSession | None = None
        self._lock = threading.Lock()
        self._said = ""
        self._count = 0

    def __call__(self) -> None:
        from core.live.session import FINAL

        if self.session is None:
            return
        with self._lock:
            status = self.session.status
            message = status.message if status.state not in FINAL else ""
            new = [*status.troubles[self._count :], *([message] if message != self._said else [])]
            for sentence in filter(None, new):
                print(f"firstsight: {sentence}", file=sys.stderr, flush=True)
            self._said, self._count = message, len(status.troubles)


class _Ending:
    """Makes Ctrl-C, SIGTERM and SIGHUP end the session like the end of the source, so that a saved video is complete.

    A signal handler can't raise an exception: it may run while FFmpeg is writing, which would swallow it. Nor can it
    stop the session, since a lock may be held. So a thread waits for the signal: for the system's own word
    (`signal.set_wakeup_fd`), because the system may give the signal to any thread, and Python runs the handler only
    when the main thread, which may be waiting for a result, goes on. A second Ctrl-C raises KeyboardInterrupt, for
    users who can't wait.
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
        """Whether the terminal has been closed, so that nobody reads the output."""
        return self._number == getattr(signal, "SIGHUP", None)

    @property
    def code(self) -> int:
        """Exit code of the process: 0 for Ctrl-C, the usual way to end; otherwise 128 + signal, as in shells."""
        return 0 if self._number in (0, signal.SIGINT) else 128 + self._number


def _recording(save: Path | None, source: "FrameSource", overwrite: bool) -> "Recording | None":
    """The recording to `save`; None without it. Checks first that the file can be written and replaces nothing."""
    if save is None:
        return None
    from core.live.recording import Recording
    from core.system.output import check_output

    recording = Recording(save, lambda: source.fps)
    check_output(save, overwrite=overwrite, inputs=source.files())
    return recording


class _Follower(Protocol):
    """Follows who is seen."""

    def add(self, result: "Recognition", now: float, /) -> None:
        """Takes in one result. now: Unix time."""

    def close(self) -> None:
        """Finishes."""


class _Sightings:
    """Keeps who was here in the gallery."""

    def __init__(self, gallery: "Gallery", source: "FrameSource") -> None:
        from core.history.recorder import Recorder

        self._gallery, self._recorder = gallery, Recorder(source.name)
        self._now = time.time()
        gallery.history.expire(self._now)

    def add(self, result: "Recognition", now: float) -> None:
        """Takes in one result, and writes what is due."""
        self._now = now
        self._recorder.note(result, now)
        self._write()

    def close(self) -> None:
        """Writes what is left."""
        self._write(everything=True)

    def _write(self, *, everything: bool = False) -> None:
        batch = self._recorder.take(self._now, everything=everything)
        if batch:
            self._recorder.done(batch, batch.write(self._gallery.history))


class _Alerts:
    """Tells what the rules say: on standard error, and wherever a rule sends it."""

    LOOK_EVERY = 60.0
    """Seconds between looks for who is missing, and for changes of people and rules."""

    def __init__(self, gallery: "Gallery", source: "FrameSource") -> None:
        from core.alerts.sending import Sender
        from core.alerts.watcher import Watcher

        self._gallery, self._watcher = gallery, Watcher(source.name)
        self._sender = Sender(lambda error: print(f"firstsight: {error}", file=sys.stderr, flush=True))
        self._looked = 0.0
        self._look(time.time())

    def _look(self, now: float) -> None:
        from core.alerts import kept

        self._looked = now
        self._rules, people = kept.rules(self._gallery), self._gallery.people()
        self._people = {person.id: person for person in people}
        self._tell(self._watcher.missing(self._rules, people, now))

    def add(self, result: "Recognition", now: float) -> None:
        """Takes in one result, and tells what the rules say."""
        if now - self._looked >= self.LOOK_EVERY:
            self._look(now)
        self._tell(self._watcher.note(self._rules, self._people, result, now))

    def close(self) -> None:
        """Waits for what is being sent."""
        self._sender.close()

    def _tell(self, alerts: "list[Alert]") -> None:
        from core.alerts.rules import Means
        from core.alerts.sending import OUTSIDE
        from core.alerts.telling import text

        for alert in alerts:
            bell = "\a" if alert.rule.means is Means.SOUND and sys.stderr.isatty() else ""
            print(f"{bell}firstsight: {text(alert)}", file=sys.stderr, flush=True)
            if alert.rule.means in OUTSIDE:
                self._sender.send(alert)


def _watch(
    session: "LiveSession",
    recording: "Recording | None",
    max_frames: int | None,
    json: bool,
    followers: Sequence[_Follower],
) -> None:
    """Prints and records each result. Video and history are completed even if an error occurs."""
    end: float | None = None
    begun = time.time()

    def record(result: "Recognition") -> None:
        if recording:
            recording.add(result)
        # A video may be recognised faster or slower than it was filmed.
        now = time.time() if session.source.live else begun + result.frame.time
        for follower in followers:
            follower.add(result, now)

    try:
        session.start()
        if _follow(session, record, max_frames, json):
            end = session.source.end
    finally:
        try:
            for follower in followers:
                follower.close()
        finally:
            if recording:
                recording.close(end)


def _follow(session: "LiveSession", record: Record, max_frames: int | None, json: bool) -> bool:
    """Prints and records results. Returns whether the source came to its end."""
    from core.live.session import SourceState

    seen: set[str] = set()
    for count, result in enumerate(session.results(), 1):
        record(result)
        if json:
            print_json(frame_record(result))
        else:
            _tell(result, seen)
        if max_frames and count >= max_frames:
            return False
    return session.status.state is SourceState.ENDED


def _tell(result: "Recognition", seen: set[str]) -> None:
    """Prints a line if the people in the picture have changed. seen: the names printed last, updated here."""
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
            f"{status.recognition_fps:.1f} per second, latency {p50:.0f} ms (95 % within {p95:.0f} ms)."
        )
