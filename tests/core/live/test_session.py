"""The live session: counts add up, the newest frame wins, it survives hangs and stops in every state."""

import http.server
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

from core.capture import network_stream, parse_source
from core.capture.demo import DemoScene
from core.capture.network_stream import NetworkStream
from core.capture.video import VideoFile
from core.errors import ModelError
from core.live import session as live_session
from core.live.mailbox import Mailbox
from core.live.session import LiveSession, SourceState, Status
from core.types import Frame, Recognition
from tests.core.capture.servers import raw_server
from tests.core.live.scripted import LONG, Scripted, hangs


def wait_for(what: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + LONG
    while time.monotonic() < deadline:
        if what():
            return True
        time.sleep(0.02)
    return False


def slow(frame: Frame) -> Recognition:
    time.sleep(0.12)
    return Recognition(frame)


def settled(session: LiveSession) -> Status:
    wait_for(lambda: session.status.captured == session.status.recognised + session.status.skipped)
    return session.status


def stop(session: LiveSession) -> None:
    """Stops it, and fails where that never comes back."""
    stopping = threading.Thread(target=session.stop, daemon=True)
    stopping.start()
    stopping.join(LONG)
    assert not stopping.is_alive()


@pytest.fixture
def nobody_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither in stopping nor on the network: what ends then ends because it was told to."""
    monkeypatch.setattr(live_session, "STOP_SECONDS", 10 * LONG)
    monkeypatch.setattr(network_stream, "OPEN_SECONDS", 10 * LONG)
    monkeypatch.setattr(network_stream, "READ_SECONDS", 10 * LONG)


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    """30 frames at 30 frames a second."""
    file = tmp_path / "clip.mp4"
    writer = cv2.VideoWriter(str(file), cv2.VideoWriter.fourcc(*"mp4v"), 30, (64, 48))
    for number in range(30):
        writer.write(np.full((48, 64, 3), 8 * number, np.uint8))
    writer.release()
    return file


def test_every_frame_is_recognised_in_order_when_asked(clip: Path) -> None:
    session = LiveSession(VideoFile(clip), Recognition, every_frame=True)
    session.start()
    assert [result.frame.index for result in session.results()] == list(range(30))
    status = session.status
    assert (status.captured, status.recognised, status.skipped) == (30, 30, 0)
    assert status.state is SourceState.ENDED
    session.stop()


def test_a_file_plays_at_its_own_pace_and_slow_recognition_skips(clip: Path) -> None:
    session = LiveSession(VideoFile(clip), slow)
    began = time.monotonic()
    session.start()
    indices = [result.frame.index for result in session.results()]
    assert time.monotonic() - began > 0.9
    assert indices == sorted(set(indices))
    assert indices[-1] == 29
    status = settled(session)
    assert status.captured == 30
    assert status.skipped > 5
    assert status.captured == status.recognised + status.skipped
    assert status.latency_p95 >= status.latency_p50 > 0.1
    session.forget_latencies()
    assert session.status.latency_p95 == 0
    assert session.status.recognised == status.recognised
    session.stop()


@pytest.mark.usefixtures("nobody_is_given_up")
def test_all_threads_end_when_it_is_stopped_and_the_counts_add_up() -> None:
    session = LiveSession(DemoScene(), slow)
    session.start()
    assert wait_for(lambda: session.status.recognised > 2)
    stop(session)
    assert session.released
    assert not any(thread.is_alive() for thread in session._threads)
    status = session.status
    assert status.state is SourceState.STOPPED
    assert status.captured == status.recognised + status.skipped
    stop(session)
    assert session.status.state is SourceState.STOPPED
    assert session.status.captured == status.captured


def test_what_hangs_is_given_up_within_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many threads hang, the first takes all the time there is."""
    let_go, busy = threading.Event(), threading.Event()

    def recognize(frame: Frame) -> Recognition:
        busy.set()
        let_go.wait(LONG)
        return Recognition(frame)

    source = Scripted(hangs(let_go))
    session = LiveSession(source, recognize)
    session.start()
    assert wait_for(lambda: source.reads > 3 and busy.is_set())
    waited: list[float | None] = []
    join = threading.Thread.join

    def noted(thread: threading.Thread, timeout: float | None = None) -> None:
        if thread in session._threads:
            waited.append(timeout)
        join(thread, timeout)

    monkeypatch.setattr(threading.Thread, "join", noted)
    session.stop()
    assert not let_go.is_set()
    assert not session.released
    assert waited[0] is not None
    assert 0 < waited[0] <= live_session.STOP_SECONDS < 1
    assert waited[1:] == [0, 0]
    let_go.set()
    assert wait_for(lambda: session.released)


def test_every_change_is_reported(clip: Path) -> None:
    told = threading.Event()
    session = LiveSession(VideoFile(clip), Recognition, on_change=told.set)
    session.start()
    assert told.wait(10)
    assert wait_for(lambda: session.status.state is SourceState.ENDED)
    assert "has ended" in session.status.message
    assert session.newest_frame is not None
    session.stop()
    assert session.status.state is SourceState.ENDED


def test_a_file_that_cannot_be_played_fails_with_its_message(tmp_path: Path) -> None:
    file = tmp_path / "bad.mp4"
    file.write_bytes(b"no video")
    session = LiveSession(parse_source(str(file)), Recognition)
    session.start()
    assert list(session.results()) == []
    assert session.status.state is SourceState.FAILED
    assert "can't be played" in session.status.message
    session.stop()


@pytest.mark.parametrize(
    ("error", "words"),
    [(ModelError("The model is gone: reinstall."), "reinstall"), (ZeroDivisionError(), "unexpectedly")],
)
def test_a_failure_of_recognition_is_reported_and_ends_the_session(error: Exception, words: str) -> None:
    def failing(frame: Frame) -> Recognition:
        raise error

    session = LiveSession(DemoScene(), failing)
    session.start()
    assert list(session.results()) == []
    assert session.status.state is SourceState.FAILED
    assert words in session.status.message
    session.stop()
    status = settled(session)
    assert status.captured == status.recognised + status.skipped


def test_a_mailbox_keeps_only_the_newest() -> None:
    mailbox: Mailbox[int] = Mailbox()
    assert [mailbox.put(1), mailbox.put(2), mailbox.put(3)] == [None, 1, 2]
    assert mailbox.take() == 3
    mailbox.put(4)
    assert mailbox.close() is None
    assert mailbox.put(5) == 5
    assert mailbox.take() == 4
    assert mailbox.take() is None


class Server:
    """A network camera, motion JPEG over HTTP, that can fall silent, break off, die and come back."""

    def __init__(self) -> None:
        self.silent = threading.Event()
        self.broken = threading.Event()
        server = self
        jpeg = cv2.imencode(".jpg", np.full((120, 160, 3), 90, np.uint8))[1].tobytes()

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=frame")
                self.end_headers()
                try:
                    while not server.broken.is_set():
                        if not server.silent.is_set():
                            head = f"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: {len(jpeg)}\r\n\r\n"
                            self.wfile.write(head.encode() + jpeg + b"\r\n")
                        time.sleep(0.03)
                except OSError:
                    pass

            def log_message(self, *_: object) -> None:
                pass

        self._handler = Handler
        self.port = 0
        self.start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/video.mjpg"

    def start(self) -> None:
        self.broken.clear()
        http.server.ThreadingHTTPServer.allow_reuse_address = True
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", self.port), self._handler)
        self._server.daemon_threads = True
        self._server.block_on_close = False
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def die(self) -> None:
        self.broken.set()
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    yield server
    server.die()


def test_a_stream_is_read(server: Server) -> None:
    source = NetworkStream(server.address)
    source.open()
    first, second = source.read(), source.read()
    source.close()
    assert first is not None
    assert second is not None
    assert first[0].shape == (120, 160, 3)
    assert abs(int(first[0].mean()) - 90) < 4
    assert second[1] >= first[1]


def test_a_stream_that_dies_is_reported_and_comes_back(server: Server) -> None:
    session = LiveSession(NetworkStream(server.address), Recognition)
    session.start()
    assert wait_for(lambda: session.status.recognised > 3)
    server.die()
    assert wait_for(lambda: session.status.state is SourceState.RECONNECTING)
    assert "127.0.0.1" in session.status.message
    before = session.status.captured
    server.start()
    assert wait_for(lambda: session.status.captured > before + 3)
    assert session.status.state is SourceState.RUNNING
    assert session.status.message == ""
    session.stop()
    status = settled(session)
    assert status.captured == status.recognised + status.skipped


def test_a_stream_that_falls_silent_is_stalled_and_recovers(server: Server) -> None:
    session = LiveSession(NetworkStream(server.address), Recognition, stall_after=0.6)
    session.start()
    assert wait_for(lambda: session.status.recognised > 3)
    server.silent.set()
    assert wait_for(lambda: session.status.state is SourceState.STALLED)
    assert "has stopped sending" in session.status.message
    assert wait_for(lambda: session.status.state is SourceState.RECONNECTING)
    server.silent.clear()
    assert wait_for(lambda: session.status.state is SourceState.RUNNING)
    session.stop()


@pytest.mark.usefixtures("nobody_is_given_up")
def test_stopping_ends_the_reading_of_a_stream_that_hangs(server: Server) -> None:
    session = LiveSession(NetworkStream(server.address), Recognition, stall_after=1.0)
    session.start()
    assert wait_for(lambda: session.status.recognised > 0)
    server.silent.set()
    assert wait_for(lambda: session.status.state is SourceState.STALLED)
    stop(session)
    assert session.released


@pytest.mark.parametrize("scheme", ["http", "rtsp"])
def test_a_silent_server_is_given_up(scheme: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network_stream, "OPEN_SECONDS", 0.5)
    states: list[SourceState] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        session = LiveSession(NetworkStream(f"{scheme}://127.0.0.1:{listener.getsockname()[1]}/x"), Recognition)
        states.append(session.status.state)
        session._on_change = lambda: states.append(session.status.state)
        session.start()
        assert wait_for(lambda: states[-1] is SourceState.RECONNECTING)
        assert set(states) == {SourceState.OPENING, SourceState.RECONNECTING}
        assert "does not answer" in session.status.message
        session.stop()


@pytest.mark.usefixtures("nobody_is_given_up")
@pytest.mark.parametrize("scheme", ["http", "rtsp"])
def test_stopping_does_not_wait_for_a_server_that_does_not_answer(scheme: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """HTTP is told to end. What FFmpeg waits for can't be: it is left behind."""
    asked, let_go = threading.Event(), threading.Event()

    def talk(connection: socket.socket) -> None:
        connection.recv(1)
        asked.set()
        let_go.wait(2 * LONG)

    with raw_server(talk) as port:
        session = LiveSession(NetworkStream(f"{scheme}://127.0.0.1:{port}/x"), Recognition)
        session.start()
        assert asked.wait(LONG)
        assert session.status.state is SourceState.OPENING
        if scheme == "rtsp":
            monkeypatch.setattr(live_session, "STOP_SECONDS", 0.1)
        stop(session)
        assert session.status.state is SourceState.STOPPED
        assert session.released == (scheme == "http")
        let_go.set()
        assert wait_for(lambda: session.released)


def test_an_address_where_nothing_listens_is_reported_at_once() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    session = LiveSession(NetworkStream(f"rtsp://127.0.0.1:{port}/x"), Recognition)
    session.start()
    assert wait_for(lambda: session.status.state is SourceState.RECONNECTING)
    session.stop()
