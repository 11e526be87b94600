"""What packages would do unasked: those that send anything are kept out, what others keep lies with the user's data.

A finder that loads nothing itself sees each package before it is imported, whoever imports it and in whatever order.
"""

import atexit
import logging
import os
import sys

REFUSED = {
    # It sends what its users do. OpenVINO takes a stub of its own where this one is missing.
    "openvino_telemetry",
    # Elsewhere than on a Mac it searches for a library that isn't there: by a compiler, with temporary files.
    *(() if sys.platform == "darwin" else ("keyring.backends.macOS.api",)),
}

CACHES = {
    # Its list of fonts.
    "matplotlib": ("MPLCONFIGDIR", "matplotlib"),
    # A folder that is made whether anything is compiled or not; else in the system's folder for temporary files.
    "torch._inductor": ("TORCHINDUCTOR_CACHE_DIR", "torchinductor"),
}
"""Packages that keep something on disk: the variable that says where, and the folder within the user's `cache`."""


def guard() -> None:
    """From now on in this process; again is harmless."""
    if not any(isinstance(finder, _Guard) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Guard())


class _Guard:
    def find_spec(self, fullname: str, *_: object) -> None:
        if fullname in REFUSED:
            raise ModuleNotFoundError(f"{fullname} is kept out", name=fullname)
        if fullname in CACHES:
            variable, folder = CACHES[fullname]
            _keep_at_home(variable, folder)
            logging.getLogger(fullname).setLevel(logging.ERROR)


def _keep_at_home(variable: str, folder: str) -> None:
    """Unless the user has said where."""
    # Not above: this is imported with `core`, which is instant.
    from core.errors import FirstsightError
    from core.system.paths import mend_home, private_folder

    if variable not in os.environ:
        try:
            os.environ[variable] = str(private_folder("cache", folder))
        except FirstsightError:
            # Without a home that can be written, it finds a place of its own; no face is ever in it.
            return
        # What it writes is as readable as the umask lets it be; that it can't write is not for the user.
        atexit.register(mend_home)
