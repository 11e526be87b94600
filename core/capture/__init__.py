"""Sources of frames: camera, network stream, video file, pictures, demo scene."""

import contextlib
import os
import re
import stat
from pathlib import Path

from core.capture.address import is_address, masked
from core.capture.camera import Camera, CameraInfo, list_cameras
from core.capture.demo import DemoScene
from core.capture.folder import PictureFolder
from core.capture.naming import shown
from core.capture.network_stream import NetworkStream
from core.capture.source import FrameSource, Kind
from core.capture.video import VideoFile
from core.errors import SourceError
from core.pictures.endings import PICTURES

__all__ = ["CameraInfo", "FrameSource", "Kind", "list_cameras", "named_source", "parse_source"]

_CAMERA = re.compile(r"(?:camera:|/dev/video)?(\d{1,3})")


def parse_source(text: str) -> FrameSource:
    """The source that a user names, unopened.

    text: `demo`, a camera's number or device (`0`, `camera:0`, `/dev/video0`), an address (`rtsp://…`, `http://…`), or
    the path of a video, a picture or a folder of pictures. May access the disk. Raises SourceError for anything else.
    """
    return named_source(text) or _source_at(text)


def named_source(text: str) -> FrameSource | None:
    """The source, if its name alone identifies it; None if `text` may be a path. Doesn't access the disk."""
    name = text.strip()
    if name.lower() == "demo":
        return DemoScene()
    if camera := _CAMERA.fullmatch(name):
        return Camera(int(camera[1]))
    return NetworkStream(name) if is_address(name) else None


def _source_at(text: str) -> FrameSource:
    for path in _paths(text):
        try:
            status = path.stat()
        except (OSError, ValueError) as error:
            if isinstance(error, PermissionError):
                raise SourceError(f"{shown(path)} can't be read: check its permissions.") from error
            continue
        if stat.S_ISCHR(status.st_mode):
            return _camera(path, status)
        if stat.S_ISDIR(status.st_mode) or path.suffix.lower() in PICTURES:
            return PictureFolder(path)
        return VideoFile(path)
    raise SourceError(
        f"There is no source {masked(text)!r}: give a video, a folder of pictures, an address such as "
        "rtsp://host/path, a camera's number, or demo."
    )


def _paths(text: str) -> list[Path]:
    """The path exactly as written, since names may begin with a tilde or end in spaces; then stripped and expanded."""
    if not text.strip():
        return []
    meant = Path(text.strip())
    with contextlib.suppress(RuntimeError):  # There is no such user.
        meant = meant.expanduser()
    return [Path(text), meant]


def _camera(path: Path, status: os.stat_result) -> Camera:
    """The camera of a device file, whatever its name, such as `/dev/v4l/by-id/…`."""
    number = f"{os.major(status.st_rdev)}:{os.minor(status.st_rdev)}"
    for device in (path, Path("/sys/dev/char") / number):
        try:
            found = re.fullmatch(r"video(\d{1,3})", device.resolve().name)
        except (OSError, RuntimeError):
            continue
        if found:
            return Camera(int(found[1]))
    raise SourceError(f"{shown(path)} is a device but not a camera: give a camera such as /dev/video0.")
