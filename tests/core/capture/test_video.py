"""Odd and damaged videos are played upright and in time as far as possible, or refused in one sentence."""

import gc
import itertools
import math
import os
import resource
import shutil
from collections.abc import Iterator
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from core.capture import parse_source
from core.capture.clock import LONGEST_BROADCAST_GAP, Clock
from core.capture.jpeg import JpegDecoder
from core.capture.video import VideoFile
from core.errors import SourceError
from core.types import Image
from tests.core.capture.made import corners, jpeg, make_sound, make_video, plain, quarters

ONE = 1 << 16
LAST = 1 << 30
ALL = list(itertools.product((ONE, -ONE), repeat=2))


def played(file: Path) -> list[tuple[Image, float]]:
    source = parse_source(str(file))
    source.open()
    frames = list(iter(source.read, None))
    source.close()
    return frames


def times(file: Path) -> list[float]:
    return [round(moment, 3) for _, moment in played(file)]


@pytest.mark.parametrize(("across", "down"), ALL)
@pytest.mark.parametrize("transposed", [False, True])
def test_each_of_the_eight_ways_up_is_shown_as_its_matrix_says(
    tmp_path: Path, across: int, down: int, transposed: bool
) -> None:
    linear = (0, down, across, 0) if transposed else (across, 0, 0, down)
    a, b, c, d = linear
    file = make_video(tmp_path / "v.mp4", [quarters()] * 2, (0, 0.1), matrix=[a, b, 0, c, d, 0, 0, 0, LAST])
    # Where the matrix takes the middle of each quarter of the frame.
    shown = {}
    for colour, x, y in (("R", -1, -1), ("G", 1, -1), ("B", -1, 1), ("K", 1, 1)):
        shown[(a * x + c * y > 0, b * x + d * y > 0)] = colour
    expected = "".join(shown[(right, below)] for below in (False, True) for right in (False, True))
    frames = played(file)
    assert len(frames) == 2
    for image, _ in frames:
        assert image.shape == ((64, 48, 3) if transposed else (48, 64, 3))
        assert corners(image) == expected


def test_a_matrix_that_is_none_leaves_the_picture_as_it_is(tmp_path: Path) -> None:
    file = make_video(tmp_path / "v.mp4", [quarters()], [0], matrix=[0] * 9)
    assert corners(played(file)[0][0]) == "RGBK"


def test_stamps_of_varying_frames_are_kept(tmp_path: Path) -> None:
    moments = [0, 0.2, 0.4, 1.0, 1.033, 7.5]
    for name in ("v.mp4", "v.mkv"):
        assert times(make_video(tmp_path / name, plain(6), moments)) == moments


@pytest.mark.parametrize("leap", [20_000.0, -20_000.0, 60.0, -3.0])
def test_a_broadcast_whose_clock_is_set_goes_on_as_if_it_were_not(tmp_path: Path, leap: float) -> None:
    first, second = max(-leap, 0) + 2, max(leap, 0) + 2
    parts = [
        make_video(tmp_path / f"{begin}.ts", plain(10), [begin + n / 10 for n in range(10)], codec="mpeg2video")
        for begin in (first, second + 1)
    ]
    file = tmp_path / "joined.ts"
    file.write_bytes(b"".join(part.read_bytes() for part in parts))
    moments = times(file)
    assert len(moments) >= 18
    steps = np.diff(moments)
    assert steps.min() > 0
    assert moments[-1] < 4


def test_a_leap_of_hours_in_a_file_is_no_wait_of_hours(tmp_path: Path) -> None:
    file = make_video(tmp_path / "v.mkv", plain(6), [0, 0.1, 0.2, 20_000, 20_000.1, 20_000.2])
    assert times(file) == [0, 0.1, 0.2, 0.3, 0.4, 0.5]


def test_frames_without_stamps_have_the_rate_of_their_file(tmp_path: Path) -> None:
    file = tmp_path / "bare.mjpeg"
    file.write_bytes(b"".join(jpeg(picture) for picture in plain(5)))
    moments = times(file)
    assert len(moments) == 5
    assert np.allclose(np.diff(moments), 1 / 25, atol=0.001)


@pytest.mark.parametrize("wrong", [None, math.nan, math.inf, 1.0, -5000.0])
def test_a_clock_rises_whatever_its_stamps_are(wrong: float | None) -> None:
    clock = Clock(0.04, LONGEST_BROADCAST_GAP)
    moments = [clock.time(stamp) for stamp in (1.0, 1.1, wrong, wrong, wrong, 1.5, 1.6, 90_000.0, 90_000.1, 2.0)]
    assert moments[0] == 0
    steps = np.diff(moments)
    assert steps.min() > 0
    assert steps.max() < 0.5


def test_a_clock_that_only_repeats_goes_on_at_its_step() -> None:
    clock = Clock(0.1)
    assert [round(clock.time(7.0), 6) for _ in range(40)] == [round(n / 10, 6) for n in range(40)]


def test_the_end_is_when_the_last_frame_has_been_shown(tmp_path: Path) -> None:
    source = VideoFile(make_video(tmp_path / "v.mp4", plain(3), [0, 0.5, 1.0]))
    source.open()
    list(iter(source.read, None))
    assert source.end is not None
    assert source.end > 1.0


