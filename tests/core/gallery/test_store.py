"""The gallery keeps what it was given, deletes what it was told to, and survives misuse."""

import signal
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import keyring
import numpy as np
import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from keyring.backend import KeyringBackend

from core.errors import GalleryError
from core.faces.alignment import middle
from core.gallery import Gallery
from core.gallery.schema import MIGRATIONS, VERSION
from tests.core.gallery.made_up import connect, crop, embedding, enroll, key_of


def test_what_is_enrolled_is_there_after_reopening(gallery: Gallery) -> None:
    enroll(gallery, "Ada", 1)
    gallery.close()
    with Gallery() as again:
        (person,) = again.people()
        (template,) = again.templates(person.id)
        assert person.name == "Ada"
        assert np.array_equal(template.crop, crop(1))
        assert np.array_equal(template.embedding, embedding(1))
        assert template.encoder == "encoder"
        assert np.array_equal(again.portrait(person.id), crop(1))


def test_a_second_photo_belongs_to_the_same_person_whatever_the_case(gallery: Gallery) -> None:
    enroll(gallery, "Zoë", 1)
    enroll(gallery, "zoe\u0308", 2)
    (person,) = gallery.people()
    assert (person.name, person.templates) == ("Zoë", 2)


def test_snapshots_are_immutable_and_swapped_whole(gallery: Gallery) -> None:
    before = gallery.snapshot
    enroll(gallery, "Ada")
    assert len(before) == 0
    assert len(gallery.snapshot) == 1
    with pytest.raises(ValueError, match="read-only"):
        gallery.snapshot.embeddings[0] = 0
    snapshot = gallery.snapshot
    gallery.mark_seen(gallery.people()[0].id, 123.0)
    assert gallery.snapshot is snapshot
    assert gallery.people()[0].last_seen == 123.0


def test_rename_forget_and_restore(gallery: Gallery) -> None:
    enroll(gallery, "Ada", 1)
    enroll(gallery, "Ada", 2)
    enroll(gallery, "Bob", 3)
    gallery.rename("ada", "Ada Lovelace")
    with pytest.raises(GalleryError, match="Bob is already enrolled"):
        gallery.rename("Ada Lovelace", "bob")
    with pytest.raises(GalleryError, match="Nobody called Carl"):
        gallery.forget("Carl")
    before = gallery.snapshot
    forgotten = gallery.forget("Ada Lovelace")
    assert [person.name for person in gallery.people()] == ["Bob"]
    gallery.restore(forgotten)
    after = gallery.snapshot
    assert (after.templates, after.persons, after.names) == (before.templates, before.persons, before.names)
    assert np.array_equal(after.embeddings, before.embeddings)
    with pytest.raises(GalleryError, match="has been enrolled again"):
        gallery.restore(forgotten)


def test_the_last_photo_of_a_person_stays(gallery: Gallery) -> None:
    first, second = enroll(gallery, "Ada", 1), enroll(gallery, "Ada", 2)
    gallery.forget_template(first)
    with pytest.raises(GalleryError, match="only photo"):
        gallery.forget_template(second)
    assert gallery.snapshot.templates == (second,)


@pytest.mark.parametrize(
    "name",
    ["李小龍", "محمد", "O'Brien; DROP TABLE person;--", "../../etc/passwd", "👩‍🚀 Eileen", "a" * 100, "%s {0} <b>"],
)
def test_names_of_any_kind_are_kept_as_they_are(gallery: Gallery, name: str) -> None:
    enroll(gallery, f"  {name}  ")
    assert [person.name for person in gallery.people()] == [name]
    assert gallery.find(name) is not None


@pytest.mark.parametrize(
    "name", ["", "   ", "\n\t", "a" * 10_000, "a\0b", "a\x1b[31m", "\u202eevil", "\u200b", "\ud800"]
)
def test_invalid_names_are_refused_and_nothing_changes(gallery: Gallery, name: str) -> None:
    with pytest.raises(GalleryError, match=r"^The name .*\.$"):
        enroll(gallery, name)
    assert gallery.people() == []


