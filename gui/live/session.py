"""Runs live sessions for the window: one at a time, old ones stopped off the GUI thread."""

import threading
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Signal

from core.capture import FrameSource
from core.live.session import LiveSession, Status
from core.types import Frame, Recognition

MakeFollower = Callable[[bool], Callable[[Frame], Recognition]]
"""Told whether frames are stills, makes what recognises those of one source."""


class Live(QObject):
    """Tells the window that something is new; the window fetches the newest itself when it paints."""

    something_new = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.session: LiveSession | None = None
        self._leaving: list[LiveSession] = []
        """Stopped, but perhaps still holding a device that the next one wants."""
        self._ready = threading.Event()
        self._left = threading.Event()
        self.source: FrameSource | None = None
        self._recognize: MakeFollower | None = None
        self._told = threading.Event()

    def use_recognizer(self, follower: MakeFollower) -> None:
        """From now on frames are recognised; until then they are only shown. follower: makes one for each source."""
        self._recognize = follower
        self._ready.set()
        if self.session:
            self.session.forget_latencies()

    def go_without_recognizer(self) -> None:
        """There will be none: what waits for it goes on."""
        self._ready.set()

    def open(self, source: FrameSource) -> None:
        """Leaves the source in use, if any, and begins with another. Returns at once."""
        self.close()
        self.source = source
        self._told.clear()
        self._leaving = [session for session in self._leaving if not session.released]
        self._left = left = threading.Event()
        wait = partial(self._wait_for_recognizer, left) if source.stills else None
        recognition = _LateRecognition(lambda: self._recognize, wait, stills=source.stills)
        self.session = session = LiveSession(source, recognition, on_change=self._tell, after=self._leaving)
        session.start()

    def _wait_for_recognizer(self, left: threading.Event) -> None:
        """For stills, each of which is recognised: until it is known which recogniser there is, or another source."""
        while not self._ready.wait(0.1) and not left.is_set():
            pass

    def close(self) -> None:
        """Stops the session; a source that hangs is given up in the background."""
        session, self.session = self.session, None
        self._left.set()
        if session:
            self._leaving.append(session)
            threading.Thread(target=session.stop, name="firstsight stop", daemon=True).start()

    def fetch(self) -> tuple[Frame | None, Recognition | None, Status] | None:
        """The newest frame, result and status. What comes after this call is told anew."""
        self._told.clear()
        session = self.session
        return (session.newest_frame, session.newest_result, session.status) if session else None

    def _tell(self) -> None:
        # One signal waits at most, however many frames come before the window gets to fetch.
        if not self._told.is_set():
            self._told.set()
            self.something_new.emit()


class _LateRecognition:
    """Recognises from the moment a recogniser is there, and by the newest one."""

    def __init__(
        self, maker: Callable[[], MakeFollower | None], wait: Callable[[], None] | None, *, stills: bool
    ) -> None:
        """wait: until there is a recogniser; None where frames until then need not be recognised. stills: each frame is
        a picture of its own."""
        self._maker = maker
        self._wait = wait
        self._stills = stills
        self._made_by: object = None
        self._follower: Callable[[Frame], Recognition] | None = None

    def __call__(self, frame: Frame) -> Recognition:
        if self._wait:
            self._wait()
        maker = self._maker()
        if maker and maker != self._made_by:
            self._made_by, self._follower = maker, maker(self._stills)
        return self._follower(frame) if self._follower else Recognition(frame)
