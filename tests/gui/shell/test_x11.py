"""On a real X server: the session, every key and every pop-up once more, and the program as a process."""

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from xml.etree import ElementTree

import pytest

from tests.core.capture.servers import raw_server
from tests.gui.shell import test_keys, test_session
from tests.gui.x_server import needs_x, x_server

ROOT = Path(__file__).resolve().parents[3]
WAIT = 300

pytestmark = needs_x


@pytest.fixture(scope="module")
def on_x() -> Iterator[dict[str, str]]:
    """The environment of a process whose windows are on X."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    with x_server() as screen:
        yield ours | screen


# Text fields take more keys for editing there, pop-ups are windows of their own, and the focus is the server's to give.
AGAIN = (test_session, test_keys)


def of(module: ModuleType) -> list[str]:
    return [f"{module.__name__}.{name}" for name in vars(module) if name.startswith("test_")]


@pytest.fixture(scope="module")
def told(on_x: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """By test, what went wrong in each of its cases: an empty string where nothing did. All run in one process."""
    report = tmp_path_factory.mktemp("x11") / "report.xml"
    files = [str(module.__file__) for module in AGAIN]
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--junit-xml={report}", *files]
    done = subprocess.run(command, cwd=ROOT, env=on_x, capture_output=True, text=True, timeout=WAIT, check=False)
    assert report.exists(), done.stdout + done.stderr
    cases: dict[str, list[str]] = {}
    for case in ElementTree.parse(report).iter("testcase"):
        name = f"{case.get('classname')}.{str(case.get('name')).partition('[')[0]}"
        cases.setdefault(name, []).append("\n".join(f"{part.tag}: {part.text}" for part in case))
    return cases


@pytest.mark.parametrize("test", [name for module in AGAIN for name in of(module)])
def test_on_x_too(told: dict[str, list[str]], test: str) -> None:
    assert not any(told[test]), "\n".join(told[test])


CLOSED_WHEN_TOLD = """
import sys, threading
from PySide6.QtWidgets import QApplication
import gui.shell.application as application
from core.capture import network_stream
from gui.background import tasks
network_stream.OPEN_SECONDS = 600
def wait():
    sys.stdin.readline()
    tasks.in_gui_thread(QApplication.closeAllWindows)
threading.Thread(target=wait, daemon=True).start()
application.main(["--source", sys.argv[1]])
"""


def test_the_program_ends_when_told_to_while_its_source_hangs(on_x: dict[str, str], own_home: Path) -> None:
    asked, let_go = threading.Event(), threading.Event()

    def hang(connection: socket.socket) -> None:
        connection.recv(1)
        asked.set()
        let_go.wait(2 * WAIT)

    with raw_server(hang) as port:
        command = [sys.executable, "-c", CLOSED_WHEN_TOLD, f"rtsp://127.0.0.1:{port}/stream"]
        environment = on_x | {"FIRSTSIGHT_HOME": str(own_home)}
        with subprocess.Popen(command, cwd=ROOT, env=environment, stdin=subprocess.PIPE, text=True) as process:
            try:
                assert asked.wait(60)
                process.communicate("close\n", timeout=60)
                assert process.returncode == 0
            finally:
                process.kill()
                let_go.set()
