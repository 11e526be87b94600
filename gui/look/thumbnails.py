"""Small round-cornered pictures of faces for lists and maps, read on a thread and cached."""

import logging
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage, QPixmap

from core.errors import FirstsightError
from core.types import Image
from gui.background import tasks
from gui.look.pictures import rounded_image

log = logging.getLogger(__name__)
Key = TypeVar("Key", bound=Hashable)


class Thumbnails(Generic[Key]):
    """A cache of pictures. `get` returns one or has it read; `arrived` is emitted when new ones are there."""

    def __init__(
        self,
        read: Callable[[Key], Image],
        corner: float,
        most: int,
        at_once: int = 8,
        parent: QObject | None = None,
    ) -> None:
        """read: returns a key's crop, on a thread; raises FirstsightError if there is none.

        corner: radius as a share of the side, 0.5 for a circle. most: pictures kept, those used last. at_once: pictures
        read in one task, before newer requests have their turn.
        """
        self._read, self._corner, self._most, self._at_once = read, corner, most, at_once
        self._kept: OrderedDict[tuple[Key, int, float], QPixmap | None] = OrderedDict()
        self._wanted: OrderedDict[tuple[Key, int, float], None] = OrderedDict()
        self._signals = _Signals(parent)
        self.arrived = self._signals.arrived
        self.reading = False

    def __len__(self) -> int:
        """Number of pictures kept."""
        return len(self._kept)

    def get(self, key: Key, side: int, ratio: float) -> QPixmap | None:
        """The picture; None if it is yet to be read, or there is none.

        side: device-independent pixels. ratio: the screen's pixel ratio.
        """
        wanted = (key, side, ratio)
        if wanted in self._kept:
            self._kept.move_to_end(wanted)
            return self._kept[wanted]
        self._wanted[wanted] = None
        self._wanted.move_to_end(wanted)
        # The oldest requests are dropped: these are out of view by now.
        while len(self._wanted) > self._most:
            self._wanted.popitem(last=False)
        self._go_on()
        return None

    def kept(self, key: Key, side: int, ratio: float) -> QPixmap | None:
        """The picture if it has been read; never reads it."""
        return self._kept.get((key, side, ratio))

    def _go_on(self) -> None:
        if self.reading or not self._wanted:
            return
        self.reading = True
        # The newest requests first: they are in view now.
        todo = [self._wanted.popitem()[0] for _ in range(min(self._at_once, len(self._wanted)))]
        tasks.run(lambda: [(wanted, self._made(*wanted)) for wanted in todo], self._take, self._give_up, self._signals)

    def _made(self, key: Key, side: int, ratio: float) -> QImage | None:
        try:
            return rounded_image(self._read(key), side, ratio, self._corner * side)
        except FirstsightError:
            # Just deleted, here or by another program: the list is about to follow.
            return None

    def _take(self, made: list[tuple[tuple[Key, int, float], QImage | None]]) -> None:
        self.reading = False
        for wanted, picture in made:
            self._wanted.pop(wanted, None)
            self._kept[wanted] = None if picture is None else QPixmap.fromImage(picture)
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)
        self._go_on()
        self.arrived.emit()

    def _give_up(self, error: Exception) -> None:
        """Leaves these without a picture; the next paint asks again."""
        self.reading = False
        log.error("unexpected", exc_info=error)


class _Signals(QObject):
    arrived = Signal()
