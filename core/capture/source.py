"""What a source of frames is, and what all sources have in common."""

import threading
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Protocol, Self

from core.types import Image

MOST_PIXELS = 64_000_000
"""Larger frames of videos and streams are passed over before they are decoded: each would take more than 190 MB."""


class Kind(StrEnum):
    """What kind of source it is, for icons and for what is said of it."""

    CAMERA = "camera"
    NETWORK = "network"
    VIDEO = "video"
    FOLDER = "folder"
    DEMO = "demo"


class FrameSource(Protocol):
    """A camera, stream, video, folder or scene. Opened once, and read by one thread; closed by any."""

    name: str
    """For people: "Integrated Camera", "clip.mp4", "Demo scene". One line, and never a password."""
    kind: Kind
    live: bool
    """Whether frames come at a pace of their own (camera, network) or as fast as they are read (file, scene)."""
    stills: bool
    """Whether its frames are photos that have nothing to do with each other, rather than one moving picture."""
    fps: float
    """Frames a second, nominal; right once the source is open."""
    can_resume: bool
    """Whether opening it again may help after a failure; right after the failure."""
    device: str
    """What only one source at a time can hold, such as a camera; empty where any number may read."""
    end: float | None
    """Seconds at which the frame read last has been shown for as long as it lasts; None where nobody can know."""
    troubles: list[str]
    """One sentence for each thing that was passed over, such as a picture that can't be read; it only grows."""

    def open(self) -> None:
        """Makes it ready. May take up to its time-out. Raises SourceError, whose sentence says what to do."""

    def read(self) -> tuple[Image, float] | None:
        """The next frame, H×W×3 uint8 BGR, and its time in seconds since the first; None at the end or once closed.

        Raises SourceError when it breaks off.
        """

    def close(self) -> None:
        """Lets go of the device or file: at once, or as soon as another thread that is opening or reading it comes
        back, which is told to. Never waits; again is harmless.
        """

    def fresh(self) -> "FrameSource":
        """The same source, unopened: for a new try when this one hangs or broke off."""

    def files(self) -> list[Path]:
        """The files it reads; none where it reads no files. May ask the disk."""


class Source(ABC):
    """What all sources share: `close` from any thread, also while another opens or reads; who leaves last lets go."""

    name: str
    kind: Kind
    live = False
    stills = False
    fps = 25.0
    can_resume = False
    device = ""
    end: float | None = None

    def __init__(self) -> None:
        self.troubles: list[str] = []
        self._closed = threading.Event()
        self._in_use = threading.Lock()

    def open(self) -> None:
        """As FrameSource says."""
        with self._used():
            self._open()

    def read(self) -> tuple[Image, float] | None:
        """As FrameSource says."""
        with self._used():
            return None if self._closed.is_set() else self._read()

    def close(self) -> None:
        """As FrameSource says."""
        self._closed.set()
        self._interrupt()
        self._let_go_unless_used()

    @contextmanager
    def _used(self) -> Iterator[None]:
        try:
            with self._in_use:
                yield
        finally:
            if self._closed.is_set():
                self._let_go_unless_used()

    def _let_go_unless_used(self) -> None:
        if self._in_use.acquire(blocking=False):
            try:
                self._let_go()
            finally:
                self._in_use.release()

    def files(self) -> list[Path]:
        """As FrameSource says."""
        return []

    @abstractmethod
    def fresh(self) -> Self:
        """As FrameSource says."""

    @abstractmethod
    def _open(self) -> None: ...

    @abstractmethod
    def _read(self) -> tuple[Image, float] | None: ...

    @abstractmethod
    def _let_go(self) -> None:
        """Closes what is open, if anything is. Called by one thread, while no other opens or reads."""

    def _interrupt(self) -> None:  # noqa: B027 (few can)
        """Ends what another thread waits for in `_open` or `_read`, where that is possible."""
