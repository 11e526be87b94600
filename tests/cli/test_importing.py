"""`import` and `export`: many people at once, asked before, interrupted, and run again."""

import contextlib
import os
import pty
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import cv2
import pytest

from core.pictures.reading import encode_png, read_picture
from tests.cli.commands import ROOT, as_json, endable, firstsight, refused


@pytest.fixture
def people(portraits: Path, tmp_path: Path) -> Path:
    """Two people, one of them with a second photo; a group; a text; and a photo that names nobody."""
    folder = tmp_path / "people"
    (folder / "Grace Hopper").mkdir(parents=True)
    grace, eileen = portraits / "grace_hopper.jpg", portraits / "eileen_collins.png"
    shutil.copy(grace, folder / "Grace Hopper" / "1.jpg")
    (folder / "Grace Hopper" / "2.png").write_bytes(encode_png(read_picture(grace)[5:]))
    shutil.copy(eileen, folder / "eileen_collins-1.png")
    one, other = (cv2.resize(read_picture(photo), (400, 400)) for photo in (grace, eileen))
    (folder / "Group Photo.png").write_bytes(encode_png(cv2.hconcat([one, other])))  # type: ignore[arg-type]
    (folder / "notes.jpg").write_text("no picture")
    return folder


def in_terminal(*arguments: object, answer: str = "", interrupted_at: re.Pattern[str] | None = None) -> tuple[int, str]:
    """Runs a command in a terminal, and types an answer. Returns its exit code and what is shown.

    interrupted_at: what it shows when Ctrl-C is pressed.
    """
    ours, theirs = pty.openpty()
    os.write(ours, f"{answer}\n".encode())
    command = [sys.executable, "-m", "gui", *map(str, arguments)]
    process = subprocess.Popen(
        command, stdin=theirs, stdout=subprocess.DEVNULL, stderr=theirs, cwd=ROOT, preexec_fn=endable
    )
    os.close(theirs)
    shown = ""
    with contextlib.suppress(OSError):  # The other end is closed.
        while more := os.read(ours, 65536).decode(errors="replace"):
            shown += more
            if interrupted_at and interrupted_at.search(shown):
                interrupted_at = None
                process.send_signal(signal.SIGINT)
    os.close(ours)
    return process.wait(60), shown


def test_a_folder_is_told_stored_and_not_stored_again(people: Path, own_home: Path) -> None:
    looked = as_json("import", people, "--dry-run")
    assert (looked["dry_run"], looked["stored"]) == (True, 0)
    assert list(own_home.iterdir()) == []
    record = as_json("import", people, "--yes")
    assert (record["stored"], record["people"], record["interrupted"]) == (3, 2, False)
    found = {Path(photo["photo"]).name: photo for photo in record["photos"]}
    assert [photo["found"] for photo in looked["photos"]] == [photo["found"] for photo in record["photos"]]
    assert found["1.jpg"]["found"] == found["2.png"]["found"] == "ready"
    assert found["1.jpg"]["template"] is not None
    assert found["eileen_collins-1.png"]["name"] == "Eileen Collins"
    assert (found["Group Photo.png"]["name"], found["Group Photo.png"]["template"]) == (None, None)
    assert "not a picture" in found["notes.jpg"]["error"]
    told = firstsight("import", people, "--yes").stdout
    assert "3 already enrolled" in told
    assert "There is nothing to store." in told
    assert [(p["name"], p["templates"]) for p in as_json("people")["people"]] == [
        ("Eileen Collins", 1),
        ("Grace Hopper", 2),
    ]


def test_doubtful_photos_are_left_out_unless_asked_for(people: Path) -> None:
    (people / "Group Photo.png").rename(people / "Mary Shelley.png")
    told = firstsight("import", people, "--dry-run").stdout
    assert "2 faces" in told
    assert "very close to" in told
    assert "left out: --doubtful stores them too" in told
    assert as_json("import", people, "--yes", "--doubtful")["stored"] == 4


def test_it_asks_in_a_terminal_and_needs_an_answer_elsewhere(people: Path) -> None:
    assert "--yes" in refused("import", people, code=2)
    assert "--yes" in refused("import", people, "--json", code=2)
    code, shown = in_terminal("import", people, answer="n")
    assert code != 0
    assert "Store 3 photos of 2 people" in shown
    assert as_json("people")["people"] == []
    assert in_terminal("import", people, answer="y")[0] == 0
    assert len(as_json("people")["people"]) == 2


def test_a_table_and_a_missing_folder(people: Path, tmp_path: Path) -> None:
    table = tmp_path / "table.csv"
    table.write_text("name;photo\nEileen;people/eileen_collins-1.png\nAda;people/none.png\n")
    record = as_json("import", table, "--yes")
    assert record["stored"] == 1
    assert "no file" in record["photos"][1]["error"]
    assert "no file" in firstsight("import", tmp_path / "none.jpg", "--dry-run").stdout
    (tmp_path / "empty").mkdir()
    assert "contains no pictures" in refused("import", tmp_path / "empty", "--yes")


def test_what_was_read_before_an_interruption_is_stored_and_the_rest_next_time(
    lfw: Path, tmp_path: Path, own_home: Path
) -> None:
    folder = tmp_path / "many"
    for person in sorted(lfw.iterdir())[:80]:
        shutil.copytree(person, folder / person.name)
    some_read = re.compile(r"\b(?:[5-9]|\d\d)/\d\d")
    code, shown = in_terminal("import", folder, interrupted_at=some_read)
    assert code == 130
    assert "nothing has been stored" in shown
    assert as_json("people")["people"] == []
    code, shown = in_terminal("import", folder, "--yes", interrupted_at=some_read)
    assert code == 130
    assert "Run the same command again" in shown
    first = len(as_json("people")["people"])
    assert 1 <= first < 60
    record = as_json("import", folder, "--yes")
    assert sum(photo["found"] == "already enrolled" for photo in record["photos"]) >= first
    assert len(as_json("people")["people"]) > first


def test_an_export_is_imported_into_another_gallery(people: Path, tmp_path: Path) -> None:
    as_json("import", people, "--yes")
    out = tmp_path / "out"
    done = firstsight("export", out)
    assert "3 photos of 2 people" in done.stdout
    assert "not encrypted" in done.stderr
    assert "not empty" in refused("export", out)
    assert as_json("import", out, "--yes", "--gallery", tmp_path / "other.db")["stored"] == 3
    before, after = (as_json("people", *where)["people"] for where in ((), ("--gallery", tmp_path / "other.db")))
    assert [(p["name"], p["templates"]) for p in before] == [(p["name"], p["templates"]) for p in after]
    assert as_json("import", out, "--yes")["stored"] == 0
