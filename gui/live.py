"""Runs live sessions for the window: one at a time, old ones stopped off the GUI thread."""

import threading
from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from core.capture import FrameSource
from core.live import LiveSession, Status
from core.types import Frame, Recognition


class Live(QObject):
    """Tells the window that something is new; the window fetches the newest itself when it paints."""

    something_new = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.session: LiveSession | None = None
        self.source: FrameSource | None = None
        self._recognize: Callable[[], Callable[[Frame], Recognition]] | None = None
        self._told = threading.Event()

    def use_recognizer(self, follower: Callable[[], Callable[[Frame], Recognition]]) -> None:
        """From now on frames are recognised; until then they are only shown. follower: makes one for each source."""
        self._recognize = follower
        if self.session:
            self.session.forget_latencies()

    def open(self, source: FrameSource) -> None:
        """Leaves the source in use, if any, and begins with another. Returns at once."""
        self.close()
        self.source = source
        self._told.clear()
        session = LiveSession(source, _LateRecognition(lambda: self._recognize), on_change=self._tell)
        self.session = session
        session.start()

    def close(self) -> None:
        """Stops the session; a source that hangs is given up in the background."""
        session, self.session = self.session, None
        if session:
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

    def __init__(self, maker: Callable[[], Callable[[], Callable[[Frame], Recognition]] | None]) -> None:
        self._maker = maker
        self._made_by: object = None
        self._follower: Callable[[Frame], Recognition] | None = None

    def __call__(self, frame: Frame) -> Recognition:
        maker = self._maker()
        if maker and maker != self._made_by:
            self._made_by, self._follower = maker, maker()
        return self._follower(frame) if self._follower else Recognition(frame)
