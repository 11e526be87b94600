"""Reading something that is no file, or the wrong kind of file, is reported in one sentence on one line."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from core.encoder.checkpoint import Checkpoint
from core.encoder.shipped import DEFAULT_ENCODER
from core.errors import FirstsightError, ModelError, PhotoError, SourceError
from core.matching.curve import ImpostorCurve
from core.pictures.reading import read_picture
from tests.cli.commands import ROOT, refused

posix = pytest.mark.skipif(os.name != "posix", reason="needs pipes, devices and file names of bytes")

KINDS = ("pipe", "folder", "empty", "text", "deep JSON", "list", "noise", "loop", "too long", "device", "raw name")


def odd(kind: str, folder: Path) -> Path:
    """A file of that kind."""
    file = folder / "odd"
    match kind:
        case "pipe":
            os.mkfifo(file)
        case "folder":
            file.mkdir()
        case "loop":
            file.symlink_to(file)
        case "too long":
            file = folder / ("a" * 300)
        case "device":
            file = Path("/dev/zero")
        case "raw name":
            file = folder / os.fsdecode(b"\xff\xfe")
            file.write_text("hello")
        case _:
            made = {"text": b"hello", "deep JSON": b"[" * 100_000, "list": b"[1]", "noise": os.urandom(5000)}
            file.write_bytes(made.get(kind, b""))
    return file


@posix
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("load", "error"),
    [(read_picture, PhotoError), (Checkpoint.load, ModelError), (ImpostorCurve.load, ModelError)],
    ids=["picture", "encoder", "curve"],
)
def test_each_is_one_sentence(
    kind: str, load: Callable[[Path], object], error: type[FirstsightError], tmp_path: Path
) -> None:
    file = odd(kind, tmp_path)
    with pytest.raises(error) as caught:
        load(file)
    told = str(caught.value)
    assert told.endswith(".")
    assert file.name[-20:] in told or kind == "raw name"


@posix
@pytest.mark.parametrize("kind", ["pipe", "text", "noise", "raw name"])
def test_commands_say_it_on_one_line(kind: str, portraits: Path, tmp_path: Path) -> None:
    file = odd(kind, tmp_path)
    for arguments in (
        ("identify", portraits / "grace_hopper.jpg", "--encoder", file),
        *([] if kind == "pipe" else [("people", "--gallery", file)]),
        ("identify", file),
    ):
        assert "unexpected" not in refused(*arguments)


@posix
def test_an_encoder_whose_name_is_no_text_is_used(tmp_path: Path) -> None:
    file = tmp_path / os.fsdecode(b"mine\xff.safetensors")
    shutil.copy(DEFAULT_ENCODER, file)
    assert Checkpoint.load(file).id == Checkpoint.load(DEFAULT_ENCODER).id


FORBIDDEN = """
import os, sys
from pathlib import Path
from core.capture.folder import PictureFolder
from core.encoder.checkpoint import Checkpoint
from core.pictures.reading import read_picture
from core.matching.curve import ImpostorCurve
os.setuid(54321)
for read in (read_picture, Checkpoint.load, ImpostorCurve.load, lambda path: PictureFolder(path.parent).open()):
    try:
        read(Path(sys.argv[1]))
    except Exception as error:
        print(type(error).__name__, error)
"""


def test_what_may_not_be_read_is_said_so(tmp_path: Path) -> None:
    if os.name != "posix" or os.geteuid() != 0:
        pytest.skip("only root can become a user that may not read")
    # pytest's own folders are root's alone.
    secret = tmp_path / "folder" / "secret"
    done = subprocess.run(
        [sys.executable, "-c", FORBIDDEN, str(secret)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    *files, folder = done.stdout.splitlines()
    assert [line.split()[0] for line in files] == [PhotoError.__name__, *2 * [ModelError.__name__]]
    assert all("can't be read: check its permissions" in line for line in files)
    assert folder.startswith(f"{SourceError.__name__} {secret.parent} can't be read (Permission denied)")
