"""doctor continues whatever it finds, and reports what it could not check."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from core.cli import app
from core.lab.dataset.loading import load_faces
from tests.core.lab.test_unnamed_crops import as_somebody_else, people

__all__ = ["people"]


def report(capsys: pytest.CaptureFixture[str], *options: str) -> dict[str, object]:
    capsys.readouterr()
    app(["doctor", *options, "--json"], standalone_mode=False)
    told: dict[str, object] = json.loads(capsys.readouterr().out)
    return told


def without_cameras(told: dict[str, object]) -> list[str]:
    missing = told["missing"]
    assert isinstance(missing, list)
    return [sentence for sentence in missing if "camera" not in sentence]


def test_it_makes_no_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("FIRSTSIGHT_HOME", str(tmp_path / "new"))
    told = report(capsys, "--clean")
    assert told["home"] == str(tmp_path / "new")
    assert told["kept_faces"] == {
        "folder": str(tmp_path / "new" / "cache" / "faces"), "bytes": 0, "encrypted": False, "deleted": 0,
    }  # fmt: skip
    assert without_cameras(told) == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("place", "says"), [("~nobody-at-all/home", "there is no such user"), ("/dev/null/home", "can't be written")]
)
def test_a_home_that_can_not_be_is_told_once_beside_the_rest(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], place: str, says: str
) -> None:
    monkeypatch.setenv("FIRSTSIGHT_HOME", place)
    told = report(capsys)
    (sentence,) = without_cameras(told)
    assert says in sentence
    assert str(told["curve"]).startswith("1,585,745 pairs")
    assert told["runtime"]


def test_a_damaged_gallery_is_told_beside_the_rest(own_home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (own_home / "gallery.db").write_bytes(b"no gallery" * 1000)
    (own_home / "gallery.key").write_text("a" * 64)
    told = report(capsys)
    (sentence,) = without_cameras(told)
    assert "gallery.db is damaged" in sentence
    assert told["kept_faces"]


def test_what_may_not_be_read_is_told_beside_the_rest(
    people: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    # Imports everything before switching to another user.
    report(capsys)
    with TemporaryDirectory() as place:
        home = Path(place, "home")
        monkeypatch.setenv("FIRSTSIGHT_HOME", str(home))
        load_faces(people, keep=True)
        with as_somebody_else(Path(place)):
            kept = home / "cache" / "faces"
            kept.chmod(0)
            (sentence,) = without_cameras(report(capsys, "--clean"))
            assert "kept faces can't be read (Permission denied)" in sentence
            kept.chmod(0o700)
            home.chmod(0)
            told = report(capsys)
            assert [sentence for sentence in without_cameras(told) if str(home) in sentence]
            assert told["runtime"]
            home.chmod(0o700)
            assert report(capsys, "--clean")["kept_faces"]["bytes"] == 0
            assert not kept.exists()


def test_what_older_versions_left_half_done_is_counted_and_deleted(
    people: Path, own_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    draft = own_home / "cache" / "faces" / "15af9b9d8081c2bc02fb79fb.ab12cd34" / "draft"
    draft.mkdir(parents=True)
    (draft / "crops.npy").write_bytes(b"x" * 5000)
    kept = report(capsys)["kept_faces"]
    assert isinstance(kept, dict)
    assert kept["bytes"] == 5000
    report(capsys, "--clean")
    assert not (own_home / "cache" / "faces").exists()