@pytest.mark.parametrize(
    "name", ["a:b.mp4", "http:x.mp4", " ends with spaces .mp4 ", "x" * 240 + ".mp4", "~.mp4", "李.mp4"]
)
def test_a_file_may_have_any_name(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    make_video(tmp_path / "v.mp4", plain(3), [0, 0.1, 0.2]).rename(tmp_path / name)
    monkeypatch.chdir(tmp_path)
    assert len(played(Path(name))) == 3
    assert len(played(tmp_path / name)) == 3


@pytest.mark.skipif(os.name == "nt", reason="file names are text there")
def test_a_name_that_is_no_text_is_played_and_shown_as_text(tmp_path: Path) -> None:
    file = Path(os.fsdecode(os.fsencode(tmp_path) + b"/b\xffd.mp4"))
    shutil.move(make_video(tmp_path / "v.mp4", plain(3), [0, 0.1, 0.2]), file)
    assert len(played(file)) == 3
    assert VideoFile(file).name == "b\N{REPLACEMENT CHARACTER}d.mp4"


def blocks(rng: np.random.Generator) -> Image:
    """A picture that takes many bytes."""
    return np.asarray(cv2.resize(rng.integers(0, 255, (12, 16, 3), np.uint8), (64, 48)), np.uint8)


def test_a_file_that_is_cut_off_is_played_as_far_as_it_goes(tmp_path: Path) -> None:
    for name in ("v.mkv", "v.ts"):
        rng = np.random.default_rng(0)
        pictures = [blocks(rng) for _ in range(30)]
        codec = "mpeg2video" if name.endswith("ts") else "mpeg4"
        file = make_video(tmp_path / name, pictures, [n / 10 for n in range(30)], codec=codec)
        file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
        assert 5 < len(played(file)) < 28


def test_what_is_damaged_in_the_middle_is_passed_over_and_said(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    pictures = [blocks(rng) for _ in range(30)]
    file = make_video(tmp_path / "v.mkv", pictures, [n / 25 for n in range(30)], codec="mjpeg")
    data = bytearray(file.read_bytes())
    middle, some = len(data) // 2, len(data) // 8
    data[middle : middle + some] = bytes(some)
    file.write_bytes(data)
    source = VideoFile(file)
    source.open()
    assert 20 < len(list(iter(source.read, None))) < 30
    assert source.troubles == ["v.mkv is damaged: parts of it could not be played."]


@pytest.mark.parametrize(
    "content", [b"", b"no video", b"\0" * 5000, b"#EXTM3U\nhttp://127.0.0.1:9/x.ts\n", b"\x1aE\xdf\xa3"]
)
def test_what_is_no_video_is_said_in_a_sentence(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "bad.mp4"
    file.write_bytes(content)
    with pytest.raises(SourceError, match=r"bad\.mp4 (is empty|can't be played|contains no).*\.$"):
        played(file)


def test_a_sound_file_is_said_to_contain_no_video(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="contains no video"):
        played(make_sound(tmp_path / "sound.m4a"))


def test_a_pipe_is_no_video_and_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.mp4")
    with pytest.raises(SourceError, match="is not a file"):
        played(tmp_path / "pipe.mp4")


def test_frames_that_are_too_large_are_not_even_decoded(tmp_path: Path) -> None:
    file = tmp_path / "huge.avi"
    with av.open(str(file), "w") as output:
        stream = output.add_stream("mjpeg", rate=5)
        stream.width = stream.height = 9000
        stream.pix_fmt = "yuvj420p"
        output.mux(stream.encode(av.VideoFrame(9000, 9000, "yuvj420p")))
        output.mux(stream.encode(None))
    with pytest.raises(SourceError, match="more than 64 million pixels"):
        played(file)


def test_the_mirrored_clip_shows_its_people_mirrored_only(shared: Path) -> None:
    mirrored = played(shared / "faults" / "mirrored_matrix.mp4")
    with av.open(str(shared / "faults" / "mirrored_matrix.mp4")) as container:
        stored = next(container.decode(video=0)).to_ndarray(format="bgr24")
    assert np.array_equal(mirrored[0][0], stored[:, ::-1])


def test_the_clip_whose_clock_jumps_lasts_as_long_as_its_frames(shared: Path) -> None:
    moments = times(shared / "faults" / "jump.ts")
    assert len(moments) == 170
    assert 5.5 < moments[-1] < 5.8


@pytest.fixture
def no_collector() -> Iterator[None]:
    """The window collects garbage rarely, and in its own thread only."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def resident() -> int:
    """Resident memory in megabytes."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() // 1_000_000


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="asks Linux how much memory is resident")
@pytest.mark.usefixtures("no_collector")
def test_no_frame_is_left_to_the_garbage_collector(tmp_path: Path) -> None:
    file = make_video(tmp_path / "v.mkv", plain(150, 1280, 720), [n / 25 for n in range(150)], matrix=[0] * 9)
    source, decoder, picture = VideoFile(file), JpegDecoder(), jpeg(plain(1, 1280, 720)[0])
    source.open()
    for _ in range(20):
        source.read()
        decoder.decode(picture)
    before = resident()
    while source.read():
        decoder.decode(picture)
    source.close()
    assert resident() - before < 60
