"""A keyring that several processes share and that can fail in every way. Selected by PYTHON_KEYRING_BACKEND."""

import hashlib
import os
from pathlib import Path

from keyring.backend import KeyringBackend
from keyring.errors import InitError, KeyringLocked, NoKeyringError

FAILURES = ("locked", "dismissed", "nothing", "garbage", "broken", "unreadable", "absent")


class SharedKeyring(KeyringBackend):
    """Keeps each secret in a file of the folder KEYRING_FOLDER, and fails as KEYRING_FAILS says."""

    priority = 5

    def get_password(self, service: str, username: str) -> str | None:
        fails = os.environ.get("KEYRING_FAILS", "")
        if fails == "nothing":
            return None
        if fails == "garbage":
            return "no key at all"
        if fails == "unreadable":
            raise RuntimeError("the daemon gives nothing back")
        self._fail(fails)
        file = self._file(service, username)
        return file.read_text() if file.exists() else None

    def set_password(self, service: str, username: str, password: str) -> None:
        fails = os.environ.get("KEYRING_FAILS", "")
        if fails not in ("nothing", "garbage"):
            self._fail(fails)
        draft = self._file(service, username).with_suffix(f".{os.getpid()}")
        draft.write_text(password)
        draft.replace(self._file(service, username))

    def _fail(self, fails: str) -> None:
        if fails == "locked":
            raise KeyringLocked("Failed to unlock the collection!")
        if fails == "dismissed":
            raise InitError("Failed to create the collection: Prompt dismissed.")
        if fails == "broken":
            raise RuntimeError("the daemon\nhas died")
        if fails == "absent":
            raise NoKeyringError("No recommended backend was available.")

    def _file(self, service: str, username: str) -> Path:
        return Path(os.environ["KEYRING_FOLDER"]) / hashlib.sha256(f"{service}\0{username}".encode()).hexdigest()
