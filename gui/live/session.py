"""Runs live sessions for the window, one at a time; old ones are stopped off the GUI thread."""

import threading
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Signal

from core.capture import FrameSource
from core.live.session import LiveSession, Status
from core.types import Frame, Recognition

MakeFollower = Callable[[FrameSource], Callable[[Frame], Recognition]]
"""Makes the function that recognises the frames of one source."""


class Live(QObject):
    """The window's current live session. It only signals that something is new; the window then calls `fetch`."""

    something_new = Signal()
    """A new frame, result or status; emitted again only after the next `fetch`."""

    def __init__(self) -> None:
        super().__init__()
        self.session: LiveSession | None = None
        self._leaving: list[LiveSession] = []
        """Sessions that were stopped but may still hold a device that the next one needs."""
        self._ready = threading.Event()
        self._left = threading.Event()
        self.source: FrameSource | None = None
        self._recognize: MakeFollower | None = None
        self._told = threading.Event()

    def use_recognizer(self, follower: MakeFollower) -> None:
        """Recognises frames from now on; before, they are only shown. follower: makes one for each source."""
        self._recognize = follower
        self._ready.set()
        if self.session:
            self.session.forget_latencies()

    def go_without_recognizer(self) -> None:
        """Goes on with whatever waits for a recogniser: there will be none."""
        self._ready.set()

    def open(self, source: FrameSource) -> None:
        """Switches to another source. Returns at once."""
        self.close()
        self.source = source
        self._told.clear()
        self._leaving = [session for session in self._leaving if not session.released]
        self._left = left = threading.Event()
        wait = partial(self._wait_for_recognizer, left) if source.stills else None
        recognition = _LateRecognition(lambda: self._recognize, wait, source)
        self.session = session = LiveSession(source, recognition, on_change=self._tell, after=self._leaving)
        session.start()

    def _wait_for_recognizer(self, left: threading.Event) -> None:
        """Waits until a recogniser is loaded or has failed, or the source is left. For stills: none is skipped."""
        while not self._ready.wait(0.1) and not left.is_set():
            pass

    def close(self) -> None:
        """Stops the session in the background, since its source may hang."""
        session, self.session = self.session, None
        self._left.set()
        if session:
            self._leaving.append(session)
            threading.Thread(target=session.stop, name="firstsight stop", daemon=True).start()

    def fetch(self) -> tuple[Frame | None, Recognition | None, Status] | None:
        """The newest frame, result and status; None without a session. Anything newer is signalled again."""
        self._told.clear()
        session = self.session
        return (session.newest_frame, session.newest_result, session.status) if session else None

    def _tell(self) -> None:
        # At most one signal is queued, however many frames arrive before the window fetches.
        if not self._told.is_set():
            self._told.set()
            self.something_new.emit()


class _LateRecognition:
    """Recognises frames with the newest recogniser, once there is one."""

    def __init__(
        self, maker: Callable[[], MakeFollower | None], wait: Callable[[], None] | None, source: FrameSource
    ) -> None:
        """maker: returns the newest; None until then. wait: blocks until then; None if frames may go unrecognised."""
        self._maker = maker
        self._wait = wait
        self._source = source
        self._made_by: object = None
        self._follower: Callable[[Frame], Recognition] | None = None

    def __call__(self, frame: Frame) -> Recognition:
        if self._wait:
            self._wait()
        maker = self._maker()
        if maker and maker != self._made_by:
            self._made_by, self._follower = maker, maker(self._source)
        return self._follower(frame) if self._follower else Recognition(frame)
