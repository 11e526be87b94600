"""Commands print in any terminal encoding, to a closed pipe, to a full disk and to closed streams."""

import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

import pytest

from core.gallery import Gallery
from core.recognizer import Recognizer
from core.system.text import printable
from tests.cli.commands import ROOT, as_json, firstsight, refused

NAME = "Łukasz Żółć"
RAW = os.fsdecode(b"raw \xff\xfe.jpg")
"""A file name that is not valid UTF-8."""

FULL = Path("/dev/full")
PIPE = subprocess.PIPE
Stream = int | IO[bytes]
posix = pytest.mark.skipif(os.name != "posix", reason="needs a POSIX shell and file names of bytes")


def run(
    *arguments: object, env: dict[str, str] | None = None, stdout: Stream = PIPE, stderr: Stream = PIPE
) -> subprocess.CompletedProcess[bytes]:
    """Runs a command and reads its output as bytes. env: added to the environment."""
    environment = os.environ | {"COLUMNS": "500"} | (env or {})
    command = [sys.executable, "-m", "gui", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, timeout=380, check=False, env=environment, stdout=stdout, stderr=stderr)


@pytest.fixture
def enrolled(portraits: Path) -> None:
    """Enrolls somebody whose name few encodings can represent."""
    with Gallery() as gallery:
        Recognizer(gallery).enroll(NAME, portraits / "grace_hopper.jpg")


@pytest.fixture
def gone() -> Iterator[io.FileIO]:
    """A pipe whose reader has closed it."""
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "wb", buffering=0) as pipe:
        yield pipe


ENCODINGS = [{"PYTHONIOENCODING": f"{encoding}:strict"} for encoding in ("cp1252", "cp437", "ascii")]
C_LOCALE = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}


@pytest.mark.usefixtures("enrolled")
@pytest.mark.parametrize("environment", [*ENCODINGS, C_LOCALE], ids=str)
def test_characters_that_an_encoding_lacks_are_substituted(environment: dict[str, str], portraits: Path) -> None:
    told = run("identify", portraits / "grace_hopper.jpg", env=environment)
    assert (told.returncode, told.stderr) == (0, b"")
    encoding = environment.get("PYTHONIOENCODING", "ascii").partition(":")[0]
    text = told.stdout.decode(encoding)
    assert r"\u0141ukasz" in text
    assert ("184×226" if "×".encode(encoding, "ignore") else "184x226") in text
    listed = run("people", "--json", env=environment)
    assert json.loads(listed.stdout.decode("utf-8"))["people"][0]["name"] == NAME


@posix
@pytest.mark.parametrize("environment", [ENCODINGS[0], C_LOCALE], ids=str)
def test_an_enrolment_whose_message_the_terminal_can_not_show_is_done(
    environment: dict[str, str], portraits: Path
) -> None:
    told = run("enroll", NAME, portraits / "grace_hopper.jpg", env=environment)
    assert (told.returncode, told.stderr) == (0, b"")
    assert told.stdout.startswith(b"Enrolled \\u0141ukasz ")
    assert as_json("people")["people"][0]["name"] == NAME


@posix
def test_names_of_files_that_are_no_text_are_shown_and_are_valid_json(portraits: Path, tmp_path: Path) -> None:
    photo = tmp_path / RAW
    shutil.copy(portraits / "grace_hopper.jpg", photo)
    told = run("identify", photo)
    assert told.returncode == 0
    assert r"raw \xff\xfe.jpg" in told.stdout.decode("utf-8")
    record = json.loads(run("identify", photo, "--json").stdout.decode("utf-8"))
    assert record["photos"][0]["photo"].endswith(r"raw \xff\xfe.jpg")
    for option in (("--gallery", tmp_path / RAW / "gallery.db"), ("--encoder", tmp_path / RAW / "e.safetensors")):
        told = run("identify", photo, *option)
        assert told.returncode == 1
        assert r"raw \xff\xfe.jpg" in told.stderr.decode("utf-8")


