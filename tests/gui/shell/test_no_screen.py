"""If no window can be shown, one sentence says so and nothing is aborted."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[3]
SCREENS = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM", "XDG_RUNTIME_DIR")

linux = pytest.mark.skipif(sys.platform != "linux", reason="screens are named in the environment on Linux only")


def environment(**screen: str) -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name not in SCREENS} | screen


def refused(*arguments: str | bytes, code: int = 1, **screen: str) -> str:
    """Starts the window, which must end at once, and returns the one line it prints."""
    command: list[Any] = [sys.executable, "-m", "gui", *arguments]
    done = subprocess.run(
        command, cwd=ROOT, env=environment(**screen), capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == code, done.stderr
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    assert line.startswith("firstsight: ")
    assert line.endswith("firstsight --help.")
    return line


@linux
@pytest.mark.parametrize(
    ("screen", "says"),
    [
        ({}, "no screen here"),
        ({"DISPLAY": ""}, "no screen here"),
        ({"DISPLAY": ":987"}, "':987' (DISPLAY) does not answer"),
        ({"DISPLAY": "nonsense"}, "'nonsense' (DISPLAY) does not answer"),
        ({"WAYLAND_DISPLAY": "wayland-987"}, "No screen can be used"),
        ({"QT_QPA_PLATFORM": "nonsense", "DISPLAY": ":987"}, "'nonsense' (QT_QPA_PLATFORM): unset it"),
        ({"QT_QPA_PLATFORM": "xcb"}, "No screen can be used"),
        ({"QT_QPA_PLATFORM": "linuxfb"}, "No screen can be used"),
    ],
    ids=str,
)
def test_without_a_screen_one_sentence_says_so(screen: dict[str, str], says: str) -> None:
    assert says in refused("--demo", code=1, **screen)


def hidden(library: str, empty: Path) -> list[str]:
    """The beginning of a command that runs with a system library replaced by an empty file."""
    places = [*Path("/usr/lib").glob(f"*/{library}"), *Path("/usr/lib64").glob(library)]
    unshare = shutil.which("unshare")
    if not places or not unshare:
        pytest.skip(f"needs {library} and unshare")
    empty.touch()
    script = f'mount --bind "{empty}" "{places[0].resolve()}" && exec "$@"'
    begun = [unshare, "--mount", "sh", "-c", script, "sh"]
    if subprocess.run([*begun, "true"], capture_output=True, check=False).returncode:
        pytest.skip("needs the right to mount")
    return begun


@linux
@pytest.mark.parametrize("library", ["libxcb-icccm.so.4", "libEGL.so.1"])
def test_a_library_that_is_missing_is_named(library: str, tmp_path: Path) -> None:
    command = [*hidden(library, tmp_path / "empty"), sys.executable, "-m", "gui", "--demo"]
    done = subprocess.run(
        command, cwd=ROOT, env=environment(DISPLAY=":987"), capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert library in line
    assert "install" in line


@pytest.mark.parametrize("arguments", [("--gallery",), ("--demo", "\x1b[31mnonsense"), ("--source=a", "--sauce=b")])
def test_a_wrong_command_line_is_refused_in_one_sentence(arguments: tuple[str, ...]) -> None:
    assert "\x1b" not in refused(*arguments, code=2, QT_QPA_PLATFORM="offscreen")


INTERRUPTED = """
import os, signal, threading, gui.shell.application as application
from PySide6.QtCore import QTimer
class Shown(application.MainWindow):
    def showEvent(self, event):
        super().showEvent(event)
        # Once events are handled: from then on Ctrl-C is the window's, whatever it is at.
        QTimer.singleShot(0, threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT)).start)
application.MainWindow = Shown
application.main(["--demo"])
"""


@pytest.mark.skipif(os.name != "posix", reason="needs signals")
def test_ctrl_c_in_the_terminal_closes_the_window() -> None:
    command = [sys.executable, "-c", INTERRUPTED]
    done = subprocess.run(
        command, cwd=ROOT, env=environment(QT_QPA_PLATFORM="offscreen"), capture_output=True, timeout=60, check=False
    )
    assert (done.returncode, done.stderr) == (128 + signal.SIGINT, b"")


LOOKING = """
import threading, time, os, sys, gui.shell.application as a
from PySide6.QtWidgets import QApplication, QMessageBox
from gui.background import tasks
from gui.shell.main_window import MainWindow
def look():
    told = []
    for widget in QApplication.topLevelWidgets():
        if isinstance(widget, QMessageBox): told.append(widget.text())
        if isinstance(widget, MainWindow): told.append(widget.status.source.text())
    if any("raw" in text for text in told):
        print(*map(ascii, told), flush=True)
        os._exit(0)
def looking():
    while True:
        time.sleep(0.1)
        if QApplication.instance() and tasks._messenger: tasks.in_gui_thread(look)
threading.Thread(target=looking, daemon=True).start()
a.main(sys.argv[1:])
"""


@pytest.mark.skipif(os.name != "posix", reason="needs file names of bytes")
@pytest.mark.parametrize("option", ["--gallery", "--source"])
def test_file_names_that_are_not_utf8_work_in_the_window(option: str, tmp_path: Path, portraits: Path) -> None:
    """A gallery that is a folder is refused in a box; a folder of pictures is watched, and named in the window."""
    place = tmp_path / os.fsdecode(b"<b>raw\xff")
    place.mkdir()
    shutil.copy(portraits / "grace_hopper.jpg", place)
    command: list[Any] = [sys.executable, "-c", LOOKING, option, os.fsencode(place)]
    done = subprocess.run(
        command, cwd=ROOT, env=environment(QT_QPA_PLATFORM="offscreen"), capture_output=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    assert b"<b>raw" in done.stdout
