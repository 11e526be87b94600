"""The system's keyring. "There is no such key" and "it can't be asked" are never taken for each other."""

from typing import Any

from core.errors import GalleryError
from core.gallery.key import Key, is_key

SERVICE = "firstsight"
PLACE = "The gallery's key is in the system's keyring."
WITHOUT = "to keep keys in a file instead, set PYTHON_KEYRING_BACKEND=keyring.backends.null.Keyring"


class KeyringSilentError(GalleryError):
    """The keyring can't be asked: asking for another account would only ask the user once more."""


def read_key(account: str) -> Key | None:
    """The key of that account. None when the keyring says that there is none, or there is no keyring.

    Raises GalleryError when it can't be asked (it is locked, its question was dismissed, it fails) or answers nonsense.
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
            f"The system's keyring holds no key, but something else for {account}: restore it from a backup."
        )
    return Key(answer, PLACE, account)


def add_key(account: str, digits: str) -> Key | None:
    """Keeps a new key under an account that nothing is kept under yet. None where no keyring keeps anything.

    Raises GalleryError when the keyring refuses, or gives back another key than it was given.
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
        raise GalleryError(f"The system's keyring gives back another key than it was given: {WITHOUT}.")
    return kept


def is_safe(backend: object) -> bool:
    """Backends that keep nothing, or keep it in the clear, don't count."""
    return getattr(backend, "priority", 0) >= 1


def _library() -> Any:
    # Imported only when asked: it takes a fifth of the way to the window.
    import keyring
    import keyring.errors

    return keyring


def _cannot_be_asked(account: str, error: Exception) -> KeyringSilentError:
    why = ": ".join(filter(None, [type(error).__name__, " ".join(str(error).split()).rstrip(".")]))
    return KeyringSilentError(
        f"The system's keyring can't be asked for the gallery's key ({account}; {why}): unlock it and try again."
    )
