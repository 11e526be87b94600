"""Full disks, files and folders that can't be written, logs that were left: reading works, writing says why."""

import contextlib
import os
import resource
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from core.errors import GalleryError
from core.gallery import Gallery, reserve
from core.gallery.schema import MIGRATIONS
from tests.core.gallery.made_up import connect, crop, embedding, enroll, key_of

ROOT = Path(__file__).resolve().parents[3]
NOBODY = 65534


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
    """A file that leaves no room."""
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


def older(path: Path, key: str, count: int = 1) -> None:
    """A gallery of version 3, the one before embeddings had a table of their own."""
    import cv2

    connection = connect(path, key)
    connection.execute("PRAGMA journal_mode = WAL")
    for version, statements in enumerate(MIGRATIONS[:3], 1):
        connection.executescript(statements)
        connection.execute(f"PRAGMA user_version = {version}")
    connection.execute("BEGIN")
    for id_ in range(1, count + 1):
        connection.execute("INSERT INTO person VALUES (?, ?, ?, 1.0, NULL)", (id_, f"Person {id_}", f"person {id_}"))
        connection.execute(
            "INSERT INTO template (id, person, embedding, encoder, created) VALUES (?, ?, ?, 'older', 1.0)",
            (id_, id_, embedding(id_).tobytes()),
        )
        png = cv2.imencode(".png", crop(id_))[1].tobytes()
        connection.execute("INSERT INTO crop VALUES (?, ?)", (id_, png))
    # Half a person, as an undo of an older version could leave.
    connection.execute("INSERT INTO person VALUES (9999, 'Nobody', 'nobody', 1.0, NULL)")
    connection.execute("COMMIT")
    connection.close()


def test_the_version_before_is_brought_on(own_home: Path) -> None:
    Gallery().close()
    older(own_home / "old.db", key_of(own_home), 3)
    with Gallery(own_home / "old.db") as gallery:
        assert people(gallery) == ["Person 1", "Person 2", "Person 3"]
        assert len(gallery) == 3
        assert np.array_equal(gallery.snapshot_of("older").embeddings[2], embedding(3))
        assert np.array_equal(gallery.templates(2)[0].embedding, embedding(2))
        enroll(gallery, "Nobody")


def test_on_a_full_disk_the_version_before_is_read_and_brought_on_later(disk: Path, own_home: Path) -> None:
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


def test_killed_while_an_older_gallery_is_brought_on_nothing_is_lost(own_home: Path) -> None:
    Gallery().close()
    for step in range(1, 40, 3):
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


def test_two_programs_bring_an_older_gallery_on_at_once(own_home: Path) -> None:
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
        # Each has seen that it is an older one before any of them may begin.
        writer.execute("BEGIN IMMEDIATE")
        starts = [
            subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True)
            for _ in range(3)
        ]
        assert [start.stdout and start.stdout.readline() for start in starts] == ["an older one\n"] * 3
        writer.execute("ROLLBACK")
    assert [start.communicate(timeout=60)[0].strip() for start in starts] == ["40"] * 3


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home that somebody without rights may look into. Its gallery has Ada."""
    folder = Path(tempfile.mkdtemp(prefix="firstsight-test-"))
    monkeypatch.setenv("FIRSTSIGHT_HOME", str(folder))
    with Gallery() as gallery:
        enroll(gallery, "Ada", 1)
    reserve.give_up(folder / "gallery.db")
    yield folder
    for path in (folder, *folder.iterdir()):
        path.chmod(0o700)
    shutil.rmtree(folder)


def read_only(folder: Path) -> None:
    """Owned by somebody without rights, and not to be written by them."""
    for path in (*folder.iterdir(), folder):
        path.chmod(0o500 if path.is_dir() else 0o400)
        if os.getuid() == 0:
            os.chown(path, NOBODY, NOBODY)


WITHOUT_RIGHTS = f"""
import os
import encodings.ascii, filelock, keyring, keyring.errors, sqlcipher3.dbapi2, core.gallery
if os.getuid() == 0:
    os.setgroups([])
    os.setgid({NOBODY})
    os.setuid({NOBODY})
