"""Firstsight's core: from a frame to a name, without Qt.

    from core import Gallery, Recognizer

Both are imported on first access, so that `import core` is instant and PyTorch loads only when needed.
"""

import os
from typing import TYPE_CHECKING, Any

from core.system.dependencies import guard

if TYPE_CHECKING:
    from core.gallery import Gallery as Gallery
    from core.recognizer import Recognizer as Recognizer

# OpenCV and FFmpeg read these once, when OpenCV is imported. Their log messages are not for the user.
os.environ.setdefault("OPENCV_LOG_LEVEL", "ERROR")
os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")
guard()

__version__ = "0.2.0"


def __getattr__(name: str) -> Any:
    if name == "Gallery":
        from core.gallery import Gallery

        return Gallery
    if name == "Recognizer":
        from core.recognizer import Recognizer

        return Recognizer
    raise AttributeError(f"module 'core' has no attribute {name!r}")
