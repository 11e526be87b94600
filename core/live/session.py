"""The live session: one thread captures, one recognises, and a watchdog reopens sources that hang. No Qt.

The threads are daemons: a camera's driver may hang in a read for ever, and such a thread is abandoned, not waited for.
State shared between threads changes under one lock. The source's state changes only in `core.live.source_state`, and
each change names the attempt it belongs to.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from core.capture.source import FrameSource
from core.errors import FirstsightError, SourceError
from core.live.counters import Counters
from core.live.mailbox import Mailbox
from core.live.pace import Pace
from core.live.results import Results
from core.live.source_state import FINAL, SourceProgress, SourceState, Verdict
from core.types import Frame, Image, Recognition

__all__ = ["FINAL", "LiveSession", "SourceState", "Status"]

log = logging.getLogger(__name__)

STALL_AFTER = 5.0
"""Seconds of waiting for a frame after which a source counts as stalled."""
DEVICE_SECONDS = 5.0
"""Longest wait, in seconds, for a device that an earlier capture still holds."""
STOP_SECONDS = 0.8
"""Longest wait of `stop`, in seconds, for the threads to end."""


@dataclass(frozen=True, slots=True)
class Status:
    """The session at one moment. captured = recognised + skipped, except for at most two frames in progress."""

    state: SourceState
    message: str
    """What is wrong and what to do, in one sentence; empty if all is well."""
    captured: int
    recognised: int
    skipped: int
    capture_fps: float
    recognition_fps: float
    latency_p50: float
    """Recent median time from capture to result, in seconds."""
    latency_p95: float
    """Recent 95th percentile of the time from capture to result, in seconds."""
    troubles: tuple[str, ...] = ()
    """One sentence for each problem so far that didn't stop the source, such as a picture that can't be read."""


class LiveSession:
    """Captures the frames of one source and recognises as many as the machine can.

    By default the newest frame wins and others are skipped; files play at their own pace, like a camera. With
    `every_frame`, all frames are recognised in order, as fast as possible. Stills are never skipped: each is shown
    until its result is there, and then for its own duration.
    """

    def __init__(
        self,
        source: FrameSource,
        recognize: Callable[[Frame], Recognition],
        *,
        on_change: Callable[[], None] | None = None,
        every_frame: bool = False,
        stall_after: float = STALL_AFTER,
        after: Iterable["LiveSession"] = (),
    ) -> None:
        """recognize: called from one thread. on_change: called from any thread on a new frame, result or state; it must
        return at once. stall_after: seconds. after: sessions being stopped, which may still hold the source's device.
        """
        self.source = source
        self._recognize = recognize
        self._on_change = on_change or (lambda: None)
        self._every_frame = every_frame
        self._stills = bool(getattr(source, "stills", False))
        self._stall_after = stall_after
        self._after = tuple(after)
        self._counters = Counters()
        self._mailbox: Mailbox[Frame] = Mailbox()
        self._results: Results[Recognition] = Results()
        self._stopping = threading.Event()
        self._threads: list[threading.Thread] = []
        self._captures: list[threading.Thread] = []

        self._lock = threading.Condition()
        """Guards the attributes below, and the counts."""
        self._progress = SourceProgress()
        self._frame: Frame | None = None
        self._result: Recognition | None = None
        self._under_way: Frame | None = None
        self._recognition_done = False
        self._troubles: list[str] = []
        self._began = 0.0

    # What a view reads

    @property
    def newest_frame(self) -> Frame | None:
        """The frame captured last; None before the first."""
        return self._frame

    @property
    def newest_result(self) -> Recognition | None:
        """The result of the frame recognised last; None before the first."""
        return self._result

    @property
    def status(self) -> Status:
        """The current state, counts, rates and latencies."""
        counters = self._counters
        with self._lock:
            return Status(
                self._progress.state, self._progress.message, counters.captured, counters.recognised,
                counters.skipped, *counters.rates(), *counters.latency(), tuple(self._troubles),
            )  # fmt: skip

    def forget_latencies(self) -> None:
        """Measures latency anew; call it when recognition has changed."""
        self._counters.forget_latencies()

    def results(self) -> Iterator[Recognition]:
        """Yields the results in order, until the source ends or the session is stopped. For one reader.

        With `every_frame` or stills, recognition waits for the reader, so that none is lost. Otherwise up to 8 results
        wait, and then the oldest are dropped.
        """
        return iter(self._results)

    # Start and stop

    def start(self) -> None:
        """Starts capture and recognition. Call it only once."""
        self._began = time.monotonic()
        self._spawn("recognition", self._recognise_all)
        self._spawn_capture(0, self.source, 0.0)
        self._spawn("watchdog", self._watch)

    def stop(self) -> None:
        """Ends the session within a second, whatever the source is doing. Calling it again is harmless."""
        self._stopping.set()
        self._results.close()
        self._finish(SourceState.STOPPED, "", discard=True)
        self._tell_to_close(self.source)
        deadline = time.monotonic() + STOP_SECONDS
        for thread in self._threads:
            if thread is not threading.current_thread():
                thread.join(max(deadline - time.monotonic(), 0.0))
        with self._lock:
            # A frame still being recognised counts as skipped.
            self._drop(self._under_way)
            self._under_way = None
        self._on_change()

    @property
    def released(self) -> bool:
        """Whether every capture thread has ended, so that none holds the source any more."""
        return not any(thread.is_alive() for thread in self._captures)

    def _spawn(self, what: str, work: Callable[[], None]) -> threading.Thread:
        thread = threading.Thread(target=work, name=f"firstsight {what}", daemon=True)
        with self._lock:
            thread.start()
            self._threads = [*(earlier for earlier in self._threads if earlier.is_alive()), thread]
        return thread

    def _spawn_capture(self, attempt: int, source: FrameSource, pause: float) -> None:
        with self._lock:
            holders = [*self._captures, *(thread for session in self._after for thread in session._captures)]
            self._after = ()
            capture = self._spawn("capture", lambda: self._capture(attempt, source, pause, holders))
            self._captures = [*(thread for thread in self._captures if thread.is_alive()), capture]

    def _tell_to_close(self, source: FrameSource) -> None:
        """Closes a source on a separate thread, since its driver may hang."""
        threading.Thread(target=source.close, name="firstsight close", daemon=True).start()

    # What changes the state

    def _finish(self, state: SourceState, message: str, attempt: int | None = None, *, discard: bool = False) -> None:
        """Enters a final state. discard: also skip the frame that waits for recognition."""
        with self._lock:
            news = self._progress.finish(state, message, attempt)
            if news or discard:
                self._drop(self._mailbox.close(discard=discard))
            self._lock.notify_all()
        if news:
            self._on_change()

    def _failed(self, attempt: int, source: FrameSource, message: str) -> None:
        """Reopens the source if that may help, after a pause that grows until a frame comes; else ends the session."""
        if not source.can_resume:
            self._finish(SourceState.FAILED, message, attempt)
            return
        with self._lock:
            pause = self._progress.failed(attempt, message)
            if pause is None:
                return
            self.source = again = source.fresh()
            self._spawn_capture(self._progress.attempt, again, pause)
        self._tell_to_close(source)
        self._on_change()

    def _drop(self, frame: Frame | None) -> None:
        if frame is not None:
            self._counters.count_skipped()

    def _current(self, attempt: int) -> bool:
        return self._progress.is_current(attempt)

    # Capture

    def _capture(self, attempt: int, source: FrameSource, pause: float, holders: list[threading.Thread]) -> None:
        """Runs one attempt: waits, opens the source, and reads until it ends, fails or is given up."""
        if self._stopping.wait(pause):
            return
        held = self._wait_for_device(attempt, source, holders)
        try:
            if self._current(attempt):
                with self._asking(attempt):
                    source.open()
                self._read_all(attempt, source)
        except SourceError as error:
            message = f"{source.name} hangs: unplug it and plug it in again." if held else str(error)
            self._failed(attempt, source, message)
        except Exception:
            log.exception("capture failed")
            self._finish(SourceState.FAILED, f"{source.name} failed unexpectedly: choose it again.", attempt)
        finally:
            source.close()

    def _wait_for_device(self, attempt: int, source: FrameSource, holders: list[threading.Thread]) -> bool:
        """Waits until earlier captures have released the source's device; returns whether one still holds it."""
        if not getattr(source, "device", ""):
            return False
        deadline = time.monotonic() + DEVICE_SECONDS
        for thread in holders:
            while thread.is_alive() and self._current(attempt) and time.monotonic() < deadline:
                thread.join(0.05)
        return any(thread.is_alive() for thread in holders)

    @contextmanager
    def _asking(self, attempt: int) -> Iterator[None]:
        """Marks a call to the source: the watchdog counts only time spent waiting for it, not for slow consumers."""
        with self._lock:
            self._progress.asked(attempt)
        try:
            yield
        finally:
            with self._lock:
                self._progress.answered(attempt)

    def _read_all(self, attempt: int, source: FrameSource) -> None:
        pace = None if source.live or self._every_frame or self._stills else Pace()
        told = 0
        while self._current(attempt):
            with self._asking(attempt):
                item = source.read()
            told = self._note_troubles(attempt, source, told)
            if item is None:
                self._finish(SourceState.ENDED, self._how_it_ended(source), attempt)
                return
            image, moment = item
            if pace:
                self._stopping.wait(pace.wait(moment))
            self._deliver(attempt, image, time.monotonic() - self._began if source.live else moment)
            if self._stills and not self._every_frame:
                self._show_still(attempt, 1 / source.fps)

    def _note_troubles(self, attempt: int, source: FrameSource, told: int) -> int:
        troubles = list(getattr(source, "troubles", ()))
        if len(troubles) > told:
            with self._lock:
                if self._current(attempt):
                    self._troubles += troubles[told:]
            self._on_change()
        return len(troubles)

    def _how_it_ended(self, source: FrameSource) -> str:
        troubles = [trouble.rstrip(".") for trouble in self._troubles]
        if len(troubles) > 1:
            troubles = [f"{len(troubles)} pictures can't be read"]
        why = f" ({troubles[0]})" if troubles else ""
        return f"{source.name} has ended{why}: play it again or choose another."

    def _deliver(self, attempt: int, image: Image, moment: float) -> None:
        if self._every_frame or self._stills:
            self._mailbox.wait_until_empty()
        with self._lock:
            if not self._progress.frame(attempt):
                return
            frame = Frame(image, self._counters.count_captured(), moment, time.monotonic())
            self._frame = frame
            self._drop(self._mailbox.put(frame))
        self._on_change()

    def _show_still(self, attempt: int, seconds: float) -> None:
        """Waits until the still is recognised, and then for its duration in seconds."""
        with self._lock:
            self._lock.wait_for(lambda: self._nothing_waits() or not self._current(attempt))
        self._stopping.wait(seconds)

    def _nothing_waits(self) -> bool:
        counters = self._counters
        return self._recognition_done or counters.captured == counters.recognised + counters.skipped

    # Watchdog

    def _watch(self) -> None:
        """Reports a silent source; gives up an attempt that hangs and starts another."""
        while not self._stopping.wait(min(self._stall_after / 4, 0.5)):
            with self._lock:
                attempt, source = self._progress.attempt, self.source
                verdict = self._progress.verdict(self._stall_after)
                if verdict is Verdict.STALLED:
                    self._progress.stalled(f"{source.name} has stopped sending: check it. Waiting…")
            match verdict:
                case Verdict.OVER:
                    return
                case Verdict.STALLED:
                    self._on_change()
                case Verdict.SILENT if source.can_resume:
                    self._failed(attempt, source, f"{source.name} has stopped sending: check it.")
                case Verdict.UNANSWERED if source.can_resume:
                    self._failed(attempt, source, f"{source.name} does not answer: check it.")

    # Recognition

    def _recognise_all(self) -> None:
        try:
            while (frame := self._mailbox.take()) is not None:
                self._recognise(frame)
        except FirstsightError as error:
            self._recognition_failed(str(error))
        except Exception:
            log.exception("recognition failed")
            self._recognition_failed("Recognition failed unexpectedly: choose the source again.")
        finally:
            self._results.close()
            with self._lock:
                self._recognition_done = True
                self._lock.notify_all()

    def _recognise(self, frame: Frame) -> None:
        with self._lock:
            if self._stopping.is_set():
                self._drop(frame)
                return
            self._under_way = frame
        result = self._recognize(frame)
        with self._lock:
            if self._under_way is not frame:
                return
            self._under_way = None
            self._counters.count_recognised(frame.captured)
            if self._stopping.is_set():
                return
            self._result = result
            self._lock.notify_all()
        self._results.put(result, wait=self._every_frame or (self._stills and self._results.has_reader))
        self._on_change()

    def _recognition_failed(self, message: str) -> None:
        with self._lock:
            self._drop(self._under_way)
            self._under_way = None
        self._finish(SourceState.FAILED, message, discard=True)
        self._tell_to_close(self.source)