def test_the_file_is_encrypted_and_private(gallery: Gallery, own_home: Path) -> None:
    enroll(gallery, "Ada Lovelace")
    gallery.close()
    data = (own_home / "gallery.db").read_bytes()
    assert not data.startswith(b"SQLite format 3")
    assert b"Ada Lovelace" not in data
    assert f"the gallery's key is in {own_home / 'gallery.key'}, which only you can read" in gallery.key_place
    for file in ("gallery.db", "gallery.key"):
        assert stat.S_IMODE((own_home / file).stat().st_mode) == 0o600


def plain_bytes(home: Path) -> bytes:
    """Every page of the gallery's file decrypted, including free ones (SQLCipher 4: AES-256-CBC, 80 bytes reserved)."""
    data = (home / "gallery.db").read_bytes()
    log = home / "gallery.db-wal"
    assert not log.exists() or log.stat().st_size == 0
    pages = []
    for start in range(0, len(data), 4096):
        page = data[start : start + 4096]
        body, vector = page[16 if start == 0 else 0 : 4016], page[4016:4032]
        decryptor = Cipher(algorithms.AES(bytes.fromhex(key_of(home))), modes.CBC(vector)).decryptor()
        pages.append(decryptor.update(body) + decryptor.finalize())
    return b"".join(pages)


def test_deletion_leaves_no_bytes_behind(gallery: Gallery, own_home: Path) -> None:
    numbers = [embedding(seed).tobytes() for seed in range(8)]
    for seed in range(8):
        enroll(gallery, f"Somebody {seed}", seed)
    gallery.forget("Somebody 0")
    before = plain_bytes(own_home)
    assert b"Somebody 5" in before
    assert numbers[5] in before
    assert b"Somebody 0" not in before
    for seed in range(1, 8):
        gallery.forget(f"Somebody {seed}")
    after = plain_bytes(own_home)
    assert b"Somebody" not in after
    assert not any(number[:64] in after for number in numbers)
    assert b"\x89PNG" not in after


WRITER = """
import sys, numpy as np
from core.gallery import Gallery
gallery = Gallery()
start = int(sys.argv[1])
for number in range(start, start + 100_000):
    random = np.random.default_rng(number)
    crop = random.integers(0, 256, (112, 112, 3), dtype=np.uint8)
    gallery.enroll(f"Person {number}", crop, random.normal(size=128).astype(np.float32), "encoder", quality=0.5)
    if number % 5 == 4:
        gallery.forget(f"Person {number}")
        print(f"-{number}", flush=True)
    else:
        print(number, flush=True)
"""


def test_killed_at_any_moment_nothing_acknowledged_is_lost(own_home: Path) -> None:
    kept: set[str] = set()
    gone: set[str] = set()
    for attempt, lines in enumerate((1, 2, 7, 13, 24)):
        process = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(attempt * 100_000)], stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        acknowledged = [process.stdout.readline().strip() for _ in range(lines)]
        process.send_signal(signal.SIGKILL)
        acknowledged += [line.strip() for line in process.stdout if line.endswith("\n")]
        process.wait()
        kept |= {f"Person {line}" for line in acknowledged if not line.startswith("-")}
        gone |= {f"Person {line[1:]}" for line in acknowledged if line.startswith("-")}
    with Gallery() as gallery:
        names = {person.name for person in gallery.people()}
        assert kept <= names
        assert not gone & names
        assert len(names - kept) <= 5
        for person in gallery.people():
            assert len(gallery.templates(person.id)) == 1
    connection = connect(own_home / "gallery.db", key_of(own_home))
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert connection.execute("PRAGMA cipher_integrity_check").fetchall() == []
    connection.close()


def test_several_programs_write_at_once(gallery: Gallery) -> None:
    code = WRITER.replace("100_000", "20")
    writers = [subprocess.Popen([sys.executable, "-c", code, str(n * 1000)], stdout=subprocess.DEVNULL) for n in (1, 2)]
    assert [writer.wait(60) for writer in writers] == [0, 0]
    assert gallery.refresh()
    assert not gallery.refresh()
    assert len(gallery) == 32


