"""Full disks, and galleries of older versions that are migrated: nothing is lost, and writing says why it can't."""

import contextlib
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from core.errors import GalleryError
from core.gallery import Gallery, reserve
from tests.core.gallery.made_up import connect, crop, embedding, enroll, key_of, older

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of eight million bytes."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(folder)]
    if shutil.which("mount") is None or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("needs the right to mount")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(folder: Path) -> Path:
    """A file that leaves no space on the disk."""
    file = folder / "everything"
    with file.open("wb", buffering=0) as writer:
        try:
            while True:
                writer.write(bytes(4096))
        except OSError:
            pass
    return file


def enroll_many(gallery: Gallery) -> None:
    for number in range(100):
        enroll(gallery, f"Somebody {number}")


def people(gallery: Gallery) -> list[str]:
    return [person.name for person in gallery.people()]


def test_on_a_full_disk_a_gallery_is_read_and_people_are_deleted(disk: Path) -> None:
    with Gallery(disk / "g.db") as gallery:
        for number in range(6):
            enroll(gallery, f"Person {number}", number)
    full = fill(disk)
    with Gallery(disk / "g.db", create=False) as gallery:
        assert len(people(gallery)) == len(gallery.snapshot_of("encoder")) == 6
        assert np.array_equal(gallery.portrait(1), crop(0))
        assert not gallery.refresh()
        with pytest.raises(GalleryError, match="no space left on the disk"):
            enroll(gallery, "Ada")
        with pytest.raises(GalleryError, match="no space left on the disk"):
            gallery.mark_seen(1, 1.0)
        forgotten = gallery.forget("Person 0", "Person 1")
        gallery.forget("Person 2")
        assert gallery.erased
        assert people(gallery) == list(gallery.snapshot_of("encoder").names) == [f"Person {n}" for n in (3, 4, 5)]
        with pytest.raises(GalleryError, match="no space left on the disk"):
            enroll_many(gallery)
        full.unlink()
        gallery.restore(forgotten)
        enroll(gallery, "Ada")
        assert len(gallery) >= 6
    with Gallery(disk / "g.db") as again:
        assert "Ada" in people(again)
        assert "Person 2" not in people(again)


def test_a_disk_that_fills_while_a_gallery_is_open(disk: Path) -> None:
    with Gallery(disk / "g.db") as gallery, Gallery(disk / "g.db") as other:
        for number in range(4):
            enroll(gallery, f"Person {number}", number)
        full = fill(disk)
        with pytest.raises(GalleryError, match="no space left on the disk"):
            enroll_many(gallery)
        gallery.forget("Person 0")
        assert "Person 0" not in gallery.snapshot_of("encoder").names
        assert other.refresh()
        assert "Person 0" not in people(other)
        gallery.rename("Person 1", "Augusta")
        full.unlink()
        assert other.refresh()
        enroll(other, "Ada")
        assert {"Ada", "Augusta"} <= set(people(gallery))


def test_without_the_reserve_a_full_disk_says_how_to_delete(disk: Path) -> None:
    with Gallery(disk / "g.db") as gallery:
        enroll(gallery, "Ada")
    reserve.give_up(disk / "g.db")
    full = fill(disk)
    with Gallery(disk / "g.db") as gallery:
        with pytest.raises(GalleryError, match=r"no space left on the disk of the gallery .*: free some"):
            gallery.forget("Ada")
        assert people(gallery) == ["Ada"]
        full.unlink()
        gallery.forget("Ada")
        assert people(gallery) == []


def test_a_first_start_on_a_full_disk_leaves_nothing(disk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FIRSTSIGHT_HOME", str(disk / "home"))
    full = fill(disk)
    with pytest.raises(GalleryError, match=r"^[^\n]*\.$"):
        Gallery()
    assert [file.name for file in (disk / "home").rglob("*") if file.name != "keys.lock"] == []
    full.unlink()
    with Gallery() as gallery:
        enroll(gallery, "Ada")
    with Gallery() as again:
        assert people(again) == ["Ada"]


def test_a_gallery_of_the_previous_version_is_migrated(own_home: Path) -> None:
    Gallery().close()
    older(own_home / "old.db", key_of(own_home), 3)
    with Gallery(own_home / "old.db") as gallery:
        assert people(gallery) == ["Person 1", "Person 2", "Person 3"]
        assert len(gallery) == 3
        assert np.array_equal(gallery.snapshot_of("older").embeddings[2], embedding(3))
        assert np.array_equal(gallery.templates(2)[0].embedding, embedding(2))
        enroll(gallery, "Nobody")


def test_on_a_full_disk_the_previous_version_is_read_and_migrated_later(disk: Path, own_home: Path) -> None:
    Gallery().close()
    older(disk / "old.db", key_of(own_home), 3)
    full = fill(disk)
    with Gallery(disk / "old.db", create=False) as gallery:
        assert len(people(gallery)) == 3
        assert np.array_equal(gallery.snapshot_of("older").embeddings[2], embedding(3))
        with pytest.raises(GalleryError, match="no space"):
            gallery.forget("Person 1")
        full.unlink()
        gallery.forget("Person 1")
        assert len(people(gallery)) == 2
    with Gallery(disk / "old.db") as again:
        assert people(again) == ["Person 2", "Person 3"]


MIGRATES = """
import os, signal, sys
from pathlib import Path
from core.gallery import schema
left = int(sys.argv[2])
def trace(statement):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
import core.gallery.opening as opening
migrate = opening.migrate
def traced(connection, path):
    connection.set_trace_callback(trace)
    migrate(connection, path)
    connection.set_trace_callback(None)
opening.migrate = traced
from core.gallery import Gallery
Gallery(Path(sys.argv[1])).close()
print("alive")
"""


def test_nothing_is_lost_if_a_migration_is_killed(own_home: Path) -> None:
    Gallery().close()
    for step in range(1, 100, 4):
        file = own_home / f"old {step}.db"
        older(file, key_of(own_home), 2)
        process = subprocess.run(
            [sys.executable, "-c", MIGRATES, str(file), str(step)],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        with Gallery(file) as gallery:
            assert people(gallery) == ["Person 1", "Person 2"]
            assert np.array_equal(gallery.snapshot_of("older").embeddings[1], embedding(2))
        if process.stdout:
            assert step > 6
            return
        assert process.returncode == -signal.SIGKILL, process.stderr
    pytest.fail("it was always killed")


def test_several_programs_migrate_a_gallery_at_once(own_home: Path) -> None:
    Gallery().close()
    file = own_home / "old.db"
    older(file, key_of(own_home), 40)
    code = (
        "from core.gallery import Gallery, opening\n"
        "migrate = opening.migrate\n"
        "opening.migrate = lambda *of: (print('an older one', flush=True), migrate(*of))\n"
        f"with Gallery({str(file)!r}) as gallery: print(len(gallery.snapshot_of('older')))"
    )
    with contextlib.closing(connect(file, key_of(own_home))) as writer:
        # Each has seen that the gallery is an older one before any of them can start migrating.
        writer.execute("BEGIN IMMEDIATE")
        starts = [
            subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True)
            for _ in range(3)
        ]
        assert [start.stdout and start.stdout.readline() for start in starts] == ["an older one\n"] * 3
        writer.execute("ROLLBACK")
    assert [start.communicate(timeout=60)[0].strip() for start in starts] == ["40"] * 3