"""


def run(code: str, before: str = "") -> str:
    """What it prints."""
    done = subprocess.run([sys.executable, "-c", before + code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def as_nobody(code: str) -> str:
    return run(code, WITHOUT_RIGHTS)


READS = """
from core.errors import GalleryError
from core.gallery import Gallery
with Gallery(create=False) as gallery:
    (person,) = gallery.people()
    print(person.name, len(gallery.snapshot), gallery.portrait(person.id).shape[0], gallery.refresh())
    print(gallery.embed_missing("new", lambda crops: crops[:, 0, :43].reshape(len(crops), -1)[:, :128]))
    print(len(gallery.snapshot_of("new")), gallery.missing("new"))
    for write in (lambda: gallery.forget(person.name), lambda: gallery.mark_seen(1, 1.0)):
        try:
            write()
        except GalleryError as error:
            print(error)
    print(len(gallery.snapshot))
"""


def assert_read(said: str) -> None:
    first, *added, refused, again, last = said.splitlines()
    assert first == "Ada 1 112 False"
    assert added == ["1", "1 0"]
    assert "can only be read" in refused
    assert "can only be read" in again
    assert last == "1"


def test_a_read_only_gallery_is_looked_up_and_says_that_it_is(kept: Path) -> None:
    read_only(kept)
    assert_read(as_nobody(READS))


def test_a_gallery_in_a_read_only_folder_with_a_log_that_was_left(kept: Path) -> None:
    """With and without the log's index, which a backup may leave out."""
    with Gallery() as gallery:
        gallery.rename("Ada", "Augusta")
    gallery = Gallery()
    gallery.rename("Augusta", "Ada")
    files = {file.name: file.read_bytes() for file in kept.iterdir() if file.is_file()}
    gallery.close()
    assert len(files["gallery.db-wal"]) > 0
    for left_out in ("gallery.db-shm", "nothing"):
        kept.chmod(0o700)
        for name, content in files.items():
            (kept / name).unlink(missing_ok=True)
            if name != left_out:
                (kept / name).write_bytes(content)
        read_only(kept)
        assert_read(as_nobody(READS))


def test_an_older_read_only_gallery_is_read(kept: Path) -> None:
    key = key_of(kept)
    (kept / "gallery.db").unlink()
    older(kept / "gallery.db", key)
    connection = connect(kept / "gallery.db", key)
    connection.execute("UPDATE person SET name = 'Ada', same_name = 'ada' WHERE id = 1")
    connection.close()
    read_only(kept)
    before = (kept / "gallery.db").read_bytes()
    temporary = set(Path(tempfile.gettempdir()).glob("firstsight-*"))
    assert_read(as_nobody(READS))
    assert (kept / "gallery.db").read_bytes() == before
    assert set(Path(tempfile.gettempdir()).glob("firstsight-*")) == temporary


def test_what_may_not_be_read_is_said(kept: Path) -> None:
    read_only(kept)
    (kept / "gallery.db").chmod(0)
    said = as_nobody(
        "from core.errors import GalleryError\nfrom core.gallery import Gallery\n"
        "try: Gallery()\nexcept GalleryError as error: print(error)"
    )
    assert "gallery.db can't be read (Permission denied): " in said
    (kept / "gallery.db").chmod(0o400)
    (kept / "gallery.key").chmod(0)
    said = as_nobody(
        "from core.errors import GalleryError\nfrom core.gallery import Gallery\n"
        "try: Gallery()\nexcept GalleryError as error: print(error)"
    )
    assert "The key file" in said
    assert "permissions" in said


def test_a_limit_on_the_size_of_files_is_an_error_that_can_be_told(kept: Path) -> None:
    code = f"""
import resource, numpy as np
from core.errors import GalleryError
from core.gallery import Gallery
resource.setrlimit(resource.RLIMIT_FSIZE, ({60_000}, resource.RLIM_INFINITY))
crop = np.random.default_rng(0).integers(0, 256, (168, 168, 3), dtype=np.uint8)
with Gallery() as gallery:
    try:
        for number in range(50):
            gallery.enroll(f"Person {{number}}", crop, np.ones(128, np.float32), "encoder")
    except GalleryError as error:
        print(error)
    print("Ada" in [person.name for person in gallery.people()])
"""
    said = run(code).splitlines()
    assert "can't be read or written" in said[0]
    assert said[1] == "True"


def test_the_reserve_is_as_private_as_the_gallery(kept: Path) -> None:
    reserve.keep(kept / "gallery.db")
    assert stat.S_IMODE((kept / "gallery.db-reserve").stat().st_mode) == 0o600
    assert resource.getpagesize() < reserve.SIZE
