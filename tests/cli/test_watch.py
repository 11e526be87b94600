"""`firstsight watch`, run as a separate process: what it saves, what it refuses, and how it ends."""

import json
import os
import resource
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import av
import pytest

from tests.cli.commands import ROOT, endable, firstsight, refused
from tests.core.capture.made import jpeg, make_video, plain
from tests.core.capture.servers import Handler, begin, http_server, part, raw_server


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    """Six frames of varying duration, 3.1 seconds in total."""
    return make_video(tmp_path / "clip.mkv", plain(6), [0, 0.5, 1.5, 1.6, 1.7, 3.06])


def seconds(file: Path) -> float:
    with av.open(str(file)) as container:
        assert sum(1 for _ in container.decode(video=0)) > 0
        assert container.duration
        return container.duration / 1e6


def test_what_is_saved_lasts_as_long_as_what_was_watched(clip: Path, tmp_path: Path) -> None:
    firstsight("watch", clip, "--every-frame", "--save", tmp_path / "all.mp4")
    assert seconds(tmp_path / "all.mp4") == pytest.approx(3.1, abs=0.05)
    firstsight("watch", clip, "--save", tmp_path / "some.mkv")
    assert seconds(tmp_path / "some.mkv") == pytest.approx(3.1, abs=0.05)


def test_the_shared_clip_of_varying_frames_keeps_its_length(shared: Path, tmp_path: Path) -> None:
    firstsight("watch", shared / "faults" / "vfr.webm", "--every-frame", "--save", tmp_path / "out.mp4")
    assert seconds(tmp_path / "out.mp4") == pytest.approx(2.84, abs=0.05)


def test_a_clock_that_jumps_by_hours_is_not_waited_for(tmp_path: Path) -> None:
    clip = make_video(tmp_path / "v.mkv", plain(6), [0, 0.1, 0.2, 20_000, 20_000.1, 20_000.2])
    done = firstsight("watch", clip, "--json", "--save", tmp_path / "out.mp4")
    last = json.loads(done.stdout.splitlines()[-2])
    assert last["time"] < 1
    assert seconds(tmp_path / "out.mp4") < 1


def test_nothing_that_is_there_is_replaced_unasked(clip: Path, tmp_path: Path, portraits: Path) -> None:
    before = clip.read_bytes()
    assert "is the file being read" in refused("watch", clip, "--save", clip)
    assert "is the file being read" in refused("watch", clip, "--save", clip, "--overwrite")
    link = tmp_path / "link.mp4"
    link.symlink_to(clip)
    assert "is the file being read" in refused("watch", clip, "--save", link, "--overwrite")
    assert clip.read_bytes() == before
    other = tmp_path / "other.mp4"
    other.write_bytes(b"mine")
    assert "already exists" in refused("watch", clip, "--save", other)
    assert other.read_bytes() == b"mine"
    firstsight("watch", clip, "--every-frame", "--save", other, "--overwrite")
    assert seconds(other) > 3
    folder = tmp_path / "pictures"
    folder.mkdir()
    picture = folder / "a.png"
    picture.write_bytes((portraits / "eileen_collins.png").read_bytes())
    disguised = tmp_path / "disguised.mp4"
    disguised.hardlink_to(picture)
    assert "is the file being read" in refused("watch", folder, "--save", disguised, "--overwrite")


def test_what_cannot_be_written_is_said_before_anything_is_watched(clip: Path, tmp_path: Path) -> None:
    assert "ends in one of .mp4" in refused("watch", clip, "--save", tmp_path / "out.avi")
    assert "is a folder" in refused("watch", clip, "--save", make_folder(tmp_path / "folder.mp4"))
    assert "can't be written" in refused("watch", "rtsp://127.0.0.1:9/x", "--save", clip / "out.mp4")


def make_folder(folder: Path) -> Path:
    folder.mkdir()
    return folder


@pytest.mark.skipif(os.name == "nt", reason="file names are text there")
def test_names_that_are_no_text_are_watched_and_written(clip: Path, tmp_path: Path) -> None:
    odd = Path(os.fsdecode(os.fsencode(tmp_path) + b"/a:\xff.mkv"))
    clip.rename(odd)
    out = Path(os.fsdecode(os.fsencode(tmp_path) + b"/o\xff.mp4"))
    firstsight("watch", odd, "--every-frame", "--save", out)
    assert out.stat().st_size > 500
    assert "no source" in refused("watch", os.fsdecode(b"none\xff.mp4"))


@pytest.mark.parametrize(
    ("number", "ending"),
    [(signal.SIGTERM, ".mp4"), (signal.SIGTERM, ".mkv"), (signal.SIGHUP, ".mkv"), (signal.SIGINT, ".mp4")],
)
def test_what_was_saved_until_it_was_ended_can_be_played(number: signal.Signals, ending: str, tmp_path: Path) -> None:
    file = tmp_path / f"out{ending}"
    command = [sys.executable, "-m", "gui", "watch", "demo", "--save", str(file), "--json"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT, preexec_fn=endable
    ) as process:
        assert process.stdout is not None
        first = json.loads(process.stdout.readline())
        for _ in range(6):
            last = json.loads(process.stdout.readline())
        process.send_signal(number)
        rest, errors = process.communicate(timeout=60)
    assert "Traceback" not in errors
    assert process.returncode == (0 if number == signal.SIGINT else 128 + number)
    assert seconds(file) >= last["time"] - first["time"]
    if number != signal.SIGHUP:
        summary = json.loads(rest.splitlines()[-1])["summary"]
        assert summary["captured"] == summary["recognised"] + summary["skipped"]


