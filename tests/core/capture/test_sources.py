"""Sources from real files: which frames they deliver, when they end, and what they report if they can't."""

import itertools
from pathlib import Path

import cv2
import numpy as np
import pytest

from core.capture import parse_source
from core.capture.camera import Camera, list_cameras
from core.capture.demo import LOOP, DemoScene
from core.capture.folder import PictureFolder
from core.capture.network_stream import NetworkStream
from core.capture.source import FrameSource
from core.capture.video import VideoFile
from core.errors import SourceError
from core.faces.detector import FaceDetector


@pytest.fixture
def video(tmp_path: Path) -> Path:
    """Ten frames, each brighter than the one before, at 10 frames per second."""
    file = tmp_path / "ten.mp4"
    writer = cv2.VideoWriter(str(file), cv2.VideoWriter.fourcc(*"mp4v"), 10, (64, 48))
    for number in range(10):
        writer.write(np.full((48, 64, 3), 25 * number, np.uint8))
    writer.release()
    return file


def all_frames(source: FrameSource) -> list[tuple[np.ndarray, float]]:
    source.open()
    frames = list(iter(source.read, None))
    source.close()
    source.close()
    return frames


def test_a_video_gives_every_frame_in_order_with_rising_times(video: Path) -> None:
    frames = all_frames(parse_source(str(video)))
    assert len(frames) == 10
    brightness = [image.mean() for image, _ in frames]
    assert brightness == sorted(brightness)
    assert [round(moment, 2) for _, moment in frames] == [round(n / 10, 2) for n in range(10)]
    assert all(image.dtype == np.uint8 and image.shape == (48, 64, 3) for image, _ in frames)


def test_the_real_clip_has_275_frames(shared: Path) -> None:
    frames = all_frames(VideoFile(shared / "data" / "live" / "short_hamilton_clip.mp4"))
    assert len(frames) == 275
    assert 9 < frames[-1][1] < 9.3


def test_fresh_sources_begin_anew(video: Path) -> None:
    source = VideoFile(video)
    source.open()
    source.read()
    assert len(all_frames(source.fresh())) == 10
    source.close()


@pytest.mark.parametrize("content", [b"", b"no video", b"\0" * 5000])
def test_what_is_no_video_gets_a_sentence(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "bad.mp4"
    file.write_bytes(content)
    with pytest.raises(SourceError, match=r"bad\.mp4 (is empty|can't be played): .*\.$"):
        all_frames(parse_source(str(file)))


def test_a_video_without_its_index_gets_a_sentence(video: Path) -> None:
    video.write_bytes(video.read_bytes()[:-600])
    with pytest.raises(SourceError, match=r"ten\.mp4"):
        all_frames(VideoFile(video))


def test_a_folder_gives_its_pictures_by_name_and_passes_over_bad_ones(portraits: Path, tmp_path: Path) -> None:
    for name in ("b.jpg", "a.jpg"):
        (tmp_path / name).write_bytes((portraits / "grace_hopper.jpg").read_bytes())
    (tmp_path / "c.jpg").write_bytes(b"no picture")
    (tmp_path / "d.png").write_bytes((portraits / "eileen_collins.png").read_bytes())
    (tmp_path / "notes.txt").write_text("no picture")
    frames = all_frames(parse_source(str(tmp_path)))
    assert [image.shape[0] for image, _ in frames] == [600, 600, 512]
    assert [moment for _, moment in frames] == [0, 1, 2]
    assert len(all_frames(parse_source(str(tmp_path / "d.png")))) == 1


def test_a_folder_without_pictures_gets_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="contains no pictures"):
        all_frames(PictureFolder(tmp_path))
    (tmp_path / "a.jpg").write_bytes(b"")
    with pytest.raises(SourceError, match="is empty"):
        all_frames(PictureFolder(tmp_path))


def test_sources_are_told_by_how_they_are_written(video: Path) -> None:
    assert isinstance(parse_source("demo"), DemoScene)
    camera = parse_source("camera:2")
    assert isinstance(camera, Camera)
    assert camera.index == 2
    assert isinstance(parse_source("0"), Camera)
    assert isinstance(parse_source(" rtsp://host/path "), NetworkStream)
    assert isinstance(parse_source(str(video)), VideoFile)
    for wrong in ("", "nowhere.mp4", "a\0b", "x" * 5000):
        with pytest.raises(SourceError, match=r"^There is no source .*\.$"):
            parse_source(wrong)
    for wrong in ("ftp://host/x", "rtsp://", "http://[::1", "rtsp://host:99999/x"):
        with pytest.raises(SourceError, match="not the address of a stream"):
            parse_source(wrong)


