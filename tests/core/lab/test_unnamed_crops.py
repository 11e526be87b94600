"""Faces loaded for training or evaluation: nobody else can read them, and none stay on disk unless requested."""

import os
import resource
import shutil
import signal
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
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
    """Two people with one picture each."""
    folder = tmp_path / "people"
    for portrait in portraits.iterdir():
        (folder / portrait.stem).mkdir(parents=True)
        (folder / portrait.stem / portrait.name).write_bytes(portrait.read_bytes())
    return folder


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if not path.is_dir()]


@contextmanager
def no_room_beyond(size: int) -> Iterator[None]:
    """Simulates a full disk for this process: no file can grow beyond `size` bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_faces_in_use_are_in_a_file_without_a_name(people: Path, own_home: Path) -> None:
    seen: list[Path] = []
    faces = load_faces(people, progress=lambda _done, _total: seen.extend(files_in(own_home)))
    assert seen == files_in(own_home) == []
    assert faces.crops.shape == (2, 168, 168, 3)
    assert faces.crops.std() > 20
    assert isinstance(faces.crops, np.memmap)
    assert not faces.crops.flags.writeable


def test_a_killed_process_leaves_nothing_behind(people: Path, own_home: Path) -> None:
    code = (
        "import os, signal, sys; from pathlib import Path; from core.lab.dataset.loading import load_faces\n"
        "def die(done, _all):\n"
        "    if done: os.kill(os.getpid(), signal.SIGKILL)\n"
        f"load_faces(Path({str(people)!r}), keep=True, progress=die)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False)
    assert done.returncode == -signal.SIGKILL
    assert files_in(own_home) == []


def test_faces_are_kept_on_request_and_readable_by_their_owner_only(people: Path, own_home: Path) -> None:
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


def test_incomplete_drafts_are_removed_by_the_next_load(people: Path, own_home: Path) -> None:
    load_faces(people, keep=True)
    kept = own_home / "cache" / "faces"
    (whole,) = kept.iterdir()
    # What an older version left behind on a full disk.
    draft = kept / f"{whole.name}.ab12cd34" / "draft"
    draft.mkdir(parents=True)
    (draft / "crops.npy").write_bytes(b"faces")
    load_faces(people)
    assert list(kept.iterdir()) == [whole]


@pytest.mark.parametrize("spoil", [lambda file: file.write_bytes(b"?"), lambda file: file.unlink()])
@pytest.mark.parametrize("name", ["index.json", "crops.npy"])
def test_damaged_kept_faces_are_detected_again(
    people: Path, own_home: Path, name: str, spoil: Callable[[Path], object]
) -> None:
    first = load_faces(people, keep=True)
    (whole,) = (own_home / "cache" / "faces").iterdir()
    spoil(whole / name)
    assert np.array_equal(load_faces(people, keep=True).crops, first.crops)
    assert load_faces(people).file is None


def test_a_full_disk_is_reported_before_the_work_and_leaves_nothing_behind(people: Path, own_home: Path) -> None:
    told: list[int] = []
    with no_room_beyond(100_000), pytest.raises(OutputError, match=r"need 0 MB in .*free some room"):
        load_faces(people, progress=lambda done, _total: told.append(done))
    assert told == []
    assert files_in(own_home) == []


def test_a_disk_that_fills_up_during_the_work_is_reported_too(own_home: Path) -> None:
    crop = np.zeros((168, 168, 3), np.uint8)
    crops = UnnamedCrops(3)

    def fill() -> None:
        for _ in range(3):
            crops.add(crop)
        crops.mapped()

    with no_room_beyond(100_000), pytest.raises(OutputError, match="free some room"):
        fill()
    crops.file.raw.close()  # type: ignore[attr-defined]
    assert files_in(own_home) == []


def test_another_process_can_read_the_file_while_the_first_has_it_open(people: Path) -> None:
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


def test_unreadable_folders_are_reported(people: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(PhotoError, match=r"can't be read \(File name too long\)"):
        load_faces(tmp_path / ("a" * 300))
    with pytest.raises(PhotoError, match="no folder"):
        load_faces(tmp_path / "none")
    file = next(people.rglob("*.jpg"))
    with pytest.raises(PhotoError, match="no folder"):
        load_faces(file)


def test_a_picture_that_disappears_meanwhile_is_left_out(people: Path) -> None:
    gone = sorted(people.rglob("*.*"))[-1]

    def vanish(done: int, _total: int) -> None:
        gone.unlink(missing_ok=True)

    faces = load_faces(people, progress=vanish)
    assert len(faces) == 1
    assert gone.name in faces.left_out[0]


@contextmanager
def as_somebody_else(place: Path) -> Iterator[None]:
    """Runs as another user, who owns everything in this folder, since root may read everything."""
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


def test_people_whose_folder_can_not_be_read_are_left_out(people: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Imports everything before the user changes.
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
