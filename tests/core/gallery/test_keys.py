"""A gallery's key is never replaced, never made twice, and an error says which one is missing."""

import errno
import os
import signal
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest

from core.errors import GalleryError
from core.gallery import Gallery
from core.gallery.header import key_needed
from core.gallery.schema import MIGRATIONS
from tests.core.gallery.keyrings import FAILURES, SharedKeyring
from tests.core.gallery.made_up import connect, enroll

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def shared_keyring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Folder of the secrets of a keyring that this process and its children use."""
    before = keyring.get_keyring()
    folder = tmp_path / "keyring"
    folder.mkdir()
    monkeypatch.setenv("KEYRING_FOLDER", str(folder))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", f"{SharedKeyring.__module__}.SharedKeyring")
    keyring.set_keyring(SharedKeyring())
    yield folder
    keyring.set_keyring(before)


def secrets(folder: Path) -> dict[str, str]:
    return {file.name: file.read_text() for file in folder.iterdir()}


def run(code: str, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


@pytest.mark.parametrize("fails", FAILURES)
@pytest.mark.parametrize("moved", [False, True])
def test_a_keyring_that_fails_costs_no_gallery(
    shared_keyring: Path, own_home: Path, monkeypatch: pytest.MonkeyPatch, fails: str, moved: bool
) -> None:
    with Gallery() as gallery:
        enroll(gallery, "Ada")
    before = secrets(shared_keyring)
    monkeypatch.setenv("KEYRING_FAILS", fails)
    if moved:
        (own_home / "gallery.db").rename(own_home / "away.db")
    with pytest.raises(GalleryError, match=r"^[^\n]*\.$"):
        Gallery(own_home / "second.db")
    with pytest.raises(GalleryError, match=f"key.*{own_home}"):
        Gallery()
    if not moved:
        with pytest.raises(GalleryError, match=str(key_needed(own_home / "gallery.db"))):
            Gallery()
    assert secrets(shared_keyring) == before
    assert not (own_home / "gallery.key").exists()
    assert not (own_home / "second.db").exists()
    monkeypatch.delenv("KEYRING_FAILS")
    if moved:
        (own_home / "away.db").rename(own_home / "gallery.db")
    with Gallery() as again, Gallery(own_home / "second.db") as second:
        assert again.find("Ada")
        enroll(second, "Bob")
    assert secrets(shared_keyring) == before


@pytest.mark.parametrize("fails", [failure for failure in FAILURES if failure not in ("absent", "nothing")])
def test_a_first_start_with_a_keyring_that_fails_writes_nothing(
    shared_keyring: Path, own_home: Path, monkeypatch: pytest.MonkeyPatch, fails: str
) -> None:
    monkeypatch.setenv("KEYRING_FAILS", fails)
    with pytest.raises(GalleryError, match="keyring"):
        Gallery()
    assert secrets(shared_keyring) == {}
    assert [file.name for file in own_home.iterdir() if file.name != "keys.lock"] == []


@pytest.mark.parametrize("fails", ["absent", "nothing"])
def test_without_a_keyring_that_stores_anything_the_key_is_in_a_file(
    shared_keyring: Path, own_home: Path, monkeypatch: pytest.MonkeyPatch, fails: str
) -> None:
    monkeypatch.setenv("KEYRING_FAILS", fails)
    with Gallery() as gallery:
        enroll(gallery, "Ada")
        assert str(own_home / "gallery.key") in gallery.key_place
    monkeypatch.delenv("KEYRING_FAILS")
    with Gallery() as again:
        assert again.find("Ada")


@pytest.mark.parametrize("fails", FAILURES)
def test_the_one_key_of_an_older_home_is_never_overwritten(
    shared_keyring: Path, own_home: Path, monkeypatch: pytest.MonkeyPatch, fails: str
) -> None:
    """Older versions named the account after the home alone and kept no record; galleries didn't say which key fits."""
    digits = "5a" * 32
    keyring.set_password("firstsight", str(own_home.resolve()), digits)
    connection = connect(own_home / "gallery.db", digits)
    for step, statements in enumerate(MIGRATIONS[:3], 1):
        connection.executescript(statements)
        connection.execute(f"PRAGMA user_version = {step}")
    connection.close()
    before = secrets(shared_keyring)
    monkeypatch.setenv("KEYRING_FAILS", fails)
    with pytest.raises(GalleryError, match="key"):
        Gallery(own_home / "second.db")
    (own_home / "gallery.db").rename(own_home / "away.db")
    if fails in ("absent", "nothing"):
        with Gallery(own_home / "second.db") as second:
            enroll(second, "Eve")
    else:
        with pytest.raises(GalleryError, match="keyring"):
            Gallery(own_home / "second.db")
    monkeypatch.delenv("KEYRING_FAILS")
    assert before.items() <= secrets(shared_keyring).items()
    (own_home / "away.db").rename(own_home / "gallery.db")
    with Gallery() as again, Gallery(own_home / "third.db") as third:
        enroll(again, "Ada")
        enroll(third, "Bob")
    assert before.items() <= secrets(shared_keyring).items()
    if (own_home / "second.db").exists():
        with Gallery(own_home / "second.db") as second:
            assert second.find("Eve")


