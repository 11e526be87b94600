"""The user's data is where it should be, and nobody else can read it."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from core.errors import OutputError
from core.system.paths import home, mend_home, private_file, private_folder
from tests.cli.commands import ROOT, firstsight, refused


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture(params=[0o000, 0o022, 0o277], ids=["umask 000", "umask 022", "umask 277"])
def umask(request: pytest.FixtureRequest) -> object:
    before = os.umask(request.param)
    yield
    os.umask(before)


def test_a_folder_in_the_home_is_readable_by_its_owner_only_whatever_the_umask(
    umask: None, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    new = tmp_path_factory.getbasetemp() / f"new {os.urandom(4).hex()}"
    monkeypatch.setenv("FIRSTSIGHT_HOME", str(new))
    folder = private_folder("cache", "faces")
    assert folder == new / "cache" / "faces"
    assert [mode(path) for path in (new, folder.parent, folder)] == [0o700] * 3
    assert mode(private_file("window.ini")) == 0o600


def test_any_command_makes_an_older_versions_home_private(own_home: Path, portraits: Path) -> None:
    firstsight("enroll", "Grace", portraits / "grace_hopper.jpg")
    kept = own_home / "cache" / "faces" / "abc"
    kept.mkdir(parents=True)
    files = [own_home / "window.ini", kept / "crops.npy", own_home / "gallery.db", own_home / "gallery.key"]
    for file in files:
        if not file.exists():
            file.write_bytes(b"faces")
        file.chmod(0o644)
    for folder in (own_home, own_home / "cache", own_home / "cache" / "faces", kept):
        folder.chmod(0o755)
    firstsight("people")
    for folder in (own_home, own_home / "cache", own_home / "cache" / "faces", kept):
        assert mode(folder) == 0o700
    for file in files:
        assert mode(file) == 0o600


def test_a_folder_that_others_use_stays_readable_by_them(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    user, sticky = tmp_path / "user", tmp_path / "sticky"
    for folder, permissions in ((user, 0o755), (sticky, 0o1777)):
        folder.mkdir()
        folder.chmod(permissions)
        (folder / "note.txt").write_text("everybody's")
        (folder / "note.txt").chmod(0o644)
    monkeypatch.setenv("HOME", str(user))
    for folder, permissions in ((user, 0o755), (sticky, 0o1777)):
        monkeypatch.setenv("FIRSTSIGHT_HOME", str(folder))
        mend_home()
        assert mode(private_folder("cache")) == 0o700
        assert (mode(folder), mode(folder / "note.txt")) == (permissions, 0o644)


def test_the_target_of_a_link_in_the_home_is_left_alone(own_home: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "shared.txt"
    elsewhere.write_text("everybody's")
    elsewhere.chmod(0o644)
    (own_home / "link").symlink_to(elsewhere)
    mend_home()
    assert mode(elsewhere) == 0o644


def test_an_impossible_home_is_one_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("FIRSTSIGHT_HOME", str(tmp_path / "file" / "home"))
    mend_home()
    with pytest.raises(OutputError, match=r"can't be created .*FIRSTSIGHT_HOME"):
        private_folder()
    monkeypatch.setenv("FIRSTSIGHT_HOME", "~nobody-at-all/home")
    mend_home()
    with pytest.raises(OutputError, match="FIRSTSIGHT_HOME is ~nobody-at-all/home"):
        home()
    assert "FIRSTSIGHT_HOME" in refused("people")


def test_without_any_home_folder_no_folder_called_tilde_is_made(tmp_path: Path) -> None:
    code = (
        "import os, pwd; pwd.getpwuid = lambda _: (_ for _ in ()).throw(KeyError())\n"
        "from core.cli import main; import sys; sys.argv = ['firstsight', 'people']; main()"
    )
    environment = {name: value for name, value in os.environ.items() if name not in ("HOME", "FIRSTSIGHT_HOME")}
    environment |= {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "FIRSTSIGHT_HOME" in done.stderr
    assert "unexpected" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_the_windows_settings_are_readable_by_their_owner_only(own_home: Path) -> None:
    code = (
        "from gui.shell.application import make_application; from gui.settings import Settings; import os\n"
        "make_application(); s = Settings(); s.rate = 0.001; s._file.sync(); os._exit(0)"
    )
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen"}
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, check=True, umask=0)
    assert "0.001" in (own_home / "window.ini").read_text()
    assert mode(own_home / "window.ini") == 0o600
