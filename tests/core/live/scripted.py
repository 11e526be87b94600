"""A source whose driver follows a test's script: hardware that hangs, fails and comes back on cue."""

import threading
import time
from collections.abc import Callable

import numpy as np

from core.capture.source import Kind, Source
from core.errors import SourceError
from core.types import Image

PICTURE = np.zeros((48, 64, 3), np.uint8)
LONG = 60.0
"""Seconds: nothing is waited for longer. What is waited for comes at once, unless the computer is busy."""

Item = tuple[Image, float] | None
Script = Callable[["Scripted"], Item]


class Scripted(Source):
    """A source with one script per attempt, called for each read."""

    kind = Kind.CAMERA
    name = "Scripted"
    live = True
    can_resume = True
    fps = 30.0

    def __init__(
        self, *scripts: Script, device: str = "", live: bool = True, opening: Callable[[], object] | None = None
    ) -> None:
        super().__init__()
        self.scripts = list(scripts)
        self.device, self.live, self.can_resume = device, live, live
        self.opening = opening
        self.reads = 0
        self.opened = self.released = False
        self.family: list[Scripted] = [self]

    def _open(self) -> None:
        self.opened = True
        if self.opening:
            self.opening()

    def _read(self) -> Item:
        self.reads += 1
        return self.scripts[0](self)

    def _let_go(self) -> None:
        self.released = True

    def fresh(self) -> "Scripted":
        again = Scripted(*(self.scripts[1:] or self.scripts), device=self.device, live=self.live, opening=self.opening)
        again.family = self.family
        self.family.append(again)
        return again


def frames(source: Scripted) -> Item:
    """Frames like a camera's, but twenty times as fast."""
    time.sleep(0.002)
    return PICTURE, source.reads / 30


def fails(_source: Scripted) -> Item:
    raise SourceError("It has gone: plug it in.")


def hangs(until: threading.Event, after: int = 3) -> Script:
    """Gives some frames, then none until the event is set; frames after that are white."""

    def script(source: Scripted) -> Item:
        if source.reads <= after:
            return frames(source)
        until.wait(LONG)
        return np.full_like(PICTURE, 255), source.reads / 30

    return script
