"""The file that keeps keys if there is no keyring: one per line, readable only by its owner."""

import contextlib
import os
import stat
from pathlib import Path

from core.errors import GalleryError
from core.gallery.key import Key, is_key


def read_keys(file: Path) -> list[Key]:
    """The keys in the file; none if it doesn't exist. Raises GalleryError when it is damaged or can't be read."""
    try:
        lines = file.read_text(encoding="ascii").split()
    except FileNotFoundError as error:
        if file.is_symlink():
            raise GalleryError(
                f"The key file {file} is a link to {file.readlink()}, which doesn't exist: restore it, or remove the "
                "link."
            ) from error
        return []
    except OSError as error:
        raise GalleryError(f"The key file {file} can't be read ({error.strerror}): check its permissions.") from error
    except ValueError:
        lines = ["damaged"]
    if not lines or not all(map(is_key, lines)):
        raise GalleryError(f"The key file {file} is damaged: restore it from a backup.")
    readers = "which only you can read" if _made_private(file) else f"which others can read too: chmod 600 {file}"
    return [Key(line, f"There is no keyring: the gallery's key is in {file}, {readers}.") for line in lines]


def write_key(file: Path, digits: str) -> None:
    """Creates the file with one key, completely or not at all, and never replaces one. Call it within `first_start`.

    Raises GalleryError.
    """
    draft = file.with_name(f"{file.name}.draft")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as writer:
            writer.write(digits + "\n")
            writer.flush()
            os.fsync(writer.fileno())
        _publish(draft, file)
        sync_folder(file.parent)
    except OSError as error:
        raise GalleryError(f"The key file {file} can't be written ({error.strerror}): check the folder.") from error
    finally:
        with contextlib.suppress(OSError):
            draft.unlink(missing_ok=True)


def remove_drafts(file: Path) -> None:
    """Removes what killed first starts of this and older versions have left. Call it within `first_start`."""
    for draft in [*file.parent.glob(f"{file.name}.draft"), *file.parent.glob(f"{file.name}.*-????????")]:
        with contextlib.suppress(OSError):
            draft.unlink()


def sync_folder(folder: Path) -> None:
    """Makes sure that new names in a folder survive a power cut, if the system can open folders."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _publish(draft: Path, file: Path) -> None:
    try:
        os.link(draft, file)
    except FileExistsError:
        raise
    except OSError:
        # The file system has no hard links. The lock held keeps other programs from creating the file.
        if os.path.lexists(file):
            raise
        draft.rename(file)


def _made_private(file: Path) -> bool:
    """Makes the file private if it isn't. Returns whether nobody else can read it."""
    if os.name == "nt" or not stat.S_IMODE(file.stat().st_mode) & 0o077:
        return True
    with contextlib.suppress(OSError):
        file.chmod(0o600)
    return not stat.S_IMODE(file.stat().st_mode) & 0o077