ACTING = ("\x1b[31m", "\x9b31m", "\u202e", "\r", "\n", "\x07")


@posix
def test_nothing_that_acts_reaches_the_terminal(portraits: Path, tmp_path: Path) -> None:
    photos = [tmp_path / f"a{acting}b[red].jpg" for acting in ACTING]
    for photo in photos:
        shutil.copy(portraits / "grace_hopper.jpg", photo)
    told = run("identify", *photos, *(tmp_path / f"none{acting}.jpg" for acting in ACTING))
    shown, errors = (stream.decode("utf-8") for stream in (told.stdout, told.stderr))
    for acting, photo in zip(ACTING, photos, strict=True):
        assert printable(photo.name) in shown
        assert f"none{printable(acting)}.jpg" in errors
        assert acting == "\n" or acting not in shown + errors
    assert len(errors.splitlines()) == 1
    record = run("identify", *photos, "--json").stdout.decode("utf-8")
    assert not any(acting in record.removesuffix("\n") for acting in ACTING)
    assert [of["photo"] for of in json.loads(record)["photos"]] == [str(photo) for photo in photos]


def test_printable_text_is_one_line_and_keeps_every_script() -> None:
    kept = "Łukasz עִבְרִית فارسی\u200cها 中文 👩\u200d🚀 naïve"
    assert printable(kept) == kept
    assert printable("a\x1b[2J\n\x85\u202e\udcff\ud83d") == r"a\x1b[2J\x0a\x85\u202e\xff\ud83d"


@posix
@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
def test_bars_are_drawn_in_a_terminal_and_names_in_them_do_nothing(
    encoding: str, portraits: Path, tmp_path: Path
) -> None:
    pty = pytest.importorskip("pty")
    code = (
        "import time, sys; from core.system.terminal import prepare; prepare()\n"
        "from core.cli.progress import progress\n"
        "with progress('Embedding: [red]x\\x1b[2J') as report: report(1, 2); print('a\\x1b[31mline', file=sys.stderr)\n"
    )
    ours, theirs = pty.openpty()
    environment = os.environ | {"PYTHONIOENCODING": f"{encoding}:strict", "TERM": "xterm", "COLUMNS": "100"}
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, stderr=theirs, check=True, env=environment, timeout=60)
    os.close(theirs)
    seen = os.read(ours, 1 << 16)
    os.close(ours)
    assert b"\x1b[" in seen
    assert rb"Embedding: [red]x\x1b[2J" in seen
    assert rb"a\x1b[31mline" in seen
    assert b"1/2" in seen


QUIET: list[tuple[str, ...]] = [("people",), ("people", "--json"), ("--help",), ("enroll", "--help"), ("figure",)]


@pytest.mark.usefixtures("enrolled")
@pytest.mark.parametrize("arguments", QUIET, ids=" ".join)
def test_a_reader_that_has_gone_is_no_error(arguments: tuple[str, ...], gone: io.FileIO) -> None:
    told = run(*arguments, stdout=gone)
    assert (told.returncode, told.stderr) == (0, b"")
    assert run(*arguments, stdout=gone, stderr=gone).returncode == 0


