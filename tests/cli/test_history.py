"""`watch --record`, `history`, `attendance`, `unknown` and `describe`."""

from datetime import date
from pathlib import Path

from tests.cli.commands import as_json, firstsight, refused


def test_who_was_here_is_recorded_listed_exported_and_deleted(portraits: Path, tmp_path: Path) -> None:
    assert "Nobody was seen" in firstsight("history").stdout
    assert "are not kept" in firstsight("unknown").stdout
    firstsight("enroll", "Eileen Collins", portraits / "eileen_collins.png")
    firstsight("enroll", "Bob", portraits / "grace_hopper.jpg")
    kept = as_json("history", "--keep-unknown-hours", 24)["keeping"]
    assert kept == {"named_days": 30, "unknown_hours": 24}
    firstsight("forget", "Bob")
    firstsight("watch", "demo", "--record", "--every-frame", "--max-frames", 75)
    listed = as_json("history")
    assert listed["count"] == 2
    assert [one["name"] for one in listed["sightings"] if one["name"]] == ["Eileen Collins"]
    assert {one["source"] for one in listed["sightings"]} == {"Demo scene"}
    assert as_json("history", "eileen collins", "--day", "today")["count"] == 1
    assert as_json("history", "--day", "yesterday")["count"] == 0

    file = tmp_path / "history.csv"
    assert "Wrote 2 sightings" in firstsight("history", "--csv", file).stdout
    lines = file.read_text(encoding="utf-8-sig").splitlines()
    assert lines[0] == "person,first seen,last seen,similarity,source"
    assert {line.split(",")[0] for line in lines[1:]} == {"Eileen Collins", "unknown"}
    assert "already exists" in refused("history", "--csv", file)

    firstsight("describe", "Eileen Collins", "--group", "Crew")
    told = as_json("attendance", "--group", "crew")
    assert told["from"] == told["to"] == date.today().isoformat()
    assert [len(one["days"]) for one in told["people"]] == [1]
    assert "Nobody is in a group called Staff" in refused("attendance", "--group", "Staff")

    (unknown,) = as_json("unknown")["unknown"]
    assert unknown["sightings"] == 1
    assert as_json("unknown", unknown["number"], "--name", "Grace Hopper") == {"named": "Grace Hopper"}
    assert as_json("unknown")["unknown"] == []
    assert {one["name"] for one in as_json("history")["sightings"]} == {"Eileen Collins", "Grace Hopper"}
    assert "no unknown person 77" in refused("unknown", 77, "--ignore")

    assert as_json("history", "Grace Hopper", "--delete") == {"deleted": 1, "erased": True}
    firstsight("forget", "Eileen Collins")
    assert as_json("history")["count"] == 0


def test_what_history_is_asked_must_make_sense() -> None:
    assert "not a day" in refused("history", "--day", "soon", code=2)
    assert "--from and --to" in refused("history", "--day", "today", "--from", "2026-01-01", code=2)
    assert "is after" in refused("attendance", "--from", "2026-02-01", "--to", "2026-01-01", code=2)
    assert "NUMBER" in refused("unknown", "--ignore", code=2)
    assert "--group" in refused("describe", "Bob", code=2)
