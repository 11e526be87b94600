"""The address watched last where it holds a password: in the system's keyring, or not at all."""

import contextlib

from core.system.paths import home

SERVICE = "firstsight source"


def keep(address: str) -> None:
    """Replaces the one kept. Where there is no keyring, or none that is safe, nothing is kept. May take a while."""
    # A keyring may be absent, locked or broken in as many ways as there are desktops; each means: not kept.
    with contextlib.suppress(Exception):
        import keyring

        if getattr(keyring.get_keyring(), "priority", 0) >= 1:
            keyring.set_password(SERVICE, str(home().resolve()), address)


def kept() -> str:
    """The address; empty where none is kept. May take a while."""
    with contextlib.suppress(Exception):
        import keyring

        return keyring.get_password(SERVICE, str(home().resolve())) or ""
    return ""


def forget() -> None:
    """Keeps none any more. May take a while."""
    with contextlib.suppress(Exception):
        import keyring

        keyring.delete_password(SERVICE, str(home().resolve()))
