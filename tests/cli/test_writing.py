"""Commands that write files replace nothing without asking, and check the output before they begin their work."""

import contextlib
import json
import resource
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import typer

from core.cli import app
from core.encoder.checkpoint import Checkpoint
from core.errors import ModelError, OutputError
from tests.cli.commands import ROOT, as_json, endable, firstsight, refused

SHORT = ("--people", 4, "--pictures", 2, "--invent", 0, "--augment", "none", "--metric", "cosine")
GRACE = "assets/portraits/grace_hopper.jpg"


@pytest.fixture(scope="module")
def several(lfw: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve people with two pictures or more."""
    folder = tmp_path_factory.mktemp("several")
    for person in [person for person in sorted(lfw.iterdir()) if len(list(person.iterdir())) > 1][:12]:
        (folder / person.name).symlink_to(person)
    return folder


WRITERS = {
    "encoder": ("train", "encoder", "DIR", "--out", "OUT"),
    "eigenfaces": ("train", "encoder", "DIR", "--scratch", "eigenfaces", "--out", "OUT"),
    "metric": ("train", "metric", "DIR", "--out", "OUT"),
    "mean": ("train", "mean", "published", "webcam", "--out", "OUT"),
    "calibrate": ("calibrate", "DIR", "--out", "OUT"),
    "conditions": ("conditions", GRACE, "--out", "OUT.png"),
    "figure": ("figure", "ellipse", "--out", "OUT.png"),
    "identification": ("evaluate", "identification", "DIR", "--report", "OUT"),
    "verification": ("evaluate", "verification", "DIR", "--report", "OUT"),
}


@pytest.mark.parametrize("writer", WRITERS)
def test_what_is_there_is_not_replaced_unasked(tmp_path: Path, writer: str) -> None:
    # The folder has no pictures: errors about the output come before they are looked for.
    (tmp_path / "people").mkdir()
    out = tmp_path / "out"
    command = [part.replace("DIR", str(tmp_path / "people")).replace("OUT", str(out)) for part in WRITERS[writer]]
    kept = Path(command[-1])
    if "--report" in command:
        kept = out / "roc.png"
        out.mkdir()
    kept.write_text("precious")
    (tmp_path / "file").write_text("in the way")
    for place, says in (
        (command[-1], "already exists"),
        (tmp_path / "file" / "new" / Path(command[-1]).name, "can't be written"),
        (tmp_path / ("a" * 300 + Path(command[-1]).suffix), "too long"),
    ):
        with pytest.raises(OutputError, match=says):
            app([*command[:-1], str(place)], standalone_mode=False)
    assert kept.read_text() == "precious"


def test_files_with_names_of_their_own_are_not_replaced_unasked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    commands = {"triplet.png": ["figure", "triplet"], "conditions.png": ["conditions", str(ROOT / GRACE)]}
    for name, command in commands.items():
        app(command, standalone_mode=False)
        made = (tmp_path / name).read_bytes()
        with pytest.raises(OutputError, match="--overwrite"):
            app(command, standalone_mode=False)
        assert (tmp_path / name).read_bytes() == made
    (tmp_path / "triplet.png").write_bytes(b"mine")
    app([*commands["triplet.png"], "--overwrite"], standalone_mode=False)
    assert (tmp_path / "triplet.png").read_bytes() != b"mine"
    # The sheet shows a face.
    assert stat.S_IMODE((tmp_path / "conditions.png").stat().st_mode) == 0o600


def test_a_file_that_is_read_is_never_replaced(tmp_path: Path) -> None:
    photo, encoder = tmp_path / "photo.jpg", tmp_path / "mine.safetensors"
    photo.write_bytes((ROOT / GRACE).read_bytes())
    as_json("train", "mean", "published", "--out", encoder)
    before = (photo.read_bytes(), encoder.read_bytes())
    assert "being read" in refused("conditions", photo, "--out", photo, "--overwrite")
    assert "being read" in refused("train", "mean", encoder, "--out", encoder, "--overwrite")
    assert "being read" in refused("calibrate", tmp_path, "--encoder", encoder, "--out", encoder, "--overwrite")
    assert "being read" in refused("train", "encoder", tmp_path, "--from", encoder, "--out", encoder, "--overwrite")
    assert (photo.read_bytes(), encoder.read_bytes()) == before
    # The curve beside an encoder belongs to it.
    (tmp_path / "mine.curve.json").write_text(Checkpoint.load().curve.to_json())
    assert "mine.curve.json already exists" in refused("calibrate", tmp_path, "--encoder", encoder)


def test_a_training_that_was_interrupted_goes_on_unasked(several: Path, tmp_path: Path) -> None:
    out, kept = tmp_path / "small.safetensors", tmp_path / "small.safetensors.resume"
    options = ("train", "encoder", several, "--out", out, *SHORT, "--epochs", 3)
    with subprocess.Popen([sys.executable, "-m", "gui", *map(str, options)], cwd=ROOT, preexec_fn=endable) as process:
        while not kept.exists():
            assert process.poll() is None
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
    assert process.returncode == 0
    assert Checkpoint.load(out).about["ended"] == "interrupted"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    interrupted, again = out.read_bytes(), [str(option) for option in options]
    with pytest.raises(ModelError, match="other options"):
        app([*again, "--rate", "0.1"], standalone_mode=False)
    with pytest.raises(OutputError, match="--overwrite"):
        app([*again, "--no-resume"], standalone_mode=False)
    assert out.read_bytes() == interrupted
    app(again, standalone_mode=False)
    assert Checkpoint.load(out).about["ended"] == "all epochs"
    assert not kept.exists()
    with pytest.raises(OutputError, match="--overwrite"):
        app(again, standalone_mode=False)


@pytest.mark.parametrize("ended_by", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_a_command_that_is_ended_leaves_no_faces(lfw: Path, tmp_path: Path, own_home: Path, ended_by: int) -> None:
    command = [sys.executable, "-m", "gui", "calibrate", str(lfw), "--out", str(tmp_path / "curve.json")]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, preexec_fn=endable) as process:
        while not _has_faces(process.pid, own_home):
            assert process.poll() is None
            time.sleep(0.02)
        process.send_signal(ended_by)
        process.communicate(timeout=60)
    assert process.returncode != 0
    assert [path for path in own_home.rglob("*") if path.is_file()] == []
    assert list(tmp_path.iterdir()) == []


def _has_faces(process: int, home: Path) -> bool:
    """Whether the process has an unnamed file open in the home."""
    links = []
    for file in Path(f"/proc/{process}/fd").iterdir():
        # It opens and closes others meanwhile.
        with contextlib.suppress(OSError):
            links.append(str(file.readlink()))
    return any(link.endswith(" (deleted)") and home in Path(link).parents for link in links)


@pytest.mark.parametrize("name", ["mean.safetensors", "ellipse.png"])
def test_a_disk_that_is_full_at_the_end_is_one_sentence_and_nothing_is_half_written(tmp_path: Path, name: str) -> None:
    command = {
        "mean.safetensors": ("train", "mean", "published", "--out"),
        "ellipse.png": ("figure", "ellipse", "--out"),
    }[name]
    out = tmp_path / name
    out.write_text("old")
    done = subprocess.run(
        [sys.executable, "-m", "gui", *command, str(out), "--overwrite"],
        cwd=ROOT, capture_output=True, text=True, check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (5000, 5000)),
    )  # fmt: skip
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1), done.stderr
    assert f"{name} can't be written (File too large)" in done.stderr
    assert out.read_text() == "old"
    assert list(tmp_path.iterdir()) == [out]


@pytest.mark.slow
def test_faces_are_kept_only_when_asked_and_doctor_deletes_them(
    several: Path, tmp_path: Path, own_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept, few = own_home / "cache" / "faces", tmp_path / "few"
    few.mkdir()
    for person in sorted(several.iterdir())[:4]:
        (few / person.name).symlink_to(person)
    command = ("evaluate", "identification", few, "--ways", 3, "--degrade", "clean", "--degrade", "size=32")
    plain = firstsight(*command, "--json", "--report", tmp_path / "report")
    assert "not encrypted" not in plain.stderr
    assert not kept.exists()
    assert stat.S_IMODE((tmp_path / "report" / "index.html").stat().st_mode) == 0o600
    asked = firstsight(*command, "--json", "--keep-faces", "--report", tmp_path / "report", "--overwrite")
    assert f"kept in {kept}, not encrypted" in asked.stderr
    assert asked.stdout == plain.stdout
    assert len(list(kept.iterdir())) == 2

    def doctor(*options: str) -> str:
        capsys.readouterr()
        app(["doctor", *options], standalone_mode=False)
        return capsys.readouterr().out

    told = json.loads(doctor("--json"))["kept_faces"]
    assert told["folder"] == str(kept)
    assert told["bytes"] > 2 * 8 * 168 * 168 * 3
    assert "doctor --clean" in doctor()
    assert json.loads(doctor("--clean", "--json"))["kept_faces"] == told | {"bytes": 0, "deleted": told["bytes"]}
    assert not kept.exists()
    assert "kept faces: none" in doctor()


@pytest.mark.parametrize("command", ["calibrate", "train encoder", "train metric", "figure", "evaluate verification"])
def test_whoever_may_keep_faces_is_told_that_they_are_not_encrypted(command: str) -> None:
    of: Any = typer.main.get_command(app)
    for word in command.split():
        of = of.commands[word]
    (told,) = (option.help for option in of.params if "--keep-faces" in option.opts)
    assert "not encrypted" in told
