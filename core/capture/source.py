"""What a source of frames is."""

from typing import Protocol

from core.types import Image


class FrameSource(Protocol):
    """A camera, stream, video, folder or scene. Used by one thread at a time; opened once."""

    name: str
    """For people: "Integrated Camera", "clip.mp4", "Demo scene". Never holds a password."""
    live: bool
    """Whether frames come at a pace of their own (camera, network) or as fast as they are read (file, scene)."""
    fps: float
    """Frames a second, nominal; right once the source is open."""
    can_resume: bool
    """Whether opening it again may help after a failure."""

    def open(self) -> None:
        """Makes it ready. May take up to its time-out. Raises SourceError, whose sentence says what to do."""

    def read(self) -> tuple[Image, float] | None:
        """The next frame, H×W×3 uint8 BGR, and its time in seconds since the first; None at the end.

        Raises SourceError when it breaks off.
        """

    def close(self) -> None:
        """Lets go of the device or file. Again is harmless."""

    def fresh(self) -> "FrameSource":
        """The same source, unopened: for a new try when this one hangs or broke off."""
