"""Finds the key that opens a gallery, and the one for a new gallery. Usually all galleries of a home share one key.

Keys are only added, never replaced. A key that can't be obtained now is an error, not a reason to make another.
"""

import contextlib
from collections.abc import Iterator
from pathlib import Path

from core.errors import GalleryError
from core.gallery.failures import no_folder
from core.gallery.header import has_content, key_needed
from core.gallery.key import Key, new_digits
from core.gallery.key_file import read_keys, remove_drafts, write_key
from core.gallery.key_record import Kept, add_to_record, read_record
from core.gallery.system_keyring import WITHOUT, KeyringSilentError, add_key, read_key
from core.system.paths import default_gallery, home

PATIENCE = 30.0
"""Seconds that a first start waits for another one, whose user may be typing the keyring's password."""


@contextlib.contextmanager
def first_start() -> Iterator[None]:
    """Holds this home's lock, so that one program at a time makes a key or a gallery. Raises GalleryError."""
    from filelock import FileLock, Timeout

    folder = home()
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = FileLock(folder / "keys.lock", timeout=PATIENCE, mode=0o600)
        lock.acquire()
    except Timeout as error:
        raise GalleryError("Another Firstsight is making a gallery's key: try again when it has finished.") from error
    except (OSError, NotImplementedError) as error:
        raise no_folder(folder, error) from error
    try:
        remove_drafts(_file())
        yield
    finally:
        lock.release()


def keys_for(gallery: Path, needed: str | None) -> Iterator[Key]:
    """The keys that may open an existing gallery, to be tried in turn; usually one.

    needed: id of the key, if the gallery's file says it; if None, every key of this home is tried. The key file comes
    first, because importing the keyring's library takes a fifth of the time until the window shows.
    Raises GalleryError at the end if there was none, or if a place where keys are kept could not be read.
    """
    others: list[Key] = []
    troubles: list[GalleryError] = []
    fitting = 0
    for account in ("", *_accounts(needed)):
        try:
            found = _kept_under(account)
        except GalleryError as error:
            troubles.append(error)
            if isinstance(error, KeyringSilentError):
                break
            continue
        for key in found:
            if needed is None:
                fitting += 1
                yield key
            elif needed == key.id:
                yield key
                # If this one doesn't open the file, no other does.
                return
            else:
                others.append(key)
    if troubles:
        raise troubles[-1] if isinstance(troubles[-1], KeyringSilentError) else troubles[0]
    if not fitting:
        raise _missing(gallery, needed, others)


def key_for_new_gallery() -> Key:
    """The key of this home, made only if it certainly has none. Call it within `first_start`. Raises GalleryError."""
    record = read_record(_record())
    if record:
        return _recorded(record)
    key = _unrecorded()
    if key is None:
        key = _made()
    add_to_record(_record(), Kept(key.id, key.account))
    return key


def _recorded(record: list[Kept]) -> Key:
    """The first recorded key that can be obtained. Raises GalleryError when none can."""
    troubles: list[GalleryError] = []
    for kept in record:
        for account in dict.fromkeys([kept.account, ""]):
            try:
                found = [key for key in _kept_under(account) if key.id == kept.id]
            except GalleryError as error:
                troubles.append(error)
                continue
            if found:
                return found[0]
    raise troubles[0] if troubles else _lost(record[0])


def _kept_under(account: str) -> list[Key]:
    """The keys in an account of the keyring, or in the key file if `account` is empty. Raises GalleryError."""
    if not account:
        return read_keys(_file())
    key = read_key(account)
    return [key] if key else []


def _unrecorded() -> Key | None:
    """A key of an older version, which kept no record: that of the user's gallery, else any; None if there is none.

    Raises GalleryError when there is a gallery and its key can't be obtained.
    """
    own = default_gallery()
    if has_content(own):
        return next(keys_for(own, key_needed(own)))
    for account in ("", _old_account()):
        for key in _kept_under(account):
            return key
    return None


def _made() -> Key:
    key = Key(new_digits(), "")
    try:
        kept = add_key(_account(key.id), key.hex)
    except GalleryError as error:
        raise GalleryError(f"{error} ({WITHOUT[0].upper()}{WITHOUT[1:]}.)") from error
    if kept is None:
        write_key(_file(), key.hex)
        (kept,) = read_keys(_file())
    return kept


def _accounts(needed: str | None) -> Iterator[str]:
    """Accounts of the keyring that may hold the key. That of old versions comes last, to be asked only if need be."""
    recorded: list[Kept] = []
    with contextlib.suppress(GalleryError):
        # Without the record, the accounts that this home itself would have chosen are still known.
        recorded = read_record(_record())
    named = [kept.account for kept in recorded if kept.account and needed in (None, kept.id)]
    yield from dict.fromkeys([*named, *([_account(needed)] if needed else []), _old_account()])


def _file() -> Path:
    return home() / "gallery.key"


def _record() -> Path:
    return home() / "keys.json"


def _old_account() -> str:
    """The account in which versions before 0.2 kept, and overwrote, the one key of a home."""
    return str(home().resolve())


def _account(id_: str) -> str:
    return f"{home().resolve()}#{id_}"


def _missing(gallery: Path, needed: str | None, others: list[Key]) -> GalleryError:
    place = f"in the system's keyring or in {_file()}"
    if needed is None:
        return GalleryError(
            f"The key of the gallery is missing, or {gallery} is not a gallery: its key should be {place}. Restore it "
            "from a backup, or move the gallery away to begin a new one."
        )
    with contextlib.suppress(GalleryError):
        recorded = [_place(kept) for kept in read_record(_record()) if kept.id == needed]
        place = recorded[0] if recorded else place
    why = "is locked with another key than those found here" if others else "can't be opened"
    return GalleryError(
        f"The key of the gallery is missing: {gallery} {why}. It needs key {needed}, which should be {place}: "
        "restore it from a backup."
    )


def _lost(kept: Kept) -> GalleryError:
    return GalleryError(
        f"Key {kept.id} of your galleries is missing: it should be {_place(kept)}. Restore it from a backup; if it is "
        f"lost for good, delete {_record()} to begin with a new key."
    )


def _place(kept: Kept) -> str:
    return f"in the system's keyring (account {kept.account})" if kept.account else f"in {_file()}"
