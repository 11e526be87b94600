"""Several processes share the faces that the first one has loaded, and leave none of them on disk."""

import os
import subprocess
import sys
from pathlib import Path

from tests.cli.commands import ROOT

SCRIPT = """
import os
import sys
from pathlib import Path
from core.lab.dataset.loading import load_faces
from core.errors import PhotoError
from core.lab.training.found_once import found_once
from core.lab.training.processes import joined

def say(*words):
    # One write per line, so that the lines of two processes never mix.
    os.write(1, (" ".join(map(str, words)) + "\\n").encode())

def find():
    say("found by", processes.rank)
    return load_faces(Path(sys.argv[1]))

def nobody():
    raise PhotoError("There is nobody.")

with joined() as processes:
    faces = found_once(processes, find)
    say("seen by", processes.rank, faces.files, int(faces.crops.sum()))
    try:
        found_once(processes, nobody)
    except PhotoError as error:
        say("told", processes.rank, error)
"""


def test_the_first_process_loads_the_faces_and_all_read_them(portraits: Path, tmp_path: Path, own_home: Path) -> None:
    for portrait in portraits.iterdir():
        (tmp_path / "people" / portrait.stem).mkdir(parents=True)
        (tmp_path / "people" / portrait.stem / portrait.name).write_bytes(portrait.read_bytes())
    script = tmp_path / "script.py"
    script.write_text(SCRIPT)
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2"]
    done = subprocess.run(
        [*command, str(script), str(tmp_path / "people")],
        cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"},
        capture_output=True, text=True, check=False, timeout=200,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    lines = sorted(line for line in done.stdout.splitlines() if line)
    assert lines[0] == "found by 0"
    assert [line.split()[:3] for line in lines[1:3]] == [["seen", "by", "0"], ["seen", "by", "1"]]
    assert lines[1].split()[3:] == lines[2].split()[3:]
    assert lines[3:] == ["told 0 There is nobody.", "told 1 There is nobody."]
    assert [path for path in own_home.rglob("*") if path.is_file()] == []
