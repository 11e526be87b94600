"""The interface of a source of frames, and what all sources have in common."""

import threading
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Protocol, Self

from core.types import Image

MOST_PIXELS = 64_000_000
"""Larger frames of videos and streams are skipped undecoded: each would take more than 190 MB."""


class Kind(StrEnum):
    """Kinds of sources, for icons and messages."""

    CAMERA = "camera"
    NETWORK = "network"
    VIDEO = "video"
    FOLDER = "folder"
    DEMO = "demo"


class FrameSource(Protocol):
    """A camera, stream, video, folder or scene. It is opened once and read by one thread; any thread may close it."""

    name: str
    """Name to show: "Integrated Camera", "clip.mp4", "Demo scene". One line, never with a password."""
    kind: Kind
    live: bool
    """Whether frames arrive at their own pace (camera, network) rather than as fast as they are read (file, scene)."""
    stills: bool
    """Whether its frames are unrelated photos rather than a moving picture."""
    fps: float
    """Nominal frames per second; correct once the source is open."""
    can_resume: bool
    """Whether opening it again may help after a failure; correct once it has failed."""
    device: str
    """The device that only one source at a time can use, such as a camera; empty if there is none."""
    end: float | None
    """Time in seconds at which the last frame read has been shown; None if it is unknown."""
    troubles: list[str]
    """One sentence for each item that was skipped, such as an unreadable picture. It only grows."""

    def open(self) -> None:
        """Opens the source, which may take until its time-out. Raises SourceError, whose message says what to do."""

    def read(self) -> tuple[Image, float] | None:
        """The next frame, H×W×3 uint8 BGR, and its time in seconds since the first; None at the end or once closed.

        Raises SourceError if the source breaks off.
        """

    def close(self) -> None:
        """Releases the device or file, without waiting. May be called again.

        If another thread is opening or reading the source, it is interrupted if possible, and releases it on return.
        """

    def fresh(self) -> "FrameSource":
        """The same source, unopened: for another attempt if this one hangs or broke off."""

    def files(self) -> list[Path]:
        """The files that it reads, empty if it reads none. May access the disk."""


def place_of(source: FrameSource) -> str:
    """The place that a source shows again and again, by its name; empty for a video, a folder or the scene."""
    return source.name if source.kind in (Kind.CAMERA, Kind.NETWORK) else ""


class Source(ABC):
    """Base class of sources: any thread may call `close`; the last thread to leave releases the device or file."""

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
        """Releases the device or file, if open. Called by one thread while no other opens or reads."""

    def _interrupt(self) -> None:  # noqa: B027 (optional)
        """Ends another thread's waiting in `_open` or `_read`, where that is possible."""
