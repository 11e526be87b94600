"""Read-only files and folders, missing rights, logs left behind: reading works, and writing says why it can't."""

import os
import resource
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.gallery import Gallery, reserve
from tests.core.gallery.made_up import connect, enroll, key_of, older

ROOT = Path(__file__).resolve().parents[3]
NOBODY = 65534


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home that a user without rights can read. Ada is enrolled in its gallery."""
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
    """Gives a folder and its files to a user without rights, read-only."""
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
    """Runs a program and returns what it prints."""
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


def test_a_read_only_gallery_is_read_and_says_that_it_is_read_only(kept: Path) -> None:
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


def test_files_that_may_not_be_read_are_reported(kept: Path) -> None:
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
