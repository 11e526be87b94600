"""What is built of the project is the whole program: installed, it runs from an empty folder."""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.cli.commands import ROOT

pytest.importorskip("build", reason="needs the dev extra")
pytest.importorskip("hatchling", reason="needs the dev extra")


def run(*command: object, **options: object) -> str:
    """What it prints."""
    done = subprocess.run(  # type: ignore[call-overload]
        [*map(str, command)], capture_output=True, text=True, timeout=300, check=False, **options
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return str(done.stdout)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The source distribution, and the wheel made of nothing but that."""
    folder = tmp_path_factory.mktemp("built")
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, ROOT)
    (source,), (wheel,) = folder.glob("*.tar.gz"), folder.glob("*.whl")
    return source, wheel


@pytest.fixture(scope="module")
def files() -> set[str]:
    """All of the project: what the repository has, and what is new and not ignored."""
    if not (ROOT / ".git").exists() or shutil.which("git") is None:
        pytest.skip("needs the repository, and git")
    listed = run("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", cwd=ROOT)
    return {name for name in listed.split("\0") if name and (ROOT / name).is_file()}


def test_the_source_is_all_there(built: tuple[Path, Path], files: set[str]) -> None:
    with tarfile.open(built[0]) as archive:
        shipped = {name.partition("/")[2] for name in archive.getnames()}
    assert shipped - {"PKG-INFO", ".gitignore"} == {file for file in files if not file.startswith(".")}


def test_the_wheel_is_the_program_and_its_assets(built: tuple[Path, Path], files: set[str]) -> None:
    with zipfile.ZipFile(built[1]) as archive:
        shipped = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert shipped == {file for file in files if file.startswith(("core/", "gui/", "assets/"))}


class Installed:
    """A virtual environment with the wheel and, of this one, whatever it depends on; used from an empty folder."""

    def __init__(self, folder: Path, wheel: Path) -> None:
        self.environment, self.empty = folder / "environment", folder / "empty"
        self.empty.mkdir()
        run(sys.executable, "-m", "venv", "--without-pip", self.environment)
        self.bin = self.environment / ("Scripts" if os.name == "nt" else "bin")
        self.python = self.bin / "python"
        pip = ("-m", "pip", "--python", self.python, "--disable-pip-version-check")
        run(sys.executable, *pip, "install", "--quiet", "--no-deps", "--no-index", wheel)
        site = run(self.python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").strip()
        # In the folders that it names no such file is read: what is installed here as editable is not there.
        ours = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
        Path(site, "dependencies.pth").write_text("\n".join(sorted(ours)) + "\n")

    def __call__(self, *command: object) -> str:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
        kept |= {"PYTHON_KEYRING_BACKEND": os.environ["PYTHON_KEYRING_BACKEND"], "QT_QPA_PLATFORM": "offscreen"}
        return run(*command, cwd=self.empty, env=kept)


@pytest.fixture(scope="module")
def installed(built: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Installed:
    return Installed(tmp_path_factory.mktemp("installed"), built[1])


def test_all_of_it_comes_from_the_wheel(installed: Installed) -> None:
    code = (
        "import core, gui, core.system.paths, core.encoder.shipped, gui.look.theme\n"
        "print(core.__file__, gui.__file__, core.system.paths.ASSETS, core.encoder.shipped.DEFAULT_ENCODER,\n"
        "    gui.look.theme.ICONS, sep='\\n')"
    )
    for place in installed(installed.python, "-c", code).splitlines():
        assert Path(place).exists()
        assert Path(place).is_relative_to(installed.environment)


def test_its_command_is_there(installed: Installed) -> None:
    assert "enroll" in installed(installed.bin / "firstsight", "--help")
    report = json.loads(installed(installed.bin / "firstsight", "doctor", "--json"))
    assert all("camera" in sentence for sentence in report["missing"])


def test_who_is_enrolled_by_it_is_named_and_the_other_is_not(installed: Installed, portraits: Path) -> None:
    photos = [portraits / "eileen_collins.png", portraits / "grace_hopper.jpg"]
    installed(installed.bin / "firstsight", "enroll", "Eileen Collins", photos[0])
    told = json.loads(installed(installed.bin / "firstsight", "identify", *photos, "--json"))
    assert [[face["name"] for face in photo["faces"]] for photo in told["photos"]] == [["Eileen Collins"], [None]]


def test_its_demo_runs(installed: Installed) -> None:
    told = installed(installed.python, "-m", "gui.demo", "--offscreen")
    assert "Eileen Collins was enrolled from one photo" in told
    assert np.asarray(Image.open(installed.empty / "out" / "demo.png").convert("L")).std() > 10
    assert [path.name for path in installed.empty.iterdir()] == ["out"]