def test_programs_that_start_together_agree_on_one_key(own_home: Path) -> None:
    code = "from core.gallery import Gallery; Gallery().close()"
    starts = [subprocess.Popen([sys.executable, "-c", code]) for _ in range(4)]
    assert [start.wait(60) for start in starts] == [0, 0, 0, 0]
    assert [file.name for file in own_home.glob("gallery.key*")] == ["gallery.key"]


def assert_as_read_anew(gallery: Gallery) -> None:
    with Gallery() as again:
        pairs = [(gallery.snapshot, again.snapshot), (gallery.snapshot.counters, again.snapshot.counters)]
        for ours, read in pairs:
            if ours is None or read is None:
                assert ours is read
                continue
            assert np.array_equal(ours.embeddings, read.embeddings)
            for column in ("templates", "persons", "names", "encoders"):
                assert getattr(ours, column) == getattr(read, column)


def test_an_extended_snapshot_equals_one_that_is_read(gallery: Gallery) -> None:
    enroll(gallery, "Ada", 1)
    enroll(gallery, "Grace", 2)
    enroll(gallery, "ADA", 3)
    assert gallery.snapshot.names == ("Ada", "Grace", "Ada")
    assert_as_read_anew(gallery)
    with Gallery() as other:
        other.rename("Ada", "Augusta")
        enroll(other, "Mary", 4)
    enroll(gallery, "Katherine", 5)
    assert gallery.snapshot.names == ("Augusta", "Grace", "Augusta", "Mary", "Katherine")
    assert_as_read_anew(gallery)
    gallery.restore(gallery.forget("Grace"))
    assert np.array_equal(gallery.portrait(gallery.require("Grace").id), crop(2))
    assert_as_read_anew(gallery)


def reject(gallery: Gallery, name: str, seed: int) -> int:
    return gallery.reject(name, crop(seed), embedding(seed), "encoder").id


def test_counter_examples_are_kept_renamed_deleted_and_restored_with_their_person(gallery: Gallery) -> None:
    enroll(gallery, "Ada", 1)
    enroll(gallery, "Grace", 2)
    first, second = reject(gallery, "ada", 3), reject(gallery, "Ada", 4)
    assert_as_read_anew(gallery)
    ada = gallery.require("Ada")
    assert ada.templates == 1
    assert [one.id for one in gallery.counters(ada.id)] == [first, second]
    assert np.array_equal(gallery.counters(ada.id)[0].crop, crop(3))
    assert len(gallery.templates(ada.id)) == 1
    assert np.array_equal(gallery.portrait(ada.id), crop(1))
    gallery.rename("Ada", "Augusta")
    assert gallery.snapshot.counters
    assert gallery.snapshot.counters.names == ("Augusta", "Augusta")
    forgotten = gallery.forget("Augusta")
    assert gallery.snapshot.counters is None
    gallery.restore(forgotten)
    assert_as_read_anew(gallery)
    gallery.forget_template(second)
    assert_as_read_anew(gallery)
    gallery.forget_template(first)
    assert gallery.snapshot.counters is None
    with pytest.raises(GalleryError, match="only photo"):
        gallery.forget_template(gallery.templates(ada.id)[0].id)
    with pytest.raises(GalleryError, match="Nobody called Carl"):
        reject(gallery, "Carl", 5)


def test_counter_examples_are_embedded_for_another_encoder(gallery: Gallery) -> None:
    enroll(gallery, "Ada", 1)
    reject(gallery, "Ada", 3)
    assert gallery.missing("another") == 2
    gallery.embed_missing("another", lambda crops: np.stack([embedding(9) for _ in crops]))
    assert gallery.missing("another") == 0
    counters = gallery.snapshot_of("another").counters
    assert counters
    assert np.array_equal(counters.embeddings[0], embedding(9))


def test_somebody_deleted_while_being_enrolled_leaves_no_ghost(gallery: Gallery) -> None:
    """Another thread may delete a photo after it is written and before it is in the snapshot."""
    enroll(gallery, "Grace", 1)
    extend, patch = gallery._extend, pytest.MonkeyPatch()

    def after_deletion(*added: Any) -> None:
        patch.undo()
        gallery.forget("Grace")
        extend(*added)

    patch.setattr(gallery, "_extend", after_deletion)
    enroll(gallery, "Grace", 2)
    assert len(gallery.snapshot) == 0
    assert_as_read_anew(gallery)


