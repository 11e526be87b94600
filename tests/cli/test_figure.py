"""The command `figure`, run as a separate process."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.cli.commands import as_json, firstsight, refused


def test_the_figures_are_listed_and_one_is_drawn(tmp_path: Path) -> None:
    listed = {figure["name"]: figure for figure in as_json("figure")["figures"]}
    assert listed["pairs"]["folder"] is True
    assert listed["ellipse"]["folder"] is False
    text = firstsight("figure").stdout
    assert all(name in text for name in listed)
    file = tmp_path / "new" / "triplet.png"
    assert as_json("figure", "triplet", "--out", file) == {"figure": "triplet", "file": str(file)}
    assert np.asarray(Image.open(file).convert("L")).std() > 10
    firstsight("figure", "threshold", "--out", tmp_path / "threshold.svg")
    assert "<svg" in (tmp_path / "threshold.svg").read_text()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("circle",), "ellipse"),
        (("pairs",), "figure pairs DIR"),
        (("ellipse", "people"), "leave out DIR"),
        (("threshold", "--part", "1/2"), "leave out --part"),
        (("ellipse", "--encoder", "mine.safetensors"), "leave out --encoder"),
        (("ellipse", "--out", "ellipse.gif"), ".svg or .png"),
    ],
)
def test_an_invalid_command_line_is_one_sentence(arguments: tuple[str, ...], says: str) -> None:
    assert says in refused("figure", *arguments, code=2)


def test_a_missing_file_or_folder_is_one_sentence(tmp_path: Path) -> None:
    assert "no folder" in refused("figure", "tradeoff", tmp_path / "nowhere")
    assert "no encoder" in refused("figure", "siamese", "--encoder", tmp_path / "none.safetensors")
    (tmp_path / "file").write_text("in the way")
    assert "can't be written" in refused("figure", "triplet", "--out", tmp_path / "file" / "a.png")
