"""The commands, run as separate processes, as users and scripts do."""

import json
import subprocess
import sys
from pathlib import Path

import cv2
import pytest

from core import __version__
from core.encoder.runtime import Runtime
from core.matching.curve import ImpostorCurve
from tests.cli.commands import ROOT, as_json, firstsight, refused

COMMANDS = (
    *("enroll", "reject", "photos", "identify", "compare", "watch", "people"),
    *("rename", "describe", "forget", "import", "export", "history", "attendance", "unknown", "alerts"),
    *("calibrate", "evaluate", "doctor"),
)


def test_help_is_there_without_pytorch() -> None:
    heavy = "{'torch', 'cv2', 'av', 'PySide6', 'scipy'}"
    code = f"import sys; from core.cli import app; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.strip() == "[]"
    text = firstsight("--help").stdout
    for command in COMMANDS:
        assert command in text


def test_the_version_is_told_by_both_ways_in_at_once() -> None:
    assert firstsight("--version").stdout == f"firstsight {__version__}\n"
    command = [sys.executable, "-m", "core", "--version"]
    core = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=True)
    assert core.stdout == f"firstsight {__version__}\n"
    heavy = "{'torch', 'cv2', 'av', 'PySide6', 'scipy', 'numpy', 'typer', 'sqlcipher3'}"
    code = (
        "import sys; sys.argv[1:] = ['--version']; from gui.__main__ import main; main();"
        f"print({heavy} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.splitlines()[1:] == ["set()"]


def test_a_person_from_enrolment_to_deletion(portraits: Path, tmp_path: Path) -> None:
    file = tmp_path / "my gallery.db"
    enrolled = as_json("enroll", "Eileen Collins", portraits / "eileen_collins.png", "--gallery", file)
    assert enrolled["person"] == enrolled["template"] == 1
    assert len(enrolled["face"]["box"]) == 4
    assert enrolled["face"]["score"] > 0.6
    assert enrolled["quality"]["problems"] == []
    assert enrolled["closest"] is None
    photos = (portraits / "eileen_collins.png", portraits / "grace_hopper.jpg")
    she, other = as_json("identify", *photos, "--gallery", file)["photos"]
    assert she["photo"] == str(photos[0])
    (face,) = she["faces"]
    assert face["name"] == "Eileen Collins"
    assert face["similarity"] > 0.99 > face["threshold"]
    assert face["candidates"] == [{"name": "Eileen Collins", "similarity": face["similarity"]}]
    assert other["faces"][0]["name"] is None
    assert as_json("people", "--gallery", file)["people"][0]["name"] == "Eileen Collins"
    as_json("rename", "eileen collins", "Commander", "--gallery", file)
    as_json("forget", "Commander", "--gallery", file)
    assert as_json("people", "--gallery", file)["people"] == []
    assert as_json("identify", photos[0], "--gallery", file)["photos"][0]["faces"][0]["similarity"] is None


def test_compare(portraits: Path) -> None:
    record = as_json("compare", portraits / "eileen_collins.png", portraits / "grace_hopper.jpg")
    assert record["same"] is False
    assert record["similarity"] < record["threshold"]
    assert 0 < record["false_match_rate"] <= 0.01


def test_bad_input_is_one_sentence_and_the_gallery_stays(portraits: Path, tmp_path: Path) -> None:
    firstsight("enroll", "Ada", portraits / "grace_hopper.jpg")
    text = tmp_path / "text.jpg"
    text.write_text("no picture")
    assert "not a picture" in refused("enroll", "Bob", text)
    assert "no file" in refused("enroll", "Bob", tmp_path / "none.jpg")
    assert "empty" in refused("enroll", "", portraits / "grace_hopper.jpg")
    assert "more than 100" in refused("enroll", "a" * 10_000, portraits / "grace_hopper.jpg")
    assert "Nobody called Bob" in refused("forget", "Bob")
    assert "no source" in refused("watch", "nowhere")
    assert "not a picture" in refused("watch", text)
    assert "folder" in refused("evaluate", "identification", tmp_path / "nowhere")
    assert "folder" in refused("calibrate", tmp_path)
    assert [person["name"] for person in as_json("people")["people"]] == ["Ada"]


def test_one_bad_photo_does_not_lose_the_others(portraits: Path, tmp_path: Path) -> None:
    done = firstsight("identify", tmp_path / "none.jpg", portraits / "grace_hopper.jpg", "--json", code=1)
    bad, good = json.loads(done.stdout)["photos"]
    assert "no file" in bad["error"]
    assert len(good["faces"]) == 1


def test_watch_every_frame_and_save(portraits: Path, tmp_path: Path) -> None:
    firstsight("enroll", "Eileen Collins", portraits / "eileen_collins.png")
    saved = tmp_path / "out.mp4"
    done = firstsight("watch", "demo", "--every-frame", "--max-frames", 8, "--save", saved, "--json")
    *lines, last = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["frame"] for line in lines] == list(range(8))
    names = [face["name"] for line in lines for face in line["faces"]]
    assert names.count("Eileen Collins") == 8
    assert names.count(None) == 8
    assert {face["track"] for line in lines for face in line["faces"]} == {1, 2}
    summary = last["summary"]
    assert summary["captured"] == summary["recognised"] + summary["skipped"]
    assert summary["recognised"] >= 8
    assert set(summary["latency_ms"]) == {"p50", "p95"}
    capture = cv2.VideoCapture(str(saved))
    assert capture.get(cv2.CAP_PROP_FRAME_COUNT) == 8