def test_watching_ends_when_nobody_reads_any_more() -> None:
    command = [sys.executable, "-m", "gui", "watch", "demo", "--every-frame", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert json.loads(process.stdout.readline())["frame"] == 0
        process.stdout.close()
        assert process.wait(60) == 0
        assert process.stderr.read() == b""


@pytest.mark.skipif(not FULL.exists(), reason="needs /dev/full")
@pytest.mark.usefixtures("enrolled")
@pytest.mark.parametrize("arguments", QUIET, ids=" ".join)
def test_a_full_disk_is_one_sentence(arguments: tuple[str, ...]) -> None:
    with FULL.open("wb") as full:
        told = run(*arguments, stdout=full)
        assert told.returncode == 1
        (line,) = told.stderr.decode().splitlines()
        assert line.startswith("firstsight: The output can't be written (No space left on device)")
        assert run(*arguments, stderr=full).returncode == 0


@pytest.mark.skipif(not FULL.exists(), reason="needs /dev/full")
def test_what_is_done_is_done_even_if_it_can_not_be_told(portraits: Path) -> None:
    with FULL.open("wb") as full:
        told = run("enroll", "Grace", portraits / "grace_hopper.jpg", stdout=full)
        assert told.returncode == 0
        assert b"can't be written" in told.stderr
        assert run("rename", "Grace", "Hopper", "--json", stdout=full).returncode == 0
        assert run("forget", "Hopper", stdout=full, stderr=full).returncode == 0
    assert as_json("people")["people"] == []


@posix
@pytest.mark.usefixtures("enrolled")
@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&- <&-"])
def test_streams_that_are_closed_take_nothing_and_harm_nothing(closed: str, portraits: Path) -> None:
    script = f'exec "$0" -m gui enroll Grace "$1" {closed}'
    command = ["sh", "-c", script, sys.executable, str(portraits / "grace_hopper.jpg")]
    assert subprocess.run(command, cwd=ROOT, timeout=380, check=False, capture_output=True).returncode == 0
    assert [person["name"] for person in as_json("people")["people"]] == ["Grace", NAME]


def test_errors_are_told_in_json_too() -> None:
    told = firstsight("forget", "Nobody", "--json", code=1)
    assert told.stderr == f"firstsight: {json.loads(told.stdout)['error']}\n"
    told = firstsight("forget", "--json", code=2)
    assert "NAME" in json.loads(told.stdout)["error"]


@pytest.mark.usefixtures("enrolled")
def test_json_tells_moments_and_rates_in_full(portraits: Path) -> None:
    with Gallery() as gallery:
        (person,) = gallery.people()
    assert as_json("people")["people"][0]["enrolled"] == person.enrolled
    compared = as_json("compare", *2 * [portraits / "grace_hopper.jpg"], "--rate", "0.00000123456789")
    assert compared["false_match_rate"] == 0.00000123456789
    assert compared["similarity"] <= 1


HOMELESS = {"FIRSTSIGHT_HOME": "~no such user/data"}


def test_a_home_that_is_not_there_is_one_sentence() -> None:
    told = run("people", env=HOMELESS)
    assert told.returncode == 1
    assert told.stderr.startswith(b"firstsight: FIRSTSIGHT_HOME is ~no such user/data, but there is no such user: ")
    assert "no home folder for ~no such user/gallery.db" in refused("people", "--gallery", "~no such user/gallery.db")


def unprivileged() -> Callable[[], None] | None:
    """Switches a child process to a user without a home; None unless we are root."""
    return (lambda: os.setuid(54321)) if os.name == "posix" and os.geteuid() == 0 else None


def test_a_user_without_a_home_is_told_so(tmp_path: Path) -> None:
    if unprivileged() is None:
        pytest.skip("only root can become a user that does not exist")
    code = (
        "import os, platformdirs.unix, core.system.paths; from core.errors import HomeError\n"
        "for name in ('HOME', 'FIRSTSIGHT_HOME', 'XDG_DATA_HOME'): os.environ.pop(name, None)\n"
        "os.setuid(54321)\n"
        "try: print(core.system.paths.home())\nexcept HomeError as error: print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "You have no home folder: set FIRSTSIGHT_HOME to a folder for your data.\n"


def test_names_of_files_that_no_system_takes_are_one_sentence(portraits: Path, tmp_path: Path) -> None:
    long = tmp_path / ("a" * 300)
    for arguments in (
        ("identify", long),
        ("identify", portraits / "grace_hopper.jpg", "--encoder", long),
        ("people", "--gallery", long),
        ("calibrate", long),
        ("watch", "~no such user/clip.mp4"),
    ):
        line = refused(*arguments)
        assert "unexpected" not in line
        assert len(line) < 1000
