"""The same session under a real X server, and the program as a process."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
XVFB = shutil.which("xvfb-run")

pytestmark = pytest.mark.skipif(XVFB is None, reason="needs xvfb-run")


def on_x(*command: str) -> list[str]:
    assert XVFB is not None
    return [XVFB, "-a", "-s", "-screen 0 1600x1000x24", *command]


def environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name != "PYTEST_CURRENT_TEST"} | {
        "QT_QPA_PLATFORM": "xcb"
    }


def test_the_session_works_on_x() -> None:
    command = on_x(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/gui/shell/test_session.py")
    done = subprocess.run(
        command, cwd=ROOT, env=environment(), capture_output=True, text=True, timeout=115, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "2 passed" in done.stdout


def test_keys_and_pop_ups_work_on_x() -> None:
    """There, text fields take more keys for editing than elsewhere."""
    command = on_x(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/gui/shell/test_keys.py")
    done = subprocess.run(
        command, cwd=ROOT, env=environment(), capture_output=True, text=True, timeout=235, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert " passed" in done.stdout


def test_the_program_ends_when_told_to_while_its_source_hangs() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"rtsp://127.0.0.1:{silent.getsockname()[1]}/stream"
        script = (
            "import threading; from PySide6.QtWidgets import QApplication\n"
            "import gui.shell.application as a; from gui.background import tasks\n"
            "threading.Timer(3, lambda: tasks.in_gui_thread(QApplication.closeAllWindows)).start()\n"
            f"a.main(['--source', '{address}'])\n"
        )
        command = on_x(sys.executable, "-c", script)
        process = subprocess.Popen(command, cwd=ROOT, env=environment(), start_new_session=True)
        try:
            began = time.monotonic()
            assert process.wait(40) == 0
            assert time.monotonic() - began < 30
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
