"""Watching in the real window: sources that don't exist, that hang, that hold passwords, and stills."""

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from PySide6.QtWidgets import QApplication, QLabel, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from core.capture import CameraInfo
from core.live.session import SourceState
from core.types import Frame, Recognition
from gui.live import source_chooser
from gui.live.session import Live
from gui.settings import Settings
from gui.shell.main_window import MainWindow
from tests.cli.commands import ROOT
from tests.core.capture.made import jpeg, make_video, plain
from tests.core.capture.servers import Handler, begin, http_server, part
from tests.core.live.scripted import Scripted, frames, hangs
from tests.gui.late import all_told

WAIT = 60_000
Open = Callable[..., MainWindow]


def told(window: MainWindow) -> str:
    return window.view.accessibleDescription()


def boxes(window: MainWindow) -> list[str]:
    return [box.text() for box in window.findChildren(QMessageBox) if box.isVisible()]


def state(window: MainWindow) -> SourceState | None:
    return window.live.session.status.state if window.live.session else None


def everything_said(window: MainWindow) -> str:
    """All text that a user or a screen reader may see."""
    texts = [window.windowTitle(), window.status.currentMessage()]
    for widget in (window, *window.findChildren(QWidget)):
        texts += [widget.accessibleName(), widget.accessibleDescription(), widget.toolTip(), widget.statusTip()]
        if isinstance(widget, QLabel | QMessageBox):
            texts.append(widget.text())
    texts.append(window.chooser.text())
    return "\n".join(texts)


class Keyring(KeyringBackend):
    """A keyring in memory that counts as safe."""

    priority = 5

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self.kept.pop((service, username), None)


@pytest.fixture
def in_keyring() -> Iterator[Keyring]:
    before, backend = keyring.get_keyring(), Keyring()
    keyring.set_keyring(backend)
    yield backend
    keyring.set_keyring(before)