def test_threads_may_share_a_gallery(gallery: Gallery) -> None:
    threads = [threading.Thread(target=enroll, args=(gallery, f"Person {n}", n)) for n in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(gallery) == 12
    assert_as_read_anew(gallery)


def test_an_older_gallery_becomes_the_newest(gallery: Gallery, own_home: Path) -> None:
    gallery.close()
    old = own_home / "old.db"
    connection = connect(old, key_of(own_home))
    for statement in MIGRATIONS[0].split(";"):
        connection.execute(statement)
    connection.execute("PRAGMA user_version = 1")
    connection.execute("INSERT INTO person (name, same_name, enrolled) VALUES ('Ada', 'ada', 1.0)")
    import cv2

    png = cv2.imencode(".png", crop(1))[1].tobytes()
    values = (1, png, embedding(1).tobytes(), "older", 1.0)
    connection.execute(
        "INSERT INTO template (person, crop, embedding, encoder, created) VALUES (?, ?, ?, ?, ?)", values
    )
    connection.close()
    with Gallery(old) as migrated:
        (person,) = migrated.people()
        assert (person.name, person.last_seen) == ("Ada", None)
        assert np.array_equal(migrated.portrait(person.id), crop(1))
    connection = connect(old, key_of(own_home))
    assert connection.execute("PRAGMA user_version").fetchone() == (VERSION,)
    assert connection.execute("PRAGMA freelist_count").fetchone() == (0,)
    connection.execute(f"PRAGMA user_version = {VERSION + 1}")
    connection.close()
    with pytest.raises(GalleryError, match="newer Firstsight"):
        Gallery(old)


def test_a_file_that_is_not_a_gallery_is_left_unchanged(own_home: Path) -> None:
    Gallery().close()
    other = own_home / "letter.txt"
    other.write_bytes(b"Dear reader, " * 1000)
    with pytest.raises(GalleryError, match="not a gallery"):
        Gallery(other)
    assert other.read_bytes() == b"Dear reader, " * 1000
    with pytest.raises(GalleryError, match="folder"):
        Gallery(own_home)
    with pytest.raises(GalleryError, match="can't be written"):
        Gallery(other / "below" / "gallery.db")


class Keyring(KeyringBackend):
    """A keyring of this process."""

    priority = 5

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password


@pytest.fixture
def system_keyring() -> Iterator[Keyring]:
    before, made = keyring.get_keyring(), Keyring()
    keyring.set_keyring(made)
    yield made
    keyring.set_keyring(before)


def test_with_a_keyring_there_is_no_key_file(system_keyring: Keyring, own_home: Path) -> None:
    with Gallery() as gallery:
        enroll(gallery, "Ada")
        assert "keyring" in gallery.key_place
    ((service, account),) = system_keyring.kept
    assert service == "firstsight"
    assert account.startswith(str(own_home.resolve()))
    assert not (own_home / "gallery.key").exists()
    with Gallery() as again:
        assert again.find("Ada")


@pytest.mark.parametrize("stray", ["0" * 64, "no key"])
def test_a_stray_key_file_does_not_lock_a_gallery_out(system_keyring: Keyring, own_home: Path, stray: str) -> None:
    with Gallery() as gallery:
        enroll(gallery, "Ada")
    (own_home / "gallery.key").write_text(stray)
    with Gallery() as again:
        assert again.find("Ada")
        assert "system's keyring" in again.key_place


def test_a_missing_key_is_never_replaced(gallery: Gallery, own_home: Path) -> None:
    enroll(gallery, "Ada")
    gallery.close()
    key = own_home / "gallery.key"
    key.rename(own_home / "away")
    with pytest.raises(GalleryError, match="key of the gallery is missing"):
        Gallery()
    assert not key.exists()
    key.write_text("0" * 64)
    with pytest.raises(GalleryError, match="another key"):
        Gallery()
    (own_home / "away").replace(key)
    with Gallery() as again:
        assert again.find("Ada")


def test_embeddings_for_another_encoder_are_added_and_resumed_after_a_cancellation(gallery: Gallery) -> None:
    for seed in range(70):
        enroll(gallery, f"Person {seed}", seed)

    def embed(crops: np.ndarray) -> np.ndarray:
        # Crops of older galleries have no surroundings: they are padded, with the face in the middle.
        faces = middle(crops).reshape(len(crops), -1)
        return np.repeat(faces.mean(axis=1, keepdims=True), 128, axis=1).astype(np.float32)

    def cancel(done: int, _all: int) -> None:
        if done >= 32:
            raise KeyboardInterrupt

    before = gallery.snapshot
    with pytest.raises(KeyboardInterrupt):
        gallery.embed_missing("new", embed, cancel)
    assert gallery.missing("new") == 38
    told: list[tuple[int, int]] = []
    assert gallery.embed_missing("new", embed, lambda done, total: told.append((done, total))) == 38
    assert told == [(0, 38), (32, 38), (38, 38)]
    assert gallery.missing("new") == 0
    assert np.allclose(gallery.snapshot_of("new").embeddings[3], crop(3).mean(), atol=1e-3)
    assert np.array_equal(gallery.snapshot.embeddings, before.embeddings)
    with Gallery() as again:
        assert np.array_equal(again.snapshot_of("encoder").embeddings, before.embeddings)
        assert len(again.snapshot_of("new")) == 70


def test_no_reader_takes_anything_from_another(gallery: Gallery) -> None:
    """Two encoders read at once, in turn, and while a third enrolls."""

    def embed(crops: np.ndarray) -> np.ndarray:
        return np.full((len(crops), 128), 7, np.float32)

    enroll(gallery, "Ada", 1)
    ours = gallery.snapshot_of("encoder")
    with Gallery(create=False) as other:
        assert other.embed_missing("other", embed) == 1
        assert gallery.refresh() is False
        assert gallery.snapshot_of("encoder") is ours
        other.enroll("Bob", crop(2), embedding(2), "other")
    assert gallery.refresh()
    assert gallery.snapshot_of("encoder").names == ("Ada",)
    assert gallery.missing("encoder") == 1
    assert gallery.embed_missing("encoder", embed) == 1
    assert gallery.snapshot_of("encoder").names == ("Ada", "Bob")
    assert gallery.embed_missing("encoder", embed) == 0
    with Gallery() as again:
        assert again.snapshot_of("other").names == again.snapshot_of("encoder").names == ("Ada", "Bob")
        assert np.array_equal(again.snapshot_of("encoder").embeddings[0], embedding(1))


def test_embeddings_come_back_with_the_person(gallery: Gallery) -> None:
    enroll(gallery, "Ada", 1)
    gallery.embed_missing("other", lambda crops: np.full((len(crops), 128), 7, np.float32))
    gallery.restore(gallery.forget("Ada"))
    assert gallery.missing("other") == 0
    assert gallery.snapshot_of("other").embeddings[0, 0] == 7


def test_a_picture_that_is_damaged_keeps_nobody_else_from_being_embedded(gallery: Gallery) -> None:
    damaged = enroll(gallery, "Ada", 1)
    enroll(gallery, "Bob", 2)
    with gallery._database.writing() as connection:
        connection.execute("UPDATE crop SET png = x'00' WHERE template = ?", (damaged,))

    def embed(crops: np.ndarray) -> np.ndarray:
        return np.full((len(crops), 128), 7, np.float32)

    gallery.embed_missing("other", embed)
    assert gallery.snapshot_of("other").names == ("Bob",)
    assert gallery.embed_missing("other", embed) == 0
    with pytest.raises(GalleryError, match="picture in the gallery is damaged"):
        gallery.portrait(gallery.require("Ada").id)


def test_several_people_are_deleted_and_restored_together_or_not_at_all(gallery: Gallery) -> None:
    for seed, name in enumerate(("Ada", "Bob", "Eve")):
        enroll(gallery, name, seed)
    with pytest.raises(GalleryError, match="Nobody called Carl"):
        gallery.forget("Ada", "Carl")
    assert len(gallery) == 3
    forgotten = gallery.forget("Ada", "eve", "ADA")
    assert [person.name for person in forgotten.people] == ["Ada", "Eve"]
    assert gallery.snapshot.names == ("Bob",)
    enroll(gallery, "Eve", 9)
    with pytest.raises(GalleryError, match="Eve has been enrolled again"):
        gallery.restore(forgotten)
    assert [person.name for person in gallery.people()] == ["Bob", "Eve"]
    gallery.rename("Eve", "Another Eve")
    gallery.restore(forgotten)
    assert [person.name for person in gallery.people()] == ["Ada", "Another Eve", "Bob", "Eve"]
    assert_as_read_anew(gallery)
    gallery.rename("Ada", "Augusta")
    gallery.rename("Eve", "Evelyn")
    with pytest.raises(GalleryError, match="restored already"):
        gallery.restore(forgotten)


def test_somebody_deleted_by_another_program_is_restored_completely(gallery: Gallery) -> None:
    enroll(gallery, "Ada", 1)
    with Gallery() as other:
        forgotten = other.forget("Ada")
    with pytest.raises(GalleryError, match="Nobody called Ada"):
        gallery.forget("Ada")
    with pytest.raises(GalleryError, match="Nobody called Ada"):
        gallery.rename("Ada", "Augusta")
    gallery.restore(forgotten)
    assert len(gallery.templates(gallery.require("Ada").id)) == 1


CHANGES = """
import sys, numpy as np
from core.errors import GalleryError
from core.gallery import Gallery
gallery, crop = Gallery(), np.zeros((112, 112, 3), np.uint8)
for number in range(60):
    try:
        if sys.argv[1] == "enroll":
            gallery.enroll("Grace", crop, np.ones(128, np.float32), "encoder")
        elif sys.argv[1] == "rename":
            gallery.rename(sys.argv[2] if number % 2 == 0 else "The One", "The One" if number % 2 == 0 else sys.argv[2])
        else:
            gallery.restore(gallery.forget("Grace"))
    except GalleryError as error:
        print(error)
"""


def test_programs_that_change_the_same_people_at_once_get_clear_errors(gallery: Gallery) -> None:
    for name in ("Ada", "Bob", "Grace"):
        enroll(gallery, name)
    work = [("enroll",), ("forget",), ("forget",), ("rename", "Ada"), ("rename", "Bob")]
    programs = [
        subprocess.Popen(
            [sys.executable, "-c", CHANGES, *what], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        for what in work
    ]
    for program in programs:
        out, errors = program.communicate(timeout=120)
        assert errors == ""
        for line in out.splitlines():
            assert "already enrolled" in line or "Nobody called" in line or "enrolled again" in line, line
    gallery.refresh()
    assert_as_read_anew(gallery)
    assert all(len(gallery.templates(person.id)) == person.templates > 0 for person in gallery.people())
    assert sum(person.templates for person in gallery.people()) == len(gallery.snapshot)


def test_a_failed_refresh_is_retried(gallery: Gallery) -> None:
    enroll(gallery, "Ada")
    gallery.snapshot  # noqa: B018
    with Gallery() as other:
        enroll(other, "Bob")

    def fail(*_: object) -> None:
        raise GalleryError("The disk is tired.")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gallery._embeddings, "_read", fail)
        with pytest.raises(GalleryError, match="tired"):
            gallery.refresh()
    assert gallery.refresh()
    assert gallery.snapshot.names == ("Ada", "Bob")


def test_another_reader_delays_erasing_but_not_deletion(gallery: Gallery, own_home: Path) -> None:
    enroll(gallery, "Ada Lovelace")
    reader = connect(own_home / "gallery.db", key_of(own_home))
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM person").fetchone()
    gallery.snapshot  # noqa: B018
    gallery.forget("Ada Lovelace")
    assert len(gallery.snapshot) == 0
    assert not gallery.erased
    reader.close()
    gallery.refresh()
    assert gallery.erased
    assert b"Ada Lovelace" not in plain_bytes(own_home)


def test_a_gallery_that_is_not_there_is_made_only_when_asked_for(own_home: Path, tmp_path: Path) -> None:
    with pytest.raises(GalleryError, match=r"no gallery at .*typo"):
        Gallery(tmp_path / "typo.db", create=False)
    with Gallery(create=False) as nobody:
        assert nobody.people() == []
        assert len(nobody.snapshot_of("encoder")) == len(nobody) == 0
        with pytest.raises(GalleryError, match="Nobody is enrolled yet"):
            nobody.rename("Ada", "Augusta")
        assert list(own_home.iterdir()) == list(tmp_path.iterdir()) == []
        with Gallery() as made:
            enroll(made, "Ada")
        assert nobody.refresh()
        assert [person.name for person in nobody.people()] == ["Ada"]
        nobody.rename("Ada", "Augusta")


def test_a_gallery_behind_a_link_is_that_gallery(gallery: Gallery, own_home: Path, tmp_path: Path) -> None:
    (tmp_path / "link.db").symlink_to(own_home / "gallery.db")
    with Gallery(tmp_path / "link.db", create=False) as linked:
        enroll(linked, "Ada")
        assert gallery.refresh()
        assert gallery.find("Ada")


def test_what_has_the_wrong_shape_is_never_written(gallery: Gallery) -> None:
    with pytest.raises(ValueError, match="128 numbers"):
        gallery.enroll("Ada", crop(), embedding()[:64], "encoder")
    with pytest.raises(ValueError, match="crop"):
        gallery.enroll("Ada", crop()[:64], embedding(), "encoder")
    assert gallery.people() == []


UNDOES = """
import os, signal, sys
from core.gallery import Gallery
gallery = Gallery()
forgotten = gallery.forget("Person 1", "Person 2", "Person 3")
left = int(sys.argv[1])
def trace(statement):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
with gallery._database.writing() as connection:
    connection.set_trace_callback(trace)
gallery.restore(forgotten)
print("alive")
"""


def test_an_undo_that_is_killed_restores_everybody_or_nobody(own_home: Path) -> None:
    with Gallery() as gallery:
        for number in range(5):
            enroll(gallery, f"Person {number}", number)
    for step in range(2, 60, 6):
        process = subprocess.run([sys.executable, "-c", UNDOES, str(step)], capture_output=True, text=True, check=False)
        with Gallery() as gallery:
            names = [person.name for person in gallery.people()]
            if process.stdout:
                assert names == [f"Person {number}" for number in range(5)]
                assert step > 10
                return
            assert names == ["Person 0", "Person 4"]
            assert process.returncode == -signal.SIGKILL, process.stderr
            for number in (1, 2, 3):
                enroll(gallery, f"Person {number}", number)
    pytest.fail("it was always killed")


def test_changes_to_a_gallery_that_was_moved_are_refused(gallery: Gallery, own_home: Path) -> None:
    enroll(gallery, "Ada")
    (own_home / "gallery.db").rename(own_home / "away.db")
    for change in (lambda: enroll(gallery, "Bob"), lambda: gallery.forget("Ada"), gallery.refresh):
        with pytest.raises(GalleryError, match="moved, deleted or replaced"):
            change()
    assert not (own_home / "gallery.db").exists()
    (own_home / "away.db").rename(own_home / "gallery.db")
    enroll(gallery, "Bob")
    assert_as_read_anew(gallery)


def test_embeddings_that_cannot_be_written_now_are_kept_in_memory(gallery: Gallery, own_home: Path) -> None:
    enroll(gallery, "Ada", 1)
    enroll(gallery, "Bob", 2)
    writer = connect(own_home / "gallery.db", key_of(own_home))
    writer.execute("BEGIN IMMEDIATE")
    assert gallery.embed_missing("other", lambda crops: np.full((len(crops), 128), 7, np.float32)) == 2
    assert gallery.snapshot_of("other").names == ("Ada", "Bob")
    assert gallery.missing("other") == 0
    writer.close()
    with Gallery() as again:
        assert again.missing("other") == 2
    gallery.forget("Ada")
    enroll(gallery, "Eve", 3)
    gallery.restore(gallery.forget("Bob"))
    assert gallery.snapshot_of("other").names == ("Bob",)
