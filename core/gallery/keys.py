"""Where the gallery's key is kept: the system's keyring, else a file that only its owner can read."""

import contextlib
import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from core.errors import GalleryError
from core.paths import home

SERVICE = "firstsight"
BYTES = 32


@dataclass(frozen=True, slots=True)
class Key:
    """A gallery's key, and one sentence on where it is kept."""

    hex: str
    """64 hexadecimal digits: AES-256."""
    place: str


def find_keys(*, create: bool) -> Iterator[Key]:
    """The user's keys, to be tried in turn: usually one. create: make one if there is none; else, since a gallery
    exists already, that is an error.

    The file's is first, since the keyring's library takes a fifth of the window's start to be imported.
    Raises GalleryError when there is none for an existing gallery, or none can be kept.
    """
    file = home() / "gallery.key"
    in_file, damaged = None, None
    try:
        in_file = _from_file(file)
    except GalleryError as error:
        damaged = error
    if in_file:
        yield in_file
    in_keyring = _from_keyring()
    if in_keyring:
        yield in_keyring
    if in_file or in_keyring:
        return
    if damaged:
        raise damaged
    if not create:
        raise GalleryError(
            f"The key of the gallery is missing: it should be in the system's keyring or in {file}. "
            "Restore it from a backup, or move the gallery away to begin a new one."
        )
    yield _to_keyring() or _to_file(file)


def _account() -> str:
    return str(home().resolve())


def _from_keyring() -> Key | None:
    # A keyring may be absent, locked or broken in as many ways as there are desktops; each means: not there.
    with contextlib.suppress(Exception):
        import keyring

        return _checked(keyring.get_password(SERVICE, _account()), "The gallery's key is in the system's keyring.")
    return None


def _to_keyring() -> Key | None:
    made = secrets.token_hex(BYTES)
    with contextlib.suppress(Exception):
        import keyring

        if _usable(keyring.get_keyring()):
            keyring.set_password(SERVICE, _account(), made)
    return _from_keyring()


def _usable(backend: object) -> bool:
    """Backends that keep nothing, or keep it in the clear, don't count."""
    return getattr(backend, "priority", 0) >= 1


def _from_file(file: Path) -> Key | None:
    try:
        text = file.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise GalleryError(f"The key file {file} can't be read: check its permissions.") from error
    key = _checked(text, f"There is no keyring: the gallery's key is in {file}, which only you can read.")
    if key is None:
        raise GalleryError(f"The key file {file} is damaged: restore it from a backup.")
    return key


def _to_file(file: Path) -> Key:
    """Writes a new key whole or not at all; the first of several programs wins."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = file.with_name(f"{file.name}.{os.getpid()}-{secrets.token_hex(4)}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as writer:
            writer.write(secrets.token_hex(BYTES) + "\n")
            writer.flush()
            os.fsync(writer.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(draft, file)
        draft.unlink()
    except OSError as error:
        raise GalleryError(f"The key file {file} can't be written ({error.strerror}): check the folder.") from error
    key = _from_file(file)
    assert key is not None
    return key


def _checked(text: str | None, place: str) -> Key | None:
    if text is None or len(text) != 2 * BYTES or any(digit not in "0123456789abcdef" for digit in text):
        return None
    return Key(text, place)
