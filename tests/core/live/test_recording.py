"""Recordings last as long as what was watched, aren't stretched, and stay playable however they end."""

import os
import resource
import subprocess
import sys
from pathlib import Path

import av
import numpy as np
import pytest

from core.errors import OutputError
from core.live.recording import Recording, drawn, fitted
from core.live.video_writer import FORMATS
from core.types import Candidate, Decision, Face, Frame, Image, Quality, Recognition, RecognizedFace, Threshold
from tests.core.capture.made import corners, quarters

ROOT = Path(__file__).resolve().parents[3]


def seen(moment: float, image: Image | None = None, index: int = 0) -> Recognition:
    return Recognition(Frame(quarters() if image is None else image, index, moment, 0.0))


def record(file: Path, moments: list[float], end: float | None = None, fps: float = 25.0) -> Path:
    recording = Recording(file, lambda: fps)
    for number, moment in enumerate(moments):
        recording.add(seen(moment, index=number))
    recording.close(end)
    return file


def played(file: Path) -> tuple[list[float], float]:
    """Time of each frame and duration of the whole video, in seconds."""
    with av.open(str(file)) as container:
        moments = [round(frame.time, 3) for frame in container.decode(video=0)]
        assert container.duration is not None
        return moments, container.duration / 1e6


@pytest.mark.parametrize("ending", FORMATS)
def test_frames_last_as_long_as_they_did(tmp_path: Path, ending: str) -> None:
    moments = [5.0, 5.2, 5.4, 6.0, 6.033, 6.1, 8.0, 30.0]
    shown, lasts = played(record(tmp_path / f"out{ending}", moments, end=30.5))
    assert shown == pytest.approx([moment - 5 for moment in moments], abs=0.002)
    assert lasts == pytest.approx(25.5, abs=0.01)


def test_frames_two_seconds_apart_are_not_hurried(tmp_path: Path) -> None:
    _, lasts = played(record(tmp_path / "out.mp4", [2.0 * number for number in range(85)]))
    assert lasts == pytest.approx(170, abs=0.01)


def test_a_single_frame_lasts_as_long_as_its_source_says(tmp_path: Path) -> None:
    assert played(record(tmp_path / "out.mp4", [3.0], fps=1.0)) == ([0.0], 1.0)
    assert played(record(tmp_path / "other.mp4", [3.0], end=5.5))[1] == pytest.approx(2.5)


def test_no_frame_is_lost_if_timestamps_do_not_rise(tmp_path: Path) -> None:
    shown, _ = played(record(tmp_path / "out.mp4", [0.0, 0.1, 0.1, 0.05, 0.3]))
    assert len(shown) == 5
    assert shown == sorted(shown)


@pytest.mark.parametrize("size", [(641, 481), (1, 1), (17, 300)])
@pytest.mark.parametrize("ending", [".mp4", ".webm"])
def test_any_size_is_saved_as_it_is(tmp_path: Path, size: tuple[int, int], ending: str) -> None:
    recording = Recording(tmp_path / f"out{ending}", lambda: 25.0)
    for number in range(3):
        recording.add(seen(number / 25, np.full((size[1], size[0], 3), 90, np.uint8)))
    recording.close()
    with av.open(str(tmp_path / f"out{ending}")) as container:
        frames = [frame.to_ndarray(format="bgr24") for frame in container.decode(video=0)]
    assert [frame.shape for frame in frames] == [(size[1], size[0], 3)] * 3
    assert abs(float(frames[-1].mean()) - 90) < 6


def test_pictures_larger_than_players_take_are_scaled_down(tmp_path: Path) -> None:
    recording = Recording(tmp_path / "out.mp4", lambda: 1.0)
    recording.add(seen(0, np.zeros((500, 9000, 3), np.uint8)))
    recording.close()
    with av.open(str(tmp_path / "out.mp4")) as container:
        assert next(container.decode(video=0)).to_ndarray(format="bgr24").shape == (228, 4096, 3)


def test_pictures_of_another_shape_are_fitted_in_and_not_stretched() -> None:
    shown = fitted(np.full((100, 50, 3), 200, np.uint8), 200, 100)
    assert shown.shape == (100, 200, 3)
    assert np.flatnonzero(shown[50, :, 0]).tolist() == list(range(75, 125))
    wide = fitted(quarters(200, 50), 200, 100)
    assert corners(wide[25:75]) == "RGBK"
    assert not wide[:25].any()
    assert not wide[75:].any()


