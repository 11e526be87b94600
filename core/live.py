"""The live session: one thread captures, one recognises, a watchdog brings back sources that hang. No Qt.

Threads are daemons: a camera's driver may hang in a read for ever, and such a thread is given up, not waited for.
Each start of a source is an *attempt*; what an attempt that was given up still delivers is dropped.
"""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from core.capture.source import FrameSource
from core.counters import Counters
from core.errors import FirstsightError, SourceError
from core.mailbox import Mailbox
from core.types import Frame, Image, Recognition

log = logging.getLogger(__name__)

STALL_AFTER = 5.0
"""Seconds without a frame from a live source after which it counts as stalled."""
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 10.0
"""Seconds before a source is opened again: doubled at each failure."""
STOP_SECONDS = 0.8
"""How long `stop` waits for threads to end by themselves."""
KEPT_RESULTS = 8
"""Results kept for whoever iterates over them in a live session; older ones make room."""


class SourceState(StrEnum):
    """Of the source, for people and programs."""

    OPENING = "opening"
    RUNNING = "running"
    STALLED = "stalled"
    RECONNECTING = "reconnecting"
    ENDED = "ended"
    FAILED = "failed"
    STOPPED = "stopped"


FINAL = {SourceState.ENDED, SourceState.FAILED, SourceState.STOPPED}


@dataclass(frozen=True, slots=True)
class Status:
    """The session at one moment."""

    state: SourceState
    message: str
    """What is wrong and what to do, one sentence; empty when all is well."""
    captured: int
    recognised: int
    skipped: int
    capture_fps: float
    recognition_fps: float
    latency_p50: float
    """Seconds from capture to result, median of late."""
    latency_p95: float


