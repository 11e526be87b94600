"""No command looks up or connects to an address, or writes anything but the user's data and the requested files.

Each command and the window is run as a separate process under strace.
"""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from importlib.metadata import distributions
from pathlib import Path

import pytest

from tests.cli.commands import ROOT
from tests.gui.x_server import needs_x, x_server

STRACE = shutil.which("strace")


def _can_trace() -> bool:
    """Containers may forbid it."""
    if STRACE is None:
        return False
    return subprocess.run([STRACE, "-f", "true"], capture_output=True, check=False).returncode == 0


pytestmark = pytest.mark.skipif(not _can_trace(), reason="needs strace, and leave to trace")

WRITES = re.compile(r"\b(mkdir|rename|link|symlink|creat|truncate|mknod|chmod)\w*\(|O_(CREAT|WRONLY|RDWR|TRUNC)")
HARMLESS = ("/dev/null", "/dev/tty", "/proc/self/", "/proc/thread-self/", "/dev/shm/sem.")
WINDOW = """
import gui.shell.application as application
from gui.background import tasks
from gui.shell.main_window import MainWindow
from PySide6.QtCore import QSettings, QTimer
from PySide6.QtWidgets import QApplication, QFileDialog

def chosen_from():
    dialog = QFileDialog(None, "A photo", "/")
    dialog.setOption(QFileDialog.Option.DontUseNativeDialog)
    dialog.show()
    QTimer.singleShot(200, dialog.close)
    QTimer.singleShot(200, dialog.deleteLater)

def look():
    window = next(w for w in QApplication.topLevelWidgets() if isinstance(w, MainWindow))
    if window.recognizer and window.live.session and window.live.session.status.recognised > 3:
        chosen_from()
        timer.stop()
        window.commands.metric.trigger()
        QTimer.singleShot(2000, QApplication.closeAllWindows)

QApplication([])
timer = QTimer()
timer.timeout.connect(look)
timer.start(100)
application.main(["--demo"])
"""


@dataclass(frozen=True)
class Run:
    """What a process and its children sent and wrote."""

    network: list[str]
    written: list[Path]


class Fresh:
    """A new user with an empty home folder."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.user, self.out = folder, folder / "user", folder / "out"
        self.home = self.user / ".local" / "share" / "firstsight"
        self.user.mkdir()
        self.out.mkdir()
        kept = ("PATH", "LANG", "VIRTUAL_ENV", "LD_LIBRARY_PATH", "XAUTHORITY")
        self.environment = {name: os.environ[name] for name in kept if name in os.environ}
        self.environment |= {"HOME": str(self.user), "PYTHONDONTWRITEBYTECODE": "1", "QT_QPA_PLATFORM": "offscreen"}

    def run(self, *arguments: object) -> None:
        self._call([sys.executable, "-m", "gui", *map(str, arguments)])

    def traced(self, *arguments: object, command: list[str] | None = None) -> Run:
        assert STRACE is not None
        trace = self.folder / "trace"
        trace.mkdir()
        options = ["-ff", "--seccomp-bpf", "-qq", "-s", "300", "-e", "trace=%network,%file"]
        strace = [STRACE, *options, "-o", str(trace / "of")]
        self._call([*strace, *(command or [sys.executable, "-m", "gui", *map(str, arguments)])])
        lines = [line for file in trace.iterdir() for line in file.read_text(errors="replace").splitlines()]
        return Run(
            [line for line in lines if "AF_INET" in line or "AF_NETLINK" in line],
            [Path(path) for line in lines if WRITES.search(line) and "= -1" not in line for path in _paths(line)],
        )

    def outside(self, run: Run) -> list[Path]:
        """Files written outside the home and the output folder. Folders above the home may be created."""
        return [
            path
            for path in run.written
            if not path.is_relative_to(self.home)
            and not path.is_relative_to(self.out)
            and path not in self.home.parents
        ]

    def _call(self, command: list[str]) -> None:
        done = subprocess.run(
            command, cwd=ROOT, env=self.environment, capture_output=True, text=True, timeout=300, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        assert "Traceback" not in done.stderr


def _paths(line: str) -> list[str]:
    paths = re.findall(r'"([^"]*)"', line)
    return [path for path in paths if not path.startswith(HARMLESS)]


@pytest.fixture
def fresh(tmp_path: Path) -> Fresh:
    return Fresh(tmp_path)


@pytest.fixture(scope="module")
def few(lfw: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve people with two pictures or more."""
    folder = tmp_path_factory.mktemp("few")
    for person in [person for person in sorted(lfw.iterdir()) if len(list(person.iterdir())) > 1][:12]:
        (folder / person.name).symlink_to(person)
    return folder


