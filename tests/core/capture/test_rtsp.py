"""RTSP from a real server: playing, logging in, time-outs and reconnecting."""

import time
from collections.abc import Callable

import pytest

from core.capture import network_stream
from core.capture.network_stream import NetworkStream
from core.errors import SourceError
from core.live.session import LiveSession, SourceState
from core.types import Recognition
from tests.core.capture.made import plain
from tests.core.capture.rtsp import RtspCamera


def wait_for(what: Callable[[], bool], seconds: float = 30.0) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if what():
            return True
        time.sleep(0.02)
    return False


def test_a_stream_is_played() -> None:
    with RtspCamera(plain(4)).serving() as port:
        stream = NetworkStream(f"rtsp://127.0.0.1:{port}/stream")
        stream.open()
        frames = [stream.read() for _ in range(8)]
        stream.close()
    assert [frame[0].shape for frame in frames if frame] == [(48, 64, 3)] * 8
    assert len({round(float(frame[0].mean())) for frame in frames if frame}) == 4
    moments = [frame[1] for frame in frames if frame]
    assert moments == sorted(moments)


def test_user_and_password_are_sent_as_they_are_meant() -> None:
    camera = RtspCamera(plain(4), login="admin:p@ss/w#r:d")
    with camera.serving() as port:
        stream = NetworkStream(f"rtsp://admin:p%40ss%2Fw%23r%3Ad@127.0.0.1:{port}/stream")
        stream.open()
        assert stream.read()
        stream.close()
        for login in ("", "admin:wrong@"):
            with pytest.raises(SourceError, match="user or password is wrong or missing"):
                NetworkStream(f"rtsp://{login}127.0.0.1:{port}/stream").open()


def test_a_stream_that_falls_silent_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network_stream, "READ_SECONDS", 0.5)
    camera = RtspCamera(plain(4))
    with camera.serving() as port:
        stream = NetworkStream(f"rtsp://127.0.0.1:{port}/stream")
        stream.open()
        assert stream.read()
        camera.silent = True
        with pytest.raises(SourceError, match="has stopped sending"):
            list(iter(stream.read, None))
        stream.close()


def test_a_stream_that_hangs_up_is_reconnected_to() -> None:
    camera = RtspCamera(plain(4))
    with camera.serving() as port:
        session = LiveSession(NetworkStream(f"rtsp://127.0.0.1:{port}/stream"), Recognition)
        session.start()
        assert wait_for(lambda: session.status.captured > 3)
        camera.hangs_up = True
        assert wait_for(lambda: session.status.state is SourceState.RECONNECTING)
        camera.hangs_up = False
        before = session.status.captured
        assert wait_for(lambda: session.status.captured > before + 3)
        assert session.status.state is SourceState.RUNNING
        session.stop()
    assert camera.connections >= 2