class LiveSession:
    """Frames of one source, recognised as fast as the machine can.

    Live, the newest frame wins and others are skipped; files are played at their own pace, as a camera would. With
    `every_frame` each frame is recognised in order, as fast as that goes.
    """

    def __init__(
        self,
        source: FrameSource,
        recognize: Callable[[Frame], Recognition],
        *,
        on_change: Callable[[], None] | None = None,
        every_frame: bool = False,
        stall_after: float = STALL_AFTER,
    ) -> None:
        """recognize: called from one thread. on_change: called from either when there is a new frame, result or state;
        it must return at once.
        """
        self.source = source
        self._recognize = recognize
        self._on_change = on_change or (lambda: None)
        self._every_frame = every_frame
        self._stall_after = stall_after
        self._counters = Counters()
        self._mailbox: Mailbox[Frame] = Mailbox()
        self._results: deque[Recognition] = deque()
        self._lock = threading.Condition()
        self._stopping = threading.Event()
        self._attempt = 0
        self._state, self._message = SourceState.OPENING, ""
        self._frame: Frame | None = None
        self._result: Recognition | None = None
        self._began = 0.0
        self._last_frame_at = 0.0
        self._recognition_done = False
        self._threads: list[threading.Thread] = []

    # What a view reads

    @property
    def newest_frame(self) -> Frame | None:
        """The last frame captured."""
        return self._frame

    @property
    def newest_result(self) -> Recognition | None:
        """The last frame recognised."""
        return self._result

    @property
    def status(self) -> Status:
        """State and counts now."""
        counters = self._counters
        with self._lock:
            state, message = self._state, self._message
        return Status(
            state, message, counters.captured, counters.recognised, counters.skipped, *counters.rates(),
            *counters.latency(),
        )  # fmt: skip

    def forget_latencies(self) -> None:
        """Recognition is another from now on: its latency is measured anew."""
        self._counters.forget_latencies()

    def results(self) -> Iterator[Recognition]:
        """Each result in order, until the source has ended or the session was stopped. For one reader.

        With `every_frame` none is lost: recognition waits for the reader. Else the newest 8 wait.
        """
        while True:
            with self._lock:
                self._lock.wait_for(lambda: self._results or self._recognition_done or self._stopping.is_set())
                if not self._results:
                    return
                result = self._results.popleft()
                self._lock.notify_all()
            yield result

    # Start and stop

    def start(self) -> None:
        """Begins to capture and to recognise. Once only."""
        self._began = self._last_frame_at = time.monotonic()
        self._spawn("recognition", self._recognise_all)
        self._spawn("capture", lambda: self._capture(self._attempt, self.source, 0.0))
        if self.source.live:
            self._spawn("watchdog", self._watch)

    def stop(self) -> None:
        """Ends the session within a second, whatever the source is doing. Again is harmless."""
        self._stopping.set()
        self._drop(self._mailbox.close(discard=True))
        with self._lock:
            self._attempt += 1
            if self._state not in FINAL:
                self._state, self._message = SourceState.STOPPED, ""
            self._lock.notify_all()
        deadline = time.monotonic() + STOP_SECONDS
        for thread in self._threads:
            if thread is not threading.current_thread() and thread.is_alive():
                thread.join(max(deadline - time.monotonic(), 0.0))
        self._on_change()

    def _spawn(self, what: str, work: Callable[[], None]) -> None:
        thread = threading.Thread(target=work, name=f"firstsight {what}", daemon=True)
        self._threads.append(thread)
        thread.start()

    # Capture

    def _capture(self, attempt: int, source: FrameSource, pause: float) -> None:
        """One attempt at the source: waits, opens it, reads it until it ends, breaks off or is given up."""
        if self._stopping.wait(pause):
            return
        try:
            source.open()
            self._read_all(attempt, source)
        except SourceError as error:
            self._failed(attempt, source, str(error), pause)
        except Exception:
            log.exception("capture failed")
            self._end(attempt, SourceState.FAILED, f"{source.name} failed unexpectedly: choose it again.")
        finally:
            source.close()

    def _read_all(self, attempt: int, source: FrameSource) -> None:
        started = time.monotonic()
        while self._current(attempt):
            item = source.read()
            if item is None:
                self._end(attempt, SourceState.ENDED, f"{source.name} has ended: play it again or choose another.")
                return
            image, moment = item
            if not source.live and not self._every_frame:
                self._stopping.wait(max(started + moment - time.monotonic(), 0.0))
            self._deliver(attempt, image, moment if not source.live else time.monotonic() - self._began)

    def _deliver(self, attempt: int, image: Image, moment: float) -> None:
        with self._lock:
            if attempt != self._attempt or self._stopping.is_set():
                return
            index = self._counters.count_captured()
            self._frame = frame = Frame(image, index, moment, time.monotonic())
            self._last_frame_at = frame.captured
            self._state, self._message = SourceState.RUNNING, ""
        self._drop(self._mailbox.put_and_wait(frame) if self._every_frame else self._mailbox.put(frame))
        self._on_change()

    def _drop(self, frame: Frame | None) -> None:
        if frame is not None:
            self._counters.count_skipped()

    def _current(self, attempt: int) -> bool:
        return attempt == self._attempt and not self._stopping.is_set()

    def _end(self, attempt: int, state: SourceState, message: str) -> None:
        with self._lock:
            if not self._current(attempt):
                return
            self._state, self._message = state, message
        self._mailbox.close()
        self._on_change()

    def _failed(self, attempt: int, source: FrameSource, message: str, pause: float) -> None:
        """Tries again where that may help: with a new source, after a pause that grows while nothing comes."""
        if not source.can_resume:
            self._end(attempt, SourceState.FAILED, message)
            return
        with self._lock:
            if not self._current(attempt):
                return
            ran = self._state is SourceState.RUNNING
            self._state, self._message = SourceState.RECONNECTING, message
            self._attempt += 1
            self._last_frame_at = time.monotonic()
            again = FIRST_PAUSE if ran or not pause else min(2 * pause, LONGEST_PAUSE)
            attempt = self._attempt
        self._on_change()
        self._spawn("capture", lambda: self._capture(attempt, source.fresh(), again))

    # Watchdog

    def _watch(self) -> None:
        """Gives up an attempt that hangs, and begins another."""
        while not self._stopping.wait(min(self._stall_after / 4, 0.5)):
            with self._lock:
                attempt, state = self._attempt, self._state
                silent = time.monotonic() - self._last_frame_at
            if state in FINAL:
                return
            if state is SourceState.RUNNING and silent > self._stall_after:
                self._say(attempt, SourceState.STALLED, f"{self.source.name} has stopped sending: check it. Waiting…")
            elif state is SourceState.STALLED and silent > 2 * self._stall_after:
                self._failed(attempt, self.source, f"{self.source.name} has stopped sending: trying again.", 0.0)
            elif (
                state in (SourceState.OPENING, SourceState.RECONNECTING)
                and silent > LONGEST_PAUSE + 2 * self._stall_after
            ):
                self._failed(attempt, self.source, f"{self.source.name} does not answer: check it. Trying again.", 1.0)

    def _say(self, attempt: int, state: SourceState, message: str) -> None:
        with self._lock:
            if not self._current(attempt):
                return
            self._state, self._message = state, message
        self._on_change()

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
            with self._lock:
                self._recognition_done = True
                self._lock.notify_all()

    def _recognise(self, frame: Frame) -> None:
        try:
            result = self._recognize(frame)
        except BaseException:
            self._counters.count_skipped()
            raise
        with self._lock:
            self._counters.count_recognised(frame.captured)
            if self._stopping.is_set():
                return
            self._result = result
            if self._every_frame:
                self._lock.wait_for(lambda: len(self._results) < KEPT_RESULTS or self._stopping.is_set())
            elif len(self._results) >= KEPT_RESULTS:
                self._results.popleft()
            self._results.append(result)
            self._lock.notify_all()
        self._on_change()

    def _recognition_failed(self, message: str) -> None:
        self._end(self._attempt, SourceState.FAILED, message)
        self._drop(self._mailbox.close(discard=True))
        with self._lock:
            self._attempt += 1