@pytest.fixture
def a_camera(monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes the system list one camera, which can't be opened."""
    monkeypatch.setattr(source_chooser, "list_cameras", lambda: [CameraInfo(0, 0, "Made-up camera")])


@pytest.mark.usefixtures("a_camera")
def test_a_mistyped_source_does_not_turn_a_camera_on(qtbot: QtBot, open_window: Open) -> None:
    window = open_window("typo.mp4", loaded=False)
    with qtbot.waitSignal(window.chooser.cameras_listed, timeout=WAIT):
        window.chooser.list_cameras()
    qtbot.waitUntil(lambda: "There is no source 'typo.mp4'" in told(window), timeout=WAIT)
    assert window.live.session is None


@pytest.mark.usefixtures("a_camera")
def test_the_first_camera_is_opened_if_no_source_was_ever_chosen(qtbot: QtBot, open_window: Open) -> None:
    window = open_window("", loaded=False)
    qtbot.waitUntil(
        lambda: window.live.source is not None and window.live.source.name == "Made-up camera", timeout=WAIT
    )


def test_a_bad_address_is_reported_in_a_box_while_watching_goes_on(qtbot: QtBot, open_window: Open) -> None:
    window = open_window("demo", loaded=False)
    qtbot.waitUntil(lambda: window.view.painted > 3, timeout=WAIT)
    for number, wrong in enumerate(("ftp://x/y", "nowhere.mp4", "rtsp://a:b/c@d/e"), 1):
        window.chooser.chosen.emit(wrong)
        qtbot.waitUntil(lambda number=number: len(boxes(window)) == number, timeout=WAIT)  # type: ignore[misc]
    painted = window.view.painted
    qtbot.waitUntil(lambda: window.view.painted > painted + 3, timeout=WAIT)
    assert "not the address of a stream" in boxes(window)[0]
    assert "There is no source" in boxes(window)[1]
    assert "%2F" in boxes(window)[2]
    assert state(window) is SourceState.RUNNING
    assert "There is no source" not in told(window)
    assert window.settings.source == "demo"


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pipe with a name")
def test_the_gui_thread_never_waits_for_a_disk(
    qtbot: QtBot, open_window: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A hanging network share may not answer `stat` for minutes."""
    let_go, asked_by, real = threading.Event(), set(), os.stat

    def hangs(path: object, *rest: object, **options: object) -> os.stat_result:
        if "share" in str(path):
            asked_by.add(threading.current_thread())
            let_go.wait(60)
        return real(path, *rest, **options)  # type: ignore[arg-type]

    video = make_video(tmp_path / "v.mp4", plain(60), [n / 20 for n in range(60)])
    share = tmp_path / "share.mp4"
    video.rename(share)
    window = open_window("demo", loaded=False)
    qtbot.waitUntil(lambda: window.view.painted > 3, timeout=WAIT)
    monkeypatch.setattr(os, "stat", hangs)
    window.watching.open(str(share))
    qtbot.waitUntil(lambda: "Opening" in told(window), timeout=WAIT)
    painted = window.view.painted
    qtbot.waitUntil(lambda: window.view.painted > painted + 10, timeout=WAIT)
    assert window.live.source is not None
    assert window.live.source.name == "Demo scene"
    let_go.set()
    qtbot.waitUntil(lambda: window.live.source is not None and window.live.source.name == "share.mp4", timeout=WAIT)
    qtbot.waitUntil(lambda: state(window) is SourceState.ENDED, timeout=WAIT)
    monkeypatch.setattr(os, "stat", real)
    assert asked_by
    assert threading.main_thread() not in asked_by


def test_the_last_choice_is_watched_even_if_an_earlier_one_answers_later(
    qtbot: QtBot, open_window: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    let_go, real = threading.Event(), os.stat

    def hangs(path: object, *rest: object, **options: object) -> os.stat_result:
        if "share" in str(path):
            let_go.wait(60)
        return real(path, *rest, **options)  # type: ignore[arg-type]

    share = make_video(tmp_path / "share.mp4", plain(5), [n / 20 for n in range(5)])
    window = open_window("demo", loaded=False)
    monkeypatch.setattr(os, "stat", hangs)
    window.watching.open(str(share))
    window.watching.open("demo")
    let_go.set()
    all_told(qtbot)
    assert window.live.source is not None
    assert window.live.source.name == "Demo scene"


def test_a_camera_that_never_answered_is_connecting_not_reconnecting(qtbot: QtBot, open_window: Open) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    window = open_window(f"rtsp://127.0.0.1:{port}/stream", loaded=False)
    qtbot.waitUntil(lambda: "does not answer" in told(window), timeout=WAIT)
    assert "trying again" in told(window)
    assert "Connecting" in told(window)
    window._show_status()
    assert "Reconnecting" not in everything_said(window)


def test_passwords_are_nowhere_in_the_window_nor_in_its_settings(
    qtbot: QtBot, open_window: Open, own_home: Path, caplog: pytest.LogCaptureFixture
) -> None:
    addresses = [
        "rtsp://admin:53cr3t@127.0.0.1:9/stream",
        "rtsp://127.0.0.1:9/user=admin_password=53cr3t_channel=1",
        "http://127.0.0.1:9/video?user=admin&pwd=53cr3t",
        "rtsp://admin:12/53cr3t@127.0.0.1:9/stream",
    ]
    window = open_window(addresses[0], loaded=False)
    for address in addresses:
        window.chooser.chosen.emit(address)
        qtbot.waitUntil(lambda: "does not answer" in told(window) or "%2F" in " ".join(boxes(window)), timeout=WAIT)
        window._show_status()
        window.settings._file.sync()
        assert "53cr3t" not in everything_said(window)
        assert "53cr3t" not in (own_home / "window.ini").read_text()
    assert "53cr3t" not in caplog.text


@pytest.mark.usefixtures("a_camera")
def test_an_address_with_a_password_is_kept_in_the_keyring_only(
    qtbot: QtBot, open_window: Open, own_home: Path, in_keyring: Keyring
) -> None:
    def answer(request: Handler) -> None:
        if "Authorization" not in request.headers:
            begin(request, None, 401, WWW_Authenticate='Basic realm="camera"')
            return
        begin(request, "multipart/x-mixed-replace; boundary=frame")
        while True:
            request.wfile.write(part(jpeg(plain(1)[0])))
            time.sleep(0.05)

    with http_server(answer) as address:
        secret = address.replace("//", "//admin:53cr3t@") + "/video"
        window = open_window(secret, loaded=False)
        qtbot.waitUntil(lambda: state(window) is SourceState.RUNNING, timeout=WAIT)
        qtbot.waitUntil(lambda: list(in_keyring.kept.values()) == [secret], timeout=WAIT)
        window.close()
        again = open_window("", loaded=False)
        qtbot.waitUntil(lambda: state(again) is SourceState.RUNNING, timeout=WAIT)
        assert again.live.source is not None
        assert again.live.source.name == f"{address}/video"
        again.settings._file.sync()
        assert "53cr3t" not in (own_home / "window.ini").read_text()
        again.watching.open("demo")
        qtbot.waitUntil(lambda: not in_keyring.kept, timeout=WAIT)
        assert again.settings.secret_source == ""


@pytest.mark.usefixtures("a_camera")
def test_without_a_keyring_the_window_asks_for_the_address_and_turns_no_camera_on(
    qtbot: QtBot, open_window: Open
) -> None:
    Settings().source = "rtsp://admin:53cr3t@10.0.0.2/stream"
    window = open_window("", loaded=False)
    qtbot.waitUntil(lambda: "enter the address again" in told(window), timeout=WAIT)
    assert "10.0.0.2" in told(window)
    with qtbot.waitSignal(window.chooser.cameras_listed, timeout=WAIT):
        window.chooser.list_cameras()
    all_told(qtbot)
    assert window.live.session is None


def test_a_password_kept_by_an_older_version_is_removed_from_the_file(own_home: Path) -> None:
    settings = Settings()
    settings._file.setValue("source", "http://h/x?pwd=53cr3t")
    settings._file.sync()
    again = Settings()
    assert again.source == "http://h/x?pwd=53cr3t"
    assert "53cr3t" not in (own_home / "window.ini").read_text()
    assert Settings().source == ""
    assert Settings().secret_source == "http://h/x"


def test_each_still_of_a_folder_is_recognised_although_the_models_are_loaded_later(
    qtbot: QtBot, open_window: Open, tmp_path: Path, portraits: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number, name in enumerate(("grace_hopper.jpg", "eileen_collins.png", "grace_hopper.jpg")):
        (tmp_path / f"{number}{Path(name).suffix}").write_bytes((portraits / name).read_bytes())
    (tmp_path / "1x.jpg").write_bytes(b"no picture")
    seen: dict[int, int] = {}
    window = open_window(str(tmp_path), loaded=False)
    window.watching.recognised.connect(
        lambda _faces: seen.setdefault(
            window.live.session.newest_result.frame.index,
            len(window.live.session.newest_result.faces),
        )
    )
    strange: list[Frame] = []
    show = window.view.show_frame

    def watched(frame: Frame, result: Recognition | None) -> None:
        if result and result.frame.index != frame.index:
            strange.append(frame)
        show(frame, result)

    monkeypatch.setattr(window.view, "show_frame", watched)
    said: list[str] = []
    window.watching.said.connect(said.append)
    qtbot.waitUntil(lambda: state(window) is SourceState.ENDED, timeout=WAIT)
    assert seen == {0: 1, 1: 1, 2: 1}
    assert strange == []
    assert len(said) == 1
    assert "1x.jpg is not a picture" in said[0]
    qtbot.waitUntil(lambda: "1x.jpg" in told(window), timeout=WAIT)
    status = window.live.session.status
    assert (status.captured, status.recognised, status.skipped) == (3, 3, 0)


@pytest.fixture
def live() -> Iterator[Live]:
    """A `Live` without a window, kept until its threads have ended."""
    live = Live()
    yield live
    live.close()
    for thread in threading.enumerate():
        if thread.daemon and thread.name.startswith("firstsight"):
            thread.join(10)


def test_a_camera_chosen_again_is_opened_once_it_is_released(qtbot: QtBot, live: Live) -> None:
    let_go = threading.Event()
    first, other, again = (
        Scripted(hangs(let_go), device="camera 0"),
        Scripted(frames, device="camera 1"),
        Scripted(frames, device="camera 0"),
    )
    live.open(first)
    qtbot.waitUntil(lambda: first.reads > 3, timeout=WAIT)
    live.open(other)
    qtbot.waitUntil(lambda: other.reads > 3, timeout=WAIT)
    live.open(again)
    qtbot.waitUntil(lambda: other.released, timeout=WAIT)
    assert not again.opened
    let_go.set()
    qtbot.waitUntil(lambda: again.reads > 3, timeout=WAIT)
    assert first.released
    assert len(again.family) == 1
    live.close()
    qtbot.waitUntil(lambda: again.released, timeout=WAIT)


def test_playing_again_starts_a_new_session(qtbot: QtBot, open_window: Open, tmp_path: Path) -> None:
    clip = make_video(tmp_path / "v.mp4", plain(5), [n / 20 for n in range(5)])
    window = open_window(str(clip), loaded=False)
    qtbot.waitUntil(lambda: state(window) is SourceState.ENDED, timeout=WAIT)
    first = window.live.session
    qtbot.waitUntil(lambda: told(window).startswith("Ended"), timeout=WAIT)
    window.view.button_clicked.emit()
    qtbot.waitUntil(lambda: window.live.session is not first and state(window) is SourceState.ENDED, timeout=WAIT)


def test_a_file_is_remembered_wherever_the_program_is_started(
    qtbot: QtBot, open_window: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_video(tmp_path / "v.mp4", plain(5), [n / 20 for n in range(5)])
    monkeypatch.chdir(tmp_path)
    window = open_window("v.mp4", loaded=False)
    qtbot.waitUntil(lambda: window.settings.source == str(tmp_path / "v.mp4"), timeout=WAIT)
    assert QApplication.activeModalWidget() is None


def test_the_window_starts_without_ffmpeg() -> None:
    code = "import sys, gui.shell.application; print(sorted({'av', 'setproctitle'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.strip() == "[]"