def test_watch_a_folder_of_pictures(portraits: Path) -> None:
    done = firstsight("watch", portraits, "--every-frame", "--json")
    *lines, last = [json.loads(line) for line in done.stdout.splitlines()]
    assert [len(line["faces"]) for line in lines] == [1, 1]
    assert last["summary"]["captured"] == last["summary"]["recognised"] == 2


def test_a_curve_is_counted_from_as_few_people_as_have_one(lfw_once: Path, tmp_path: Path) -> None:
    curve = tmp_path / "curve.json"
    measured = as_json("calibrate", lfw_once, "--out", curve)
    assert measured["people"] == 100
    # 40 of 4,950 pairs of people are the fewest that count.
    assert [point["false_match_rate"] for point in measured["curve"] if point["counted"]] == [0.1, 0.01]
    assert ImpostorCurve.load(curve).pairs == measured["pairs"] == 4950


@pytest.mark.slow
def test_evaluate_and_calibrate(lfw: Path, tmp_path: Path) -> None:
    curve = tmp_path / "curve.json"
    measured = as_json("calibrate", lfw, "--out", curve)
    assert measured["people"] == 160
    counted = [point["false_match_rate"] for point in measured["curve"] if point["counted"]]
    # A rate counts as measured from 40 pairs of people on, of 12,720.
    assert counted == [0.1, 0.01]
    assert curve.is_file()
    record = as_json("evaluate", "identification", lfw, "--rate", "0.01")
    assert record["people"] + record["strangers"] == 160
    assert record["rank1"] > 0.9
    assert record["sweep"][0]["people"] == 1
    assert set(record["sweep"][0]) >= {"people", "threshold", "fpir", "fpir_interval", "tpir"}
    assert record["tpir_at_exact_rate"] > 0.8


def test_watch_says_what_it_waits_for() -> None:
    command = [sys.executable, "-m", "gui", "watch", "http://127.0.0.1:9/video"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stderr is not None
        line = process.stderr.readline()
        process.terminate()
        process.communicate(timeout=60)
    assert "does not answer" in line


def test_doctor_knows_what_is_there() -> None:
    report = as_json("doctor")
    assert all("camera" in sentence for sentence in report["missing"])
    assert report["device"] in ("cpu", "cuda", "mps")
    assert report["runtime"] in list(Runtime)


@pytest.mark.parametrize("arguments", [("enroll",), ("watch", "demo", "--max-frames", "0"), ("nonsense",)])
def test_wrong_usage_is_one_sentence_too(arguments: tuple[str, ...]) -> None:
    assert "--help" in refused(*arguments, code=2)
