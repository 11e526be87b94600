"""Saves the last address, if it holds a password, in the system's keyring; without a keyring, nowhere."""

import contextlib

from core.system.paths import home

SERVICE = "firstsight source"


def keep(address: str) -> None:
    """Saves the address in place of any other; does nothing if there is no safe keyring. May take a while."""
    # Keyrings can be missing, locked or broken in many ways; in each case nothing is saved.
    with contextlib.suppress(Exception):
        import keyring

        if getattr(keyring.get_keyring(), "priority", 0) >= 1:
            keyring.set_password(SERVICE, str(home().resolve()), address)


def kept() -> str:
    """The saved address; empty if there is none. May take a while."""
    with contextlib.suppress(Exception):
        import keyring

        return keyring.get_password(SERVICE, str(home().resolve())) or ""
    return ""


def forget() -> None:
    """Deletes the saved address. May take a while."""
    with contextlib.suppress(Exception):
        import keyring

        keyring.delete_password(SERVICE, str(home().resolve()))
