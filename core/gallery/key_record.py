"""A record of a home's keys and where each is kept, to tell a missing key from one that never existed."""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from core.errors import GalleryError
from core.gallery.key_file import sync_folder


@dataclass(frozen=True, slots=True)
class Kept:
    """Where one key is kept. Nothing here is secret."""

    id: str
    account: str = ""
    """Account in the system's keyring; empty for the key file."""


def read_record(file: Path) -> list[Kept]:
    """The keys recorded, oldest first; none if there is no record.

    Raises GalleryError when it is damaged or can't be read.
    """
    try:
        entries = json.loads(file.read_text(encoding="utf-8"))["keys"]
        if not isinstance(entries, list) or not entries:
            raise ValueError("no keys")
        return [Kept(id=str(entry["id"]), account=str(entry["account"])) for entry in entries]
    except FileNotFoundError:
        return []
    except OSError as error:
        raise GalleryError(f"{file} can't be read ({error.strerror}): check its permissions.") from error
    except (ValueError, KeyError, TypeError) as error:
        raise GalleryError(
            f"{file}, which says where the keys of your galleries are, is damaged: restore it from a backup."
        ) from error


def add_to_record(file: Path, kept: Kept) -> None:
    """Adds a key unless it is recorded already. Call it within `first_start`. Raises GalleryError."""
    entries = read_record(file)
    if kept in entries:
        return
    draft = file.with_name(f"{file.name}.draft")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as writer:
            json.dump({"keys": [asdict(one) for one in [*entries, kept]]}, writer, indent=1)
            writer.flush()
            os.fsync(writer.fileno())
        draft.replace(file)
    except OSError as error:
        raise GalleryError(f"{file} can't be written ({error.strerror}): check the folder.") from error
    sync_folder(file.parent)
