"""An X server that nobody sees."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

XVFB = shutil.which("Xvfb")
needs_x = pytest.mark.skipif(XVFB is None, reason="needs Xvfb")


@contextmanager
def x_server() -> Iterator[dict[str, str]]:
    """What the environment of a program says that shows its windows there. The server takes a free number itself."""
    assert XVFB is not None
    told, telling = os.pipe()
    command = [XVFB, "-displayfd", str(telling), "-screen", "0", "1600x1000x24", "-nolisten", "tcp"]
    with subprocess.Popen(command, pass_fds=[telling], stderr=subprocess.DEVNULL) as server:
        os.close(telling)
        with os.fdopen(told) as number:
            display = number.readline().strip()
        try:
            assert display, "Xvfb has not begun"
            yield {"DISPLAY": f":{display}", "QT_QPA_PLATFORM": "xcb"}
        finally:
            server.terminate()