def test_no_frame_leaves_no_file(tmp_path: Path) -> None:
    Recording(tmp_path / "out.mp4", lambda: 25.0).close()
    assert not (tmp_path / "out.mp4").exists()


def test_other_file_extensions_are_refused_at_once(tmp_path: Path) -> None:
    for name in ("out.avi", "out", "out.jpg", ".mp4"):
        with pytest.raises(OutputError, match=r"ends in one of \.mp4, "):
            Recording(tmp_path / name, lambda: 25.0)


@pytest.mark.skipif(os.name == "nt", reason="file names are text there")
def test_a_file_name_that_is_not_valid_text_is_written(tmp_path: Path) -> None:
    file = Path(os.fsdecode(os.fsencode(tmp_path) + b"/o\xff:t.mp4"))
    record(file, [0.0, 0.1])
    assert file.stat().st_size > 100


@pytest.mark.parametrize("ending", [".mp4", ".mkv", ".webm"])
def test_a_full_disk_is_reported_and_what_fitted_can_be_played(tmp_path: Path, ending: str) -> None:
    code = f"""
import resource, sys
from pathlib import Path
import numpy as np
from core.errors import OutputError
from core.live.recording import Recording
from core.types import Frame, Recognition
resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))
noise = np.random.default_rng(0)
recording = Recording(Path({str(tmp_path / f"out{ending}")!r}), lambda: 25.0)
try:
    for n in range(1000):
        recording.add(Recognition(Frame(noise.integers(0, 255, (120, 160, 3), np.uint8), n, n / 5, 0.0)))
except OutputError as error:
    print(error)
    try:
        recording.close()
    except OutputError:
        sys.exit(3)
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, timeout=120, check=False
    )
    assert done.returncode == 3, done.stderr
    assert "can't be written any further (File too large)" in done.stdout
    with av.open(str(tmp_path / f"out{ending}")) as container:
        frames = 0
        try:
            for _ in container.decode(video=0):
                frames += 1
        except av.FFmpegError:
            pass
    assert frames >= 5


@pytest.mark.parametrize("ending", [".mp4", ".mov", ".mkv", ".webm"])
def test_what_was_written_when_the_process_was_killed_can_be_played(tmp_path: Path, ending: str) -> None:
    file, copy = tmp_path / f"out{ending}", tmp_path / f"copy{ending}"
    recording = Recording(file, lambda: 25.0)
    noise = np.random.default_rng(0)
    for number in range(100):
        recording.add(seen(number / 10, noise.integers(0, 255, (120, 160, 3), np.uint8)))
    copy.write_bytes(file.read_bytes())
    recording.close()
    with av.open(str(copy)) as container:
        assert sum(1 for _ in container.decode(video=0)) >= 80


def face(name: str | None) -> RecognizedFace:
    candidate = Candidate(1, name, 0.9, 1) if name is not None else None
    decision = Decision(
        Threshold(0.5, 0.01, 1, "e", "m", sure=0.6, at_first=0.6), (candidate,) if candidate else (), candidate
    )
    landmarks = np.zeros((5, 2), np.float32)
    quality = Quality(1, 30, 1, 100, 30, 0, 0, 0, 1)
    crop, embedding = np.zeros((168, 168, 3), np.uint8), np.zeros(128, np.float32)
    return RecognizedFace(Face((40, 60, 80, 80), 0.9, landmarks), crop, quality, embedding, decision)


NAMES = ["李小龍", "محمد علي", "אברהם", "ქართული", "Łukasz", "Анна", "김철수", "bad \udcff", "", "x" * 300]


@pytest.mark.parametrize("name", NAMES)
def test_names_in_any_script_are_drawn(name: str) -> None:
    blank = np.zeros((240, 320, 3), np.uint8)
    frame = Frame(blank, 0, 0.0, 0.0)
    named = drawn(Recognition(frame, (face(name),)))
    assert not blank.any()
    assert not np.array_equal(named, drawn(Recognition(frame, (face("???"),))))


def test_memory_does_not_grow_with_the_length_of_a_recording(tmp_path: Path) -> None:
    recording = Recording(tmp_path / "out.mp4", lambda: 25.0)
    image = np.random.default_rng(0).integers(0, 255, (720, 1280, 3), np.uint8)
    for number in range(10):
        recording.add(seen(number / 25, image))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for number in range(10, 60):
        recording.add(seen(number / 25, image))
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 30_000
    recording.close()