def assert_alone(fresh: Fresh, run: Run) -> None:
    assert run.network == []
    assert fresh.outside(run) == []


def test_what_openvino_would_send_by_is_here_and_kept_out() -> None:
    if not list(distributions(name="openvino-telemetry")):
        pytest.skip("needs OpenVINO")
    with pytest.raises(ModuleNotFoundError):
        import openvino_telemetry  # noqa: F401


@pytest.mark.parametrize(
    "command",
    [
        ("enroll", "Grace", "assets/portraits/grace_hopper.jpg"),
        ("identify", "assets/portraits/eileen_collins.png"),
        ("compare", "assets/portraits/eileen_collins.png", "assets/portraits/grace_hopper.jpg"),
        ("watch", "demo", "--every-frame", "--max-frames", 3, "--save", "OUT/seen.mp4"),
        ("people",),
        ("figure", "ellipse", "--out", "OUT/ellipse.svg"),
        ("conditions", "assets/portraits/grace_hopper.jpg", "--out", "OUT/sheet.png", "--side", 48),
        ("train", "mean", "published", "webcam", "--out", "OUT/mean.safetensors"),
    ],
    ids=lambda command: command[0],
)
def test_a_command_stays_on_this_computer(fresh: Fresh, command: tuple[object, ...]) -> None:
    run = fresh.traced(*(str(argument).replace("OUT", str(fresh.out)) for argument in command))
    assert_alone(fresh, run)


@pytest.mark.parametrize("command", [("rename", "Grace", "Admiral"), ("forget", "Grace"), ("doctor",)])
def test_a_command_on_a_gallery_stays_on_this_computer(fresh: Fresh, command: tuple[str, ...]) -> None:
    fresh.run("enroll", "Grace", "assets/portraits/grace_hopper.jpg")
    assert_alone(fresh, fresh.traced(*command))


def test_training_stays_on_this_computer(fresh: Fresh, few: Path) -> None:
    files = ("--out", fresh.out / "a.safetensors", "--logs", fresh.out / "logs")
    small = ("--epochs", 1, "--people", 4, "--pictures", 2, "--invent", 0, "--augment", "none", "--metric", "cosine")
    assert_alone(fresh, fresh.traced("train", "encoder", few, *files, *small))


@pytest.mark.slow
def test_measuring_stays_on_this_computer(fresh: Fresh, few: Path) -> None:
    command = ("evaluate", "identification", few, "--ways", 3, "--report", fresh.out / "report")
    assert_alone(fresh, fresh.traced(*command))


@pytest.mark.slow
def test_calibrating_stays_on_this_computer(fresh: Fresh, lfw_once: Path) -> None:
    assert_alone(fresh, fresh.traced("calibrate", lfw_once, "--out", fresh.out / "curve.json"))


def test_the_window_stays_on_this_computer(fresh: Fresh) -> None:
    fresh.run("enroll", "Grace", "assets/portraits/grace_hopper.jpg")
    assert_alone(fresh, fresh.traced(command=[sys.executable, "-c", WINDOW]))


@needs_x
def test_the_window_on_x_stays_on_this_computer(fresh: Fresh) -> None:
    fresh.run("enroll", "Grace", "assets/portraits/grace_hopper.jpg")
    with x_server() as screen:
        fresh.environment |= screen
        assert_alone(fresh, fresh.traced(command=[sys.executable, "-c", WINDOW]))
