"""`alerts` and `watch --alerts`."""

import json
import sys
from pathlib import Path

from tests.cli.commands import as_json, firstsight, refused


def test_a_rule_from_its_beginning_to_its_end(portraits: Path, tmp_path: Path) -> None:
    firstsight("enroll", "Eileen Collins", portraits / "eileen_collins.png")
    assert "There are no rules" in firstsight("alerts", "list").stdout
    assert "Nobody called Ada" in refused("alerts", "add", "Ada", "--sound")
    assert "one of --notification" in refused("alerts", "add", "--unknown", code=2)
    assert "only one of NAME" in refused("alerts", "add", "Ada", "--unknown", "--sound", code=2)
    assert "address of a webhook" in refused("alerts", "add", "--webhook", "nowhere")

    file = tmp_path / "told.txt"
    script = "import sys; open(sys.argv[1], 'a').write(sys.stdin.read() + chr(10))"
    command = f'{sys.executable} -c "{script}" {file}'
    added = as_json("alerts", "add", "eileen collins", "--command", command)["rule"]
    assert added["target"] == sys.executable
    number = added["number"]
    firstsight("alerts", "add", "--unknown", "--for", 600, "--sound")
    assert len(as_json("alerts", "list")["rules"]) == 2

    done = firstsight("watch", "demo", "--alerts", "--every-frame", "--max-frames", 40)
    assert done.stderr.count("Eileen Collins is here.") == 1
    assert "Somebody unknown" not in done.stderr
    (told,) = map(json.loads, file.read_text().splitlines())
    assert (told["name"], told["source"]) == ("Eileen Collins", "Demo scene")

    firstsight("alerts", "test", number)
    assert len(file.read_text().splitlines()) == 2
    assert "is deleted" in firstsight("alerts", "remove", number).stdout
    assert "no rule" in refused("alerts", "remove", number)