def test_a_key_of_an_older_home_is_missed_once_it_is_known(
    shared_keyring: Path, own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keyring.set_password("firstsight", str(own_home.resolve()), "5a" * 32)
    Gallery(own_home / "first.db").close()
    before = secrets(shared_keyring)
    assert list(before.values()) == ["5a" * 32]
    monkeypatch.setenv("KEYRING_FAILS", "nothing")
    with pytest.raises(GalleryError, match=r"Key \w{8} of your galleries is missing"):
        Gallery()
    assert secrets(shared_keyring) == before


ENROLLS = """
import sys, numpy as np
from core.gallery import Gallery
gallery = Gallery()
gallery.enroll(sys.argv[1], np.zeros((112, 112, 3), np.uint8), np.ones(128, np.float32), "encoder")
print("enrolled", flush=True)
"""


@pytest.mark.parametrize("with_keyring", [True, False])
def test_first_starts_at_once_lose_nobody(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, with_keyring: bool
) -> None:
    folder = request.getfixturevalue("shared_keyring") if with_keyring else None
    for home in (tmp_path / f"home {number}" for number in range(2)):
        monkeypatch.setenv("FIRSTSIGHT_HOME", str(home))
        starts = [run(ENROLLS, f"Person {number}") for number in range(4)]
        for start in starts:
            out, errors = start.communicate(timeout=60)
            assert (out, errors) == ("enrolled\n", "")
        with Gallery() as gallery:
            assert len(gallery.people()) == 4
        assert not list(home.glob("*draft*"))
    if folder:
        assert len(secrets(folder)) == 2


def test_threads_that_open_the_first_gallery_at_once_share_it(own_home: Path) -> None:
    opened: list[Gallery] = []
    threads = [threading.Thread(target=lambda: opened.append(Gallery())) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    enroll(opened[0], "Ada")
    assert [gallery.find("Ada") is not None for gallery in opened] == [True] * 6
    for gallery in opened:
        gallery.close()


DIES = """
import os, signal, sys
left = int(sys.argv[1])
def hook(event, arguments):
    global left
    if event in ("open", "os.link", "os.rename", "os.remove", "os.mkdir", "os.chmod", "sqlite3.connect", "fcntl.flock"):
        if event == "open" and home not in str(arguments[0]) and folder not in str(arguments[0]):
            return
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
home, folder = os.environ["FIRSTSIGHT_HOME"], os.environ.get("KEYRING_FOLDER", "nowhere")
from core.gallery import Gallery
import keyring, filelock
sys.addaudithook(hook)
Gallery().close()
print("alive", flush=True)
"""


@pytest.mark.parametrize("with_keyring", [True, False])
def test_killed_during_the_first_start_the_next_one_works(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, with_keyring: bool
) -> None:
    folder = request.getfixturevalue("shared_keyring") if with_keyring else None
    killed = 0
    for step in range(1, 40, 2):
        home = tmp_path / f"home {step}"
        monkeypatch.setenv("FIRSTSIGHT_HOME", str(home))
        start = run(DIES, str(step))
        out, errors = start.communicate(timeout=60)
        with Gallery() as gallery:
            enroll(gallery, "Ada")
        with Gallery() as again:
            assert again.find("Ada")
        if not with_keyring:
            assert [file.name for file in home.glob("gallery.key*")] == ["gallery.key"]
        if out:
            break
        assert start.returncode == -signal.SIGKILL, errors
        killed += 1
    assert killed >= 5
    assert out == "alive\n"
    # Keys that were added but not used stay; none is replaced.
    assert folder is None or len(secrets(folder)) >= killed


def test_drafts_of_first_starts_that_were_killed_are_removed(own_home: Path) -> None:
    for name in ("gallery.key.draft", "gallery.key.4711-0a1b2c3d"):
        (own_home / name).write_text("0" * 64)
    Gallery().close()
    assert [file.name for file in own_home.glob("gallery.key*")] == ["gallery.key"]


def test_file_systems_without_hard_links_work(own_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    with Gallery() as gallery:
        enroll(gallery, "Ada")
    with Gallery() as again:
        assert again.find("Ada")


def test_a_key_that_was_deleted_is_missed_by_every_gallery(own_home: Path, tmp_path: Path) -> None:
    with Gallery() as gallery:
        enroll(gallery, "Ada")
    key = own_home / "gallery.key"
    needed = key_needed(own_home / "gallery.db")
    digits = key.read_text()
    key.unlink()
    for file in (None, tmp_path / "second.db"):
        with pytest.raises(GalleryError, match=f"(?i)key.*{needed}.*{key}"):
            Gallery(file)
    assert not key.exists()
    assert not (tmp_path / "second.db").exists()
    key.write_text(digits)
    with Gallery() as again, Gallery(tmp_path / "second.db") as second:
        assert again.find("Ada")
        assert key_needed(second.path) == needed


def test_a_gallery_from_elsewhere_says_which_key_it_needs(
    own_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Gallery() as gallery:
        enroll(gallery, "Ada")
    other = tmp_path / "other"
    monkeypatch.setenv("FIRSTSIGHT_HOME", str(other))
    with Gallery() as gallery:
        enroll(gallery, "Bob")
    copied = (own_home / "gallery.db").rename(other / "copied.db")
    with pytest.raises(GalleryError, match=f"needs key {key_needed(copied)}"):
        Gallery(copied)
    # Its key, added as another line beside the home's own, opens it.
    with (other / "gallery.key").open("a") as keys:
        keys.write((own_home / "gallery.key").read_text())
    with Gallery(copied) as gallery, Gallery() as own:
        assert gallery.find("Ada")
        assert own.find("Bob")


def test_a_key_file_that_is_a_broken_link_is_reported(own_home: Path) -> None:
    (own_home / "gallery.key").symlink_to(own_home / "gone")
    with pytest.raises(GalleryError, match=r"is a link to .*gone, which doesn't exist"):
        Gallery()
    assert not (own_home / "gone").exists()
    assert not (own_home / "gallery.db").exists()


def test_a_home_that_is_a_broken_link_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "home").symlink_to(tmp_path / "gone")
    monkeypatch.setenv("FIRSTSIGHT_HOME", str(tmp_path / "home"))
    with pytest.raises(GalleryError, match="link to a folder that doesn't exist"):
        Gallery()
    with pytest.raises(GalleryError, match="link to a folder that doesn't exist"):
        Gallery(tmp_path / "elsewhere.db")


@pytest.mark.parametrize("record", ["", "{", "[]", '{"keys": [1]}', '{"keys": {}}', "\udcff"])
def test_a_damaged_record_of_keys_makes_no_new_key(own_home: Path, tmp_path: Path, record: str) -> None:
    with Gallery() as gallery:
        enroll(gallery, "Ada")
    (own_home / "keys.json").write_bytes(record.encode(errors="surrogateescape"))
    with pytest.raises(GalleryError, match=r"keys\.json"):
        Gallery(tmp_path / "second.db")
    with Gallery() as again:
        assert again.find("Ada")


@pytest.mark.skipif(os.name == "nt", reason="needs permission bits")
def test_a_key_that_others_could_read_is_made_private(own_home: Path) -> None:
    Gallery().close()
    key = own_home / "gallery.key"
    key.chmod(0o644)
    with Gallery() as gallery:
        assert "only you can read" in gallery.key_place
    assert stat.S_IMODE(key.stat().st_mode) == 0o600


def test_sqlcipher_writes_no_lines_of_its_own(shared_keyring: Path, own_home: Path, tmp_path: Path) -> None:
    """Neither when a stray key is tried first, nor when the file is not a gallery."""
    out, errors = run(ENROLLS, "Ada").communicate(timeout=60)
    (own_home / "gallery.key").write_text("0" * 64 + "\n")
    assert (out, errors) == ("enrolled\n", "")
    assert run(ENROLLS, "Bob").communicate(timeout=60) == ("enrolled\n", "")
    letter = tmp_path / "letter.db"
    letter.write_bytes(b"Dear reader, " * 1000)
    code = f"""
from core.errors import GalleryError
from core.gallery import Gallery
try:
    Gallery({str(letter)!r})
except GalleryError as error:
    print(error)
"""
    out, errors = run(code).communicate(timeout=60)
    assert "not a gallery" in out
    assert errors == ""
