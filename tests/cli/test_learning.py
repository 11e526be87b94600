"""Training and measuring, run as separate processes, on a few real pictures."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core.encoder.encoder import Encoder
from core.encoder.shipped import PUBLISHED
from tests.cli.commands import as_json, firstsight, refused


@pytest.fixture(scope="module")
def several(lfw: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve people with two pictures or more."""
    folder = tmp_path_factory.mktemp("several")
    people = [person for person in sorted(lfw.iterdir()) if len(list(person.iterdir())) > 1][:12]
    for person in people:
        (folder / person.name).symlink_to(person)
    return folder


SMALL = ("--people", 4, "--pictures", 2, "--invent", 0, "--augment", "none", "--metric", "cosine")


@pytest.fixture(scope="module")
def trained(several: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("trained") / "small.safetensors"
    told = as_json("train", "encoder", several, "--out", file, "--epochs", 1, *SMALL)
    assert told["encoder"].startswith("small:")
    assert told["training"]["people"] + told["validation"]["people"] == 12
    # With so few people, no curve reaches rates low enough for one stranger in ten thousand, even in a small gallery.
    assert told["reach"][-1]["rate"] == 1e-4
    assert told["reach"][-1]["most_photos"] is not None
    return file


def test_a_trained_encoder_is_used_by_every_command(trained: Path, portraits: Path, tmp_path: Path) -> None:
    gallery = tmp_path / "gallery.db"
    firstsight("enroll", "Grace", portraits / "grace_hopper.jpg", "--gallery", gallery)
    (photo,) = as_json("identify", portraits / "grace_hopper.jpg", "--gallery", gallery, "--encoder", trained)["photos"]
    (face,) = photo["faces"]
    (voter,) = face["voters"]
    assert (voter["name"], face["similarity"]) == ("Grace", pytest.approx(1, abs=1e-3))


def test_encoders_are_compared_under_conditions_with_a_report(several: Path, trained: Path, tmp_path: Path) -> None:
    told = as_json(
        *("evaluate", "identification", several, "--encoder", trained, "--encoder", trained),
        *("--degrade", "clean", "--degrade", "size=32", "--ways", 5, "--report", tmp_path / "report"),
    )
    results = told["results"]
    assert [(of["encoder"], of["condition"]) for of in results] == [
        (label, condition) for label in ("small", "small 2") for condition in ("clean", "size=32")
    ]
    assert results[0]["one_shot"]["ways"] == 5
    assert results[0]["eer"] == results[2]["eer"]
    page = (tmp_path / "report" / "index.html").read_text()
    assert "small 2, size=32" in page
    assert (tmp_path / "report" / "det.svg").is_file()


def test_verification_of_given_pairs(several: Path, tmp_path: Path) -> None:
    names = sorted(person.name for person in several.iterdir())
    pairs = tmp_path / "pairs.txt"
    same = [f"{name}\t1\t2" for name in names]
    different = [f"{name}\t1\t{other}\t1" for name, other in zip(names, names[1:] + names[:1], strict=True)]
    pairs.write_text("\n".join(["2\t6", *same[:6], *different[:6], *same[6:], *different[6:]]) + "\n")
    told = as_json("evaluate", "verification", several, "--pairs", pairs, "--ways", 10)
    assert told["pairs"] == 24
    assert told["accuracy"] > 0.9
    assert set(told["tmr"]) == {"0.01", "0.001", "0.0001"}
    assert told["one_shot"]["ways"] == 10


@pytest.mark.slow
def test_a_metric_is_learned_on_an_encoders_embeddings(several: Path, trained: Path, tmp_path: Path) -> None:
    file = tmp_path / "metric.safetensors"
    told = as_json("train", "metric", several, "--encoder", trained, "--out", file)
    assert told["metric"].startswith(("learned:", "euclidean:"))
    assert told["best"]["eer"] <= told["before"]["eer"]
    assert as_json("evaluate", "verification", several, "--encoder", file)["encoder"] == "metric"


def test_a_metric_is_computed_from_an_encoders_embeddings(several: Path, trained: Path, tmp_path: Path) -> None:
    file = tmp_path / "whitened.safetensors"
    told = as_json("train", "metric", several, "--encoder", trained, "--out", file, "--kind", "whitened")
    assert told["metric"].startswith("whitened-cosine:")
    assert Encoder(file).curve.metric.id == told["metric"]


def test_the_conditions_are_listed_and_drawn(portraits: Path, tmp_path: Path) -> None:
    sheet = tmp_path / "sheet.png"
    told = as_json("conditions", portraits / "grace_hopper.jpg", "--out", sheet, "--side", 48)
    assert "webcam" in told["conditions"]
    assert np.asarray(Image.open(sheet)).std() > 20
    assert json.loads(firstsight("conditions", "--json").stdout)["file"] is None


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--from", "a", "--scratch", "small"), "combined"),
        (("--scratch", "large"), "small"),
        (("--loss", "softmax"), "contrastive"),
        (("--keep", "1"), "--from"),
        (("--degrade", "fog"), "webcam"),
        (("--degrade", "size=big"), "is a number"),
        (("--epochs", "0"), "must be 1 or more"),
        (("--rate", "0"), "must be above 0"),
    ],
)
def test_invalid_training_options_are_reported_at_once(
    several: Path, tmp_path: Path, arguments: tuple[str, ...], says: str
) -> None:
    assert says in refused("train", "encoder", several, "--out", tmp_path / "a.safetensors", *arguments, code=2)


def test_no_people_to_validate_on_is_refused(several: Path, tmp_path: Path) -> None:
    line = refused("train", "encoder", several, "--out", tmp_path / "a.safetensors", "--validate", 0)
    assert "0 can't be held out" in line


def test_a_mean_of_the_encoder_that_ships_needs_a_curve_of_its_own(tmp_path: Path, portraits: Path) -> None:
    out = tmp_path / "mean.safetensors"
    made = as_json("train", "mean", "published", "published", "--share", 1, "--share", 2, "--half", "--out", out)
    assert made["file"] == str(out)
    # Kernels are float16, so it is a different encoder from the one it was made from.
    assert out.stat().st_size < 0.6 * PUBLISHED.stat().st_size
    line = refused("identify", portraits / "grace_hopper.jpg", "--encoder", out)
    assert "firstsight calibrate" in line


def test_the_promise_is_measured_in_sets_and_groups(several: Path, tmp_path: Path) -> None:
    people = sorted(person.name for person in several.iterdir())
    groups = "".join(f"{name},{group}\n" for name, group in zip(people, "aaaaaaabbbbb", strict=True))
    (tmp_path / "groups.csv").write_text(f"person,group\n{groups}")
    figure = tmp_path / "promise.svg"
    told = as_json("evaluate", "promise", several, "--rate", 0.1, "--rate", 0.01, "--draws", 3, "--plot", figure)
    (result,) = told["sets"]
    assert result["people"] == 12
    assert {(trial["enrolled"], trial["seen"], trial["asked"]) for trial in result["trials"]} == {
        (n, s, rate) for n, s in ((1, 0), (1, 3), (3, 0), (3, 3)) for rate in (0.1, 0.01)
    }
    for trial in result["trials"]:
        assert set(trial) >= {"named", "named_interval", "found", "before"}
        assert set(trial["before"]) == {"named", "found"}
    assert figure.read_bytes().startswith(b"<?xml")
    assert "5 people with a usable picture" in refused(
        "evaluate", "promise", several, "--groups", tmp_path / "groups.csv", "--draws", 1
    )
    assert "already exists" in refused("evaluate", "promise", several, "--plot", figure)
