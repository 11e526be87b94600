"""Sources of frames: camera, network stream, video file, pictures, the demo scene."""

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
    """What a user may name: `demo`, a camera's number or device (`0`, `camera:0`, `/dev/video0`), an address
    (`rtsp://…`, `http://…`), or the path of a video, of a folder of pictures or of one picture. May ask the disk.

    Raises SourceError when it is none of these.
    """
    return named_source(text) or _source_at(text)


def named_source(text: str) -> FrameSource | None:
    """The same for what is known by its name alone, at once; None for what the disk must be asked about."""
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
                raise SourceError(f"{shown(path)} may not be read: check its permissions.") from error
            continue
        if stat.S_ISCHR(status.st_mode):
            return _camera(path, status)
        if stat.S_ISDIR(status.st_mode) or path.suffix.lower() in PICTURES:
            return PictureFolder(path)
        return VideoFile(path)
    raise SourceError(
        f"There is no source {masked(text)!r}: name a video, a folder of pictures, an address such as "
        "rtsp://host/path, a camera's number, or demo."
    )


def _paths(text: str) -> list[Path]:
    """As it is written, for names with a tilde or spaces at an end; then as it may have been meant."""
    if not text.strip():
        return []
    meant = Path(text.strip())
    with contextlib.suppress(RuntimeError):  # Nobody of this name is known.
        meant = meant.expanduser()
    return [Path(text), meant]


def _camera(path: Path, status: os.stat_result) -> Camera:
    """A device under whatever name, as `/dev/v4l/by-id/…`."""
    number = f"{os.major(status.st_rdev)}:{os.minor(status.st_rdev)}"
    for device in (path, Path("/sys/dev/char") / number):
        try:
            found = re.fullmatch(r"video(\d{1,3})", device.resolve().name)
        except (OSError, RuntimeError):
            continue
        if found:
            return Camera(int(found[1]))
    raise SourceError(f"{shown(path)} is a device, but no camera: name a camera such as /dev/video0.")
