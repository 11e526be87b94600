"""Unlucky orders of events: abandoned attempts that answer, simultaneous failures, ends while others wait."""

import itertools
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator

import pytest

from core.capture.source import FrameSource
from core.errors import ModelError, SourceError
from core.live import session as live_session
from core.live.pace import Pace
from core.live.results import KEPT
from core.live.session import LiveSession, SourceState, Status
from core.live.source_state import Verdict
from core.types import Frame, Recognition
from tests.core.live.scripted import LONG, PICTURE, Item, Scripted, fails, frames, hangs


def wait_for(what: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + LONG
    while time.monotonic() < deadline:
        if what():
            return True
        time.sleep(0.005)
    return False


def adds_up(status: Status) -> bool:
    return status.captured == status.recognised + status.skipped


@pytest.fixture
def let_go() -> Iterator[threading.Event]:
    event = threading.Event()
    yield event
    event.set()


def test_a_reader_that_pauses_is_not_a_stalled_camera(monkeypatch: pytest.MonkeyPatch) -> None:
    source = Scripted(frames)
    session = LiveSession(source, Recognition, every_frame=True, stall_after=0.2)
    states: set[SourceState] = set()
    session._on_change = lambda: states.add(session.status.state)
    judged, verdict = threading.Semaphore(0), session._progress.verdict

    def noted(stall_after: float) -> Verdict:
        judged.release()
        return verdict(stall_after)

    monkeypatch.setattr(session._progress, "verdict", noted)
    session.start()
    results = session.results()
    first = next(results)
    time.sleep(3 * 0.2)
    for _ in range(3):
        assert judged.acquire(timeout=LONG)
    following = [next(results).frame.index for _ in range(30)]
    assert following == list(range(first.frame.index + 1, first.frame.index + 31))
    assert len(source.family) == 1
    assert session.status.state is SourceState.RUNNING
    assert states <= {SourceState.RUNNING}
    session.stop()
    assert adds_up(session.status)


def test_frames_from_an_abandoned_attempt_are_dropped(let_go: threading.Event) -> None:
    source = Scripted(hangs(let_go), frames)
    seen: list[tuple[int, bool]] = []

    def recognize(frame: Frame) -> Recognition:
        seen.append((frame.index, bool(frame.image.any())))
        return Recognition(frame)

    session = LiveSession(source, recognize, every_frame=True, stall_after=0.1)
    session.start()
    reader = threading.Thread(target=lambda: list(session.results()), daemon=True)
    reader.start()
    assert wait_for(lambda: len(source.family) > 1 and session.status.state is SourceState.RUNNING)
    before = source.reads
    let_go.set()
    assert wait_for(lambda: source.released)
    captured = session.status.captured
    assert wait_for(lambda: session.status.recognised > captured)
    session.stop()
    reader.join(LONG)
    assert source.reads == before
    assert [index for index, _ in seen] == list(range(len(seen)))
    assert not any(white for _, white in seen)
    assert adds_up(session.status)


@pytest.fixture
def about_to_open(monkeypatch: pytest.MonkeyPatch) -> dict[object, threading.Event]:
    """Of each source, whether it would be opened now if its device were free; and nothing is given up."""
    monkeypatch.setattr(live_session, "DEVICE_SECONDS", 10 * LONG)
    asked: dict[object, threading.Event] = defaultdict(threading.Event)
    wait = LiveSession._wait_for_device

    def noted(session: LiveSession, attempt: int, source: FrameSource, holders: list[threading.Thread]) -> bool:
        asked[source].set()
        return wait(session, attempt, source, holders)

    monkeypatch.setattr(LiveSession, "_wait_for_device", noted)
    return asked


def test_a_device_is_reopened_only_after_it_has_been_released(
    let_go: threading.Event, about_to_open: dict[object, threading.Event]
) -> None:
    source = Scripted(hangs(let_go), frames, device="camera 0")
    session = LiveSession(source, Recognition, stall_after=0.1)
    session.start()
    assert wait_for(lambda: len(source.family) > 1)
    again = source.family[1]
    assert about_to_open[again].wait(LONG)
    time.sleep(0.1)
    assert not again.opened
    let_go.set()
    assert wait_for(lambda: again.opened)
    assert source.released
    assert wait_for(lambda: session.status.state is SourceState.RUNNING)
    session.stop()


def test_the_next_session_waits_until_the_device_has_been_released(
    let_go: threading.Event, about_to_open: dict[object, threading.Event]
) -> None:
    first = Scripted(hangs(let_go), device="camera 0")
    earlier = LiveSession(first, Recognition)
    earlier.start()
    assert wait_for(lambda: first.reads > 3)
    earlier.stop()
    assert not earlier.released
    second, other = Scripted(frames, device="camera 0"), Scripted(frames, device="")
    later = LiveSession(second, Recognition, after=[earlier])
    unconcerned = LiveSession(other, Recognition, after=[earlier])
    later.start()
    unconcerned.start()
    assert wait_for(lambda: other.opened)
    assert about_to_open[second].wait(LONG)
    time.sleep(0.1)
    assert not second.opened
    let_go.set()
    assert wait_for(lambda: second.opened)
    assert earlier.released
    assert first.released
    later.stop()
    unconcerned.stop()


@pytest.mark.parametrize("turn", range(20))
def test_recognition_that_fails_as_the_source_does_leaves_it_failed(turn: int) -> None:
    failed = threading.Event()

    def script(source: Scripted) -> Item:
        if source.reads > 1:
            failed.wait(0.001 * turn)
            raise SourceError("It has gone: plug it in.")
        return frames(source)

    def recognize(frame: Frame) -> Recognition:
        failed.set()
        raise ModelError("The model is gone: reinstall.")

    session = LiveSession(Scripted(script), recognize, stall_after=0.05)
    session.start()
    assert list(session.results()) == []
    assert wait_for(lambda: session.status.state is SourceState.FAILED)
    session.stop()
    assert wait_for(lambda: session.released)
    assert session.status.state is SourceState.FAILED
    assert session.status.message == "The model is gone: reinstall."
    assert adds_up(session.status)


def test_a_failure_of_recognition_on_the_last_frame_is_reported_although_the_source_has_ended() -> None:
    def recognize(frame: Frame) -> Recognition:
        assert wait_for(lambda: session.status.state is SourceState.ENDED)
        raise ModelError("The model is gone: reinstall.")

    session = LiveSession(Scripted(one_frame, live=False), recognize)
    session.start()
    assert list(session.results()) == []
    assert session.status.state is SourceState.FAILED
    assert adds_up(session.status)


def one_frame(source: Scripted) -> Item:
    return (PICTURE, 0.0) if source.reads == 1 else None


def test_a_source_that_ends_at_once_has_ended() -> None:
    session = LiveSession(Scripted(lambda _: None, live=False), Recognition)
    session.start()
    assert list(session.results()) == []
    assert session.status.state is SourceState.ENDED
    session.stop()
    assert session.status.state is SourceState.ENDED
    assert session.released


def test_stopping_while_it_opens_releases_the_device(let_go: threading.Event) -> None:
    source = Scripted(frames, opening=lambda: let_go.wait(LONG))
    session = LiveSession(source, Recognition)
    session.start()
    assert wait_for(lambda: source.opened)
    session.stop()
    assert session.status.state is SourceState.STOPPED
    assert not source.released
    let_go.set()
    assert wait_for(lambda: source.released and session.released)
    assert source.reads == 0
    assert session.status.captured == 0


def test_stopping_while_it_waits_to_reopen_does_not_open_it() -> None:
    source = Scripted(fails)
    session = LiveSession(source, Recognition)
    session.start()
    assert wait_for(lambda: session.status.state is SourceState.RECONNECTING)
    session.stop()
    assert wait_for(lambda: session.released)
    assert sum(one.opened for one in source.family) == 1


def test_a_camera_that_fails_and_comes_back_is_still_watched() -> None:
    def gives_up(source: Scripted) -> Item:
        return frames(source) if source.reads < 4 else fails(source)

    source = Scripted(gives_up)
    session = LiveSession(source, Recognition)
    session.start()
    assert wait_for(lambda: session.status.captured >= 9)
    session.stop()
    assert len(source.family) >= 3
    assert all(one.released for one in source.family[:-1])
    assert adds_up(session.status)


def test_a_camera_that_never_answered_is_tried_again_and_the_message_says_so() -> None:
    session = LiveSession(Scripted(fails), Recognition)
    session.start()
    assert wait_for(lambda: session.status.state is SourceState.RECONNECTING)
    assert session.status.message == "It has gone: plug it in; trying again."
    assert session.status.captured == 0
    session.stop()


def test_a_session_stopped_in_the_middle_of_a_recognition_adds_up_at_once(let_go: threading.Event) -> None:
    busy = threading.Event()

    def recognize(frame: Frame) -> Recognition:
        busy.set()
        let_go.wait(LONG)
        return Recognition(frame)

    session = LiveSession(Scripted(frames), recognize)
    session.start()
    assert busy.wait(LONG)
    session.stop()
    before = session.status
    assert adds_up(before)
    let_go.set()
    for thread in session._threads:
        thread.join(LONG)
        assert not thread.is_alive()
    assert (session.status.recognised, session.status.skipped) == (before.recognised, before.skipped)


def test_counts_never_differ_by_more_than_the_frames_in_progress() -> None:
    session = LiveSession(Scripted(frames), Recognition)
    differences: list[int] = []

    def look() -> None:
        status = session.status
        differences.append(status.captured - status.recognised - status.skipped)

    session._on_change = look
    session.start()
    assert wait_for(lambda: session.status.captured > 200)
    session.stop()
    assert len(differences) > 200
    assert set(differences) <= {0, 1, 2}
    assert adds_up(session.status)


def stills(count: int) -> Scripted:
    source = Scripted(lambda one: (PICTURE, float(one.reads - 1)) if one.reads <= count else None, live=False)
    source.stills, source.fps = True, 20.0
    return source


def test_each_still_is_recognised_however_slowly_and_shown_until_then() -> None:
    shown: list[int] = []

    def recognize(frame: Frame) -> Recognition:
        time.sleep(0.1)
        assert session.newest_frame is frame
        shown.append(frame.index)
        return Recognition(frame)

    session = LiveSession(stills(12), recognize)
    session.start()
    assert wait_for(lambda: session.status.state is SourceState.ENDED)
    assert shown == list(range(12))
    assert (session.status.recognised, session.status.skipped) == (12, 0)
    assert session.status.message == "Scripted has ended: play it again or choose another."
    session.stop()


def test_a_reader_of_stills_misses_none() -> None:
    session = LiveSession(stills(15), Recognition)
    session.start()
    results = session.results()
    got = [next(results).frame.index]
    # All that wait for the reader, and one that finds no room.
    assert wait_for(lambda: session.status.recognised == 1 + KEPT + 1)
    time.sleep(0.1)
    got += [result.frame.index for result in results]
    assert got == list(range(15))
    session.stop()


def test_unreadable_pictures_are_in_the_status_and_in_the_final_message() -> None:
    def script(source: Scripted) -> Item:
        if source.reads == 2:
            source.troubles.append("b.jpg is damaged: use another copy.")
        return (PICTURE, 0.0) if source.reads <= 2 else None

    source = Scripted(script, live=False)
    told: list[tuple[str, ...]] = []
    session = LiveSession(source, Recognition, on_change=lambda: told.append(session.status.troubles))
    session.start()
    list(session.results())
    assert session.status.troubles == ("b.jpg is damaged: use another copy.",)
    assert told[-1] == session.status.troubles
    assert "(b.jpg is damaged: use another copy)" in session.status.message
    session.stop()


IMPOSSIBLE = [[0.0, float("nan"), 0.05], [0.0, -5000.0, 0.05], [0.0, float("inf"), 0.05], [0.0, 20_000.0, 20_000.05]]


@pytest.mark.parametrize("moments", IMPOSSIBLE)
def test_impossible_times_are_not_waited_for(moments: list[float], monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []

    class Noted(Pace):
        def wait(self, moment: float) -> float:
            waits.append(super().wait(moment))
            return waits[-1]

    def script(source: Scripted) -> Item:
        return (PICTURE, moments[source.reads - 1]) if source.reads <= len(moments) else None

    monkeypatch.setattr(live_session, "Pace", Noted)
    session = LiveSession(Scripted(script, live=False), Recognition)
    session.start()
    assert wait_for(lambda: session.status.state is SourceState.ENDED)
    assert session.status.captured == len(waits) == 3
    assert all(0 <= wait <= 0.05 for wait in waits)
    session.stop()


def test_sessions_that_start_and_stop_at_any_moment_leave_no_thread_and_no_device() -> None:
    for pause in itertools.chain((0.0,) * 10, (0.001 * n for n in range(10))):
        source = Scripted(frames)
        session = LiveSession(source, Recognition)
        session.start()
        time.sleep(pause)
        session.stop()
        assert wait_for(lambda one=session: one.released)  # type: ignore[misc]
        assert source.released or not source.opened
        assert adds_up(session.status)
        assert session.status.state is SourceState.STOPPED
