"""Faces found for a training or a measurement: nobody else sees them, and nothing of them stays unless asked."""

import os
import resource
import shutil
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest

from core.errors import OutputError, PhotoError
from core.lab.dataset.kept_faces import kept_bytes, remove_kept
from core.lab.dataset.loading import load_faces
from core.lab.dataset.unnamed_crops import Address, UnnamedCrops
from tests.cli.commands import ROOT


@pytest.fixture
def people(portraits: Path, tmp_path: Path) -> Path:
    """Two people with a picture each."""
    folder = tmp_path / "people"
    for portrait in portraits.iterdir():
        (folder / portrait.stem).mkdir(parents=True)
        (folder / portrait.stem / portrait.name).write_bytes(portrait.read_bytes())
    return folder


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if not path.is_dir()]


@contextmanager
def no_room_beyond(size: int) -> Iterator[None]:
    """As on a full disk, in this process: no file becomes larger."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_faces_have_no_name_on_disk_while_they_are_used(people: Path, own_home: Path) -> None:
    seen: list[Path] = []
    faces = load_faces(people, progress=lambda _done, _total: seen.extend(files_in(own_home)))
    assert seen == files_in(own_home) == []
    assert faces.crops.shape == (2, 168, 168, 3)
    assert faces.crops.std() > 20
    assert isinstance(faces.crops, np.memmap)
    assert not faces.crops.flags.writeable


def test_nothing_is_left_of_a_process_that_was_killed(people: Path, own_home: Path) -> None:
    code = (
        "import os, signal, sys; from pathlib import Path; from core.lab.dataset.loading import load_faces\n"
        "def die(done, _all):\n"
        "    if done: os.kill(os.getpid(), signal.SIGKILL)\n"
        f"load_faces(Path({str(people)!r}), keep=True, progress=die)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False)
    assert done.returncode == -signal.SIGKILL
    assert files_in(own_home) == []


def test_faces_are_kept_when_asked_for_their_owner_only(people: Path, own_home: Path) -> None:
    before = os.umask(0)
    try:
        found = load_faces(people, keep=True)
    finally:
        os.umask(before)
    kept = own_home / "cache" / "faces"
    assert kept_bytes() > 2 * 168 * 168 * 3
    for path in [own_home, *own_home.rglob("*")]:
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600)
    again = load_faces(people)
    assert again.file is None
    assert Path(str(again.crops.filename)).is_relative_to(kept)  # type: ignore[attr-defined]
    assert np.array_equal(again.crops, found.crops)
    assert again.files == found.files
    remove_kept()
    assert kept_bytes() == 0
    assert not kept.exists()


def test_what_was_left_half_kept_is_removed_by_the_next_start(people: Path, own_home: Path) -> None:
    load_faces(people, keep=True)
    kept = own_home / "cache" / "faces"
    (whole,) = kept.iterdir()
    # As an older version left it on a full disk.
    draft = kept / f"{whole.name}.ab12cd34" / "draft"
    draft.mkdir(parents=True)
    (draft / "crops.npy").write_bytes(b"faces")
    load_faces(people)
    assert list(kept.iterdir()) == [whole]


@pytest.mark.parametrize("spoil", [lambda file: file.write_bytes(b"?"), lambda file: file.unlink()])
@pytest.mark.parametrize("name", ["index.json", "crops.npy"])
def test_what_is_kept_and_damaged_is_found_anew(people: Path, own_home: Path, name: str, spoil) -> None:
    first = load_faces(people, keep=True)
    (whole,) = (own_home / "cache" / "faces").iterdir()
    spoil(whole / name)
    assert np.array_equal(load_faces(people, keep=True).crops, first.crops)
    assert load_faces(people).file is None


def test_a_full_disk_is_one_sentence_before_the_work_and_nothing_is_left(people: Path, own_home: Path) -> None:
    told: list[int] = []
    with no_room_beyond(100_000), pytest.raises(OutputError, match=r"need 0 MB in .*free some room"):
        load_faces(people, progress=lambda done, _total: told.append(done))
    assert told == []
    assert files_in(own_home) == []


def test_a_disk_that_fills_up_meanwhile_is_one_sentence_too(own_home: Path) -> None:
    crop = np.zeros((168, 168, 3), np.uint8)
    crops = UnnamedCrops(3)

    def fill() -> None:
        for _ in range(3):
            crops.add(crop)
        crops.mapped()

    with no_room_beyond(100_000), pytest.raises(OutputError, match="free some room"):
        fill()
    crops.file.raw.close()
    assert files_in(own_home) == []


def test_another_process_reads_the_same_file_as_long_as_the_first_has_it(people: Path) -> None:
    faces = load_faces(people)
    assert faces.file is not None
    address = Address.of(faces.file)
    code = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r}); from core.lab.dataset.unnamed_crops import Address\n"
        f"print(int({address!r}.crops(2).sum()))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert int(done.stdout) == int(faces.crops.sum())
    assert address.crops(1) is None
    del faces
    assert address.crops(2) is None


def test_folders_that_can_not_be_read_are_told(people: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(PhotoError, match=r"can't be read \(File name too long\)"):
        load_faces(tmp_path / ("a" * 300))
    with pytest.raises(PhotoError, match="no folder"):
        load_faces(tmp_path / "none")
    file = next(people.rglob("*.jpg"))
    with pytest.raises(PhotoError, match="no folder"):
        load_faces(file)


def test_a_picture_that_goes_meanwhile_is_left_out(people: Path) -> None:
    gone = sorted(people.rglob("*.*"))[-1]

    def vanish(done: int, _total: int) -> None:
        gone.unlink(missing_ok=True)

    faces = load_faces(people, progress=vanish)
    assert len(faces) == 1
    assert gone.name in faces.left_out[0]


@contextmanager
def as_somebody_else(place: Path) -> Iterator[None]:
    """Root may read everything: for once as another user, to whom all in this folder belongs."""
    if os.geteuid() != 0:
        yield
        return
    for path in (place, *place.rglob("*")):
        os.chown(path, 65534, 65534)
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def test_people_whose_folder_is_closed_are_left_out(people: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Everything has been imported when another user goes on.
    load_faces(people)
    with TemporaryDirectory() as place:
        monkeypatch.setenv("FIRSTSIGHT_HOME", f"{place}/home")
        own = Path(place, "people")
        shutil.copytree(people, own)
        with as_somebody_else(Path(place)):
            closed = sorted(own.iterdir())[0]
            closed.chmod(0)
            faces = load_faces(own)
            assert len(faces) == 1
            assert faces.left_out == (f"The folder {closed} can't be read (Permission denied): check its permissions.",)
            own.chmod(0)
            with pytest.raises(PhotoError, match=r"people can't be read \(Permission denied\)"):
                load_faces(own)
            own.chmod(0o700)
            closed.chmod(0o700)