def test_a_full_disk_is_one_sentence_and_an_error(tmp_path: Path) -> None:
    file = tmp_path / "out.mp4"
    limit = 200_000
    command = [
        sys.executable,
        "-m",
        "gui",
        "watch",
        "demo",
        "--every-frame",
        "--max-frames",
        "200",
        "--save",
        str(file),
    ]
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=120,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
    )
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert "can't be written any further" in line
    assert "can be played" in line
    with av.open(str(file)) as container:
        assert sum(1 for _ in container.decode(video=0)) > 3


def test_stills_are_all_recognised_and_what_is_passed_over_is_said(tmp_path: Path, portraits: Path) -> None:
    for name in ("a.jpg", "c.jpg"):
        (tmp_path / name).write_bytes((portraits / "grace_hopper.jpg").read_bytes())
    (tmp_path / "b.jpg").write_bytes(b"no picture")
    done = firstsight("watch", tmp_path, "--json")
    *lines, last = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["frame"] for line in lines] == [0, 1]
    assert (last["summary"]["captured"], last["summary"]["recognised"]) == (2, 2)
    (line,) = done.stderr.splitlines()
    assert "b.jpg is not a picture" in line


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may read everything")
def test_a_folder_that_may_not_be_read_is_one_sentence(tmp_path: Path) -> None:
    tmp_path.chmod(0)
    try:
        assert "can't be read" in refused("watch", tmp_path)
    finally:
        tmp_path.chmod(0o700)


@pytest.mark.parametrize(("status", "words"), [(401, "wrong or missing"), (404, "is unknown to its server")])
def test_what_a_camera_refuses_ends_the_command(status: int, words: str) -> None:
    with http_server(lambda request: begin(request, None, status)) as address:
        sentence = refused("watch", address.replace("//", "//admin:53cr3t@") + "/x?pwd=53cr3t")
    assert words in sentence
    assert "53cr3t" not in sentence


def test_a_camera_that_does_not_answer_is_tried_again_and_its_password_not_told() -> None:
    asked = threading.Semaphore(0)
    with raw_server(lambda _connection: asked.release()) as port:
        address = f"rtsp://admin:53cr3t@127.0.0.1:{port}/user=admin_password=53cr3t"
        command = [sys.executable, "-m", "gui", "watch", address]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT) as process:
            assert process.stderr is not None
            line = process.stderr.readline()
            command_line = Path(f"/proc/{process.pid}/cmdline")
            title = command_line.read_text() if command_line.exists() else None
            for _ in range(3):
                assert asked.acquire(timeout=60)
            process.terminate()
            rest = process.communicate(timeout=60)
    assert "does not answer" in line
    assert line.endswith("; trying again.\n")
    assert "53cr3t" not in f"{line}{rest}{title}"
    assert title is None or f"rtsp://127.0.0.1:{port}/" in title


ENDED_BY_A_THREAD = """
import signal, sys, threading
from core.cli import main
def end():
    sys.stdin.readline()
    signal.pthread_kill(threading.get_ident(), signal.SIGTERM)
threading.Thread(target=end, daemon=True).start()
main()
"""


def test_a_signal_given_to_another_thread_ends_the_command_while_nothing_comes() -> None:
    """The system chooses the thread; the main one sleeps until there is a result, or for ever."""
    hung, let_go = threading.Event(), threading.Event()

    def hang(_connection: object) -> None:
        hung.set()
        let_go.wait(600)

    with raw_server(hang) as port:
        command = [sys.executable, "-c", ENDED_BY_A_THREAD, "watch", f"http://127.0.0.1:{port}/x"]
        with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
            try:
                assert hung.wait(60)
                _, errors = process.communicate("end\n", timeout=60)
            finally:
                process.kill()
                let_go.set()
    assert (process.returncode, errors) == (128 + signal.SIGTERM, "")


def test_a_network_camera_is_saved_by_the_clock(tmp_path: Path) -> None:
    picture = part(jpeg(plain(1)[0]))

    def answer(request: Handler) -> None:
        begin(request, "multipart/x-mixed-replace; boundary=frame")
        while True:
            request.wfile.write(picture)
            time.sleep(0.2)

    with http_server(answer) as address:
        done = firstsight("watch", address, "--json", "--max-frames", 6, "--save", tmp_path / "out.mp4")
    times = [json.loads(line)["time"] for line in done.stdout.splitlines()[:-1]]
    assert len(times) == 6
    assert times[-1] - times[0] > 0.8
    with av.open(str(tmp_path / "out.mp4")) as container:
        shown = [frame.time for frame in container.decode(video=0)]
    assert shown == pytest.approx([moment - times[0] for moment in times], abs=0.002)


@pytest.mark.parametrize("source", ["/dev/null", "/dev/zero", "/dev/full"])
def test_devices_that_are_no_camera_are_told(source: str) -> None:
    assert "is a device but not a camera" in refused("watch", source)
