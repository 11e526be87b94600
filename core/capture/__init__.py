"""Sources of frames: camera, network stream, video file, pictures, the demo scene."""

import re
from pathlib import Path

from core.capture.camera import Camera, CameraInfo, list_cameras
from core.capture.demo import DemoScene
from core.capture.folder import PictureFolder
from core.capture.network import NetworkStream
from core.capture.source import FrameSource
from core.capture.video import VideoFile
from core.endings import PICTURES
from core.errors import SourceError

__all__ = ["CameraInfo", "FrameSource", "list_cameras", "parse_source"]


def parse_source(text: str) -> FrameSource:
    """What a user may name: `demo`, a camera's number (`0`, `camera:0`), an address (`rtsp://…`, `http://…`), or the
    path of a video, of a folder of pictures or of one picture. Raises SourceError when it is none of these.
    """
    text = text.strip()
    if text.lower() == "demo":
        return DemoScene()
    if camera := re.fullmatch(r"(?:camera:)?(\d{1,3})", text):
        return Camera(int(camera[1]))
    if re.match(r"[A-Za-z][A-Za-z0-9+.-]+://", text):
        return NetworkStream(text)
    path = Path(text)
    try:
        path = path.expanduser()
        exists = bool(text) and path.exists()
    except (OSError, ValueError, RuntimeError):  # RuntimeError: `~user` of nobody here.
        exists = False
    if not exists:
        raise SourceError(
            f"There is no source {text[:200]!r}: name a video, a folder of pictures, an address such as "
            "rtsp://host/path, a camera's number, or demo."
        )
    if path.is_dir() or path.suffix.lower() in PICTURES:
        return PictureFolder(path)
    return VideoFile(path)
