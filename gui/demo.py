"""The main job without a camera: one person is enrolled from one photo, and the demo scene is watched.

With a screen, the window stays open. Without one, it runs offscreen until 60 frames are recognised, saves a picture of
the window and prints who was recognised.
"""

import argparse
import os
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from core.gallery import Gallery

NAME = "Eileen Collins"
ENOUGH = 60
"""Recognised frames after which the offscreen demo ends."""
LONGEST_MS = 60_000
"""Milliseconds after which it ends in any case."""


def main() -> NoReturn:
    """Runs the demo on a temporary gallery; the user's own is not touched."""
    parser = argparse.ArgumentParser(prog="python -m gui.demo", description=__doc__)
    parser.add_argument("--offscreen", action="store_true", help="run offscreen even if there is a screen")
    parser.add_argument("--save", type=Path, default=Path("out/demo.png"), help="where to save the picture")
    options = parser.parse_args()
    offscreen = options.offscreen or not _has_screen()
    if offscreen:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from core.system.terminal import leave, prepare

    prepare()

    with tempfile.TemporaryDirectory(prefix="firstsight-demo-", ignore_cleanup_errors=True) as home:
        os.environ["FIRSTSIGHT_HOME"] = home
        os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"
        code = _run(options.save if offscreen else None)
    leave(code)


def _has_screen() -> bool:
    return sys.platform in ("win32", "darwin") or any(os.environ.get(v) for v in ("DISPLAY", "WAYLAND_DISPLAY"))


def _run(save: Path | None) -> int:
    from PySide6.QtCore import QTimer

    from core.gallery import Gallery
    from core.system.paths import ASSETS
    from gui.settings import Settings
    from gui.shell.application import make_application
    from gui.shell.main_window import MainWindow

    application = make_application()
    gallery = Gallery()
    _enroll(gallery, ASSETS / "portraits" / "eileen_collins.png")
    window = MainWindow(gallery, Settings(), "demo")
    counts: Counter[str] = Counter()
    recognised: set[int] = set()

    def look() -> None:
        result = window.live.session.newest_result if window.live.session else None
        if result is None or window.recognizer is None or result.frame.index in recognised or not result.faces:
            return
        recognised.add(result.frame.index)
        counts.update(face.decision.name or "Unknown" for face in result.faces)
        if len(recognised) >= ENOUGH:
            application.quit()

    window.show()
    if save:
        window.resize(1280, 800)
        timer = QTimer(interval=15)
        timer.timeout.connect(look)
        timer.start()
        QTimer.singleShot(LONGEST_MS, application.quit)
    application.exec()
    code = 0
    if save:
        save.parent.mkdir(parents=True, exist_ok=True)
        window.grab().save(str(save))
        code = _report(counts, len(recognised), save)
    if window.live.session:
        window.live.session.stop()
    window.close()
    gallery.close()
    return code


def _enroll(gallery: "Gallery", photo: Path) -> None:
    from core.recognizer import Recognizer

    Recognizer(gallery).enroll(NAME, photo)


def _report(counts: Counter[str], frames: int, save: Path) -> int:
    """Prints how often each name was seen; returns 0 if she was named and the stranger was not, else 1."""
    print(f"{NAME} was enrolled from one photo; Grace Hopper was not.")
    for name, count in counts.most_common():
        print(f"  {name:16} in {count} of {frames} recognised frames")
    print(f"The window is saved as {save}.")
    right = counts[NAME] > frames / 2 and counts["Unknown"] > frames / 2 and set(counts) <= {NAME, "Unknown"}
    if not right:
        print("This is not the expected result.", file=sys.stderr)
    return 0 if right else 1


if __name__ == "__main__":
    main()
