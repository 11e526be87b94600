"""Runs commands as separate processes."""

import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


def endable() -> None:
    """For a child: it can be ended as from a terminal, though whoever runs the tests ignores that (nohup, `&`)."""
    for name in ("SIGINT", "SIGHUP"):
        signal.signal(getattr(signal, name), signal.SIG_DFL)


def firstsight(*arguments: object, code: int = 0) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "gui", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=380, check=False)
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    return done


def as_json(*arguments: object, code: int = 0) -> Any:
    return json.loads(firstsight(*arguments, "--json", code=code).stdout)


def refused(*arguments: object, code: int = 1) -> str:
    done = firstsight(*arguments, code=code)
    (line,) = done.stderr.splitlines()
    assert line.startswith("firstsight: ")
    assert line.endswith(".")
    return line
