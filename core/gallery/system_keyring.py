"""The system's keyring. "There is no such key" is never confused with "the keyring can't be asked"."""

from typing import Any

from core.errors import GalleryError
from core.gallery.key import Key, is_key

SERVICE = "firstsight"
PLACE = "The gallery's key is in the system's keyring."
WITHOUT = "to keep keys in a file instead, set PYTHON_KEYRING_BACKEND=keyring.backends.null.Keyring"


class KeyringSilentError(GalleryError):
    """The keyring can't be asked; asking for another account would only prompt the user again."""


def read_key(account: str) -> Key | None:
    """The key of an account; None if the keyring says that there is none, or if there is no keyring.

    Raises GalleryError when the keyring can't be asked (locked, prompt dismissed, failing) or returns something else.
    """
    keyring = _library()
    try:
        answer = keyring.get_password(SERVICE, account)
    except keyring.errors.NoKeyringError:
        return None
    except Exception as error:
        raise _cannot_be_asked(account, error) from error
    if answer is None:
        return None
    if not is_key(answer):
        raise GalleryError(
            f"The system's keyring holds something other than a key for {account}: restore the key from a backup."
        )
    return Key(answer, PLACE, account)


def add_key(account: str, digits: str) -> Key | None:
    """Stores a new key in an unused account; None if there is no keyring that stores anything.

    Raises GalleryError when the keyring refuses, or returns another key than the one stored.
    """
    keyring = _library()
    try:
        if not is_safe(keyring.get_keyring()):
            return None
        keyring.set_password(SERVICE, account, digits)
    except keyring.errors.NoKeyringError:
        return None
    except Exception as error:
        raise _cannot_be_asked(account, error) from error
    kept = read_key(account)
    if kept and kept.hex != digits:
        raise GalleryError(f"The system's keyring returns another key than the one stored: {WITHOUT}.")
    return kept


def is_safe(backend: object) -> bool:
    """Whether a backend stores secrets, and not in plain text."""
    return getattr(backend, "priority", 0) >= 1


def _library() -> Any:
    # Imported only when needed: that takes a fifth of the time until the window shows.
    import keyring
    import keyring.errors

    return keyring


def _cannot_be_asked(account: str, error: Exception) -> KeyringSilentError:
    why = ": ".join(filter(None, [type(error).__name__, " ".join(str(error).split()).rstrip(".")]))
    return KeyringSilentError(
        f"The system's keyring can't be asked for the gallery's key ({account}; {why}): unlock it and try again."
    )