def test_passwords_are_never_shown() -> None:
    stream = NetworkStream("rtsp://admin:secret@127.0.0.1:9/stream?token=secret")
    assert stream.name == "rtsp://127.0.0.1:9/stream"
    with pytest.raises(SourceError) as caught:
        stream.open()
    assert "secret" not in str(caught.value)


def test_a_camera_that_is_not_there_is_said_to_be_missing() -> None:
    unused = next(n for n in itertools.count(7) if n not in {camera.index for camera in list_cameras()})
    with pytest.raises(SourceError, match="is not connected: plug in a camera"):
        Camera(unused).open()


def test_the_demo_scene_shows_both_faces_and_is_the_same_each_time() -> None:
    scene, again = DemoScene(), DemoScene()
    scene.open()
    again.open()
    detector = FaceDetector()
    found = [len(detector.detect(scene.frame(number))) for number in range(0, LOOP, 12)]
    assert sum(count == 2 for count in found) >= 0.95 * len(found)
    assert max(found) == 2
    assert np.array_equal(scene.frame(77), again.frame(77))
    assert np.array_equal(scene.frame(0), scene.frame(LOOP))
    first = scene.read()
    assert first is not None
    assert (first[0].shape, first[1]) == ((720, 1280, 3), 0.0)


CAMERAS = [("0", 0), ("12", 12), ("camera:2", 2), ("/dev/video0", 0), ("/dev/video13", 13)]


@pytest.mark.parametrize(("text", "index"), CAMERAS)
def test_cameras_are_named_by_number_or_device(text: str, index: int) -> None:
    camera = parse_source(text)
    assert isinstance(camera, Camera)
    assert (camera.index, camera.device) == (index, f"camera {index}")
    assert camera.fresh().device == camera.device


def test_devices_that_are_no_camera_are_told(tmp_path: Path) -> None:
    for device in ("/dev/null", tmp_path / "link"):
        if isinstance(device, Path):
            device.symlink_to("/dev/zero")
        with pytest.raises(SourceError, match="is a device but not a camera"):
            parse_source(str(device))


def test_a_folder_that_has_gone_is_a_sentence(tmp_path: Path) -> None:
    folder = tmp_path / "pictures"
    folder.mkdir()
    source = parse_source(str(folder))
    folder.rmdir()
    with pytest.raises(SourceError, match=r"pictures can't be read \(No such file or directory\)"):
        source.open()


def test_pictures_that_are_passed_over_are_said(portraits: Path, tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes((portraits / "grace_hopper.jpg").read_bytes())
    (tmp_path / "b.jpg").write_bytes(b"no picture")
    (tmp_path / "c.jpg").write_bytes(b"")
    source = parse_source(str(tmp_path))
    assert len(all_frames(source)) == 1
    assert [trouble.rpartition("/")[2].partition(" ")[0] for trouble in source.troubles] == ["b.jpg", "c.jpg"]


def test_sources_say_whether_they_are_stills_and_what_they_read(portraits: Path, video: Path) -> None:
    folder = parse_source(str(portraits))
    assert folder.stills
    assert {file.name for file in folder.files()} >= {"eileen_collins.png", "grace_hopper.jpg"}
    single = parse_source(str(portraits / "grace_hopper.jpg"))
    assert single.stills
    assert single.files() == [portraits / "grace_hopper.jpg"]
    clip = parse_source(str(video))
    assert clip.files() == [video]
    for source in (clip, parse_source("demo"), parse_source("0"), parse_source("rtsp://h/x")):
        assert not source.stills


NOWHERE = ["~nobody-of-this-name/x.mp4", "~", "x" * 300, "/" + "x/" * 3000, "a\0b", " ", "\udcff"]


@pytest.mark.parametrize("text", NOWHERE)
def test_names_that_lead_nowhere_are_a_sentence(text: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "nowhere"))
    with pytest.raises(SourceError, match=r"^There is no source .*\.$"):
        parse_source(text)


def test_every_source_can_be_closed_unopened_and_reads_nothing_then(portraits: Path, video: Path) -> None:
    for text in (str(portraits), str(video), "demo", "7", "rtsp://h/x"):
        source = parse_source(text)
        source.close()
        source.close()
        assert source.read() is None
        assert source.fresh() is not source
