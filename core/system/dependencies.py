"""Keeps packages from sending data, and from writing outside the user's data folder.

An import finder that loads nothing itself sees each package before it is imported, whoever imports it and in whatever
order.
"""

import atexit
import logging
import os
import sys

REFUSED = {
    # Sends usage data. If it is missing, OpenVINO uses a stub of its own.
    "openvino_telemetry",
    # Except on a Mac, it looks for a library that isn't there by running a compiler with temporary files.
    *(() if sys.platform == "darwin" else ("keyring.backends.macOS.api",)),
}
"""Packages that can't be imported."""

CACHES = {
    # Keeps a list of fonts.
    "matplotlib": ("MPLCONFIGDIR", "matplotlib"),
    # Always creates a folder, even if nothing is compiled; by default among the system's temporary files.
    "torch._inductor": ("TORCHINDUCTOR_CACHE_DIR", "torchinductor"),
}
"""Packages that write to disk: the variable that sets their folder, and the folder's name in the user's `cache`."""


def guard() -> None:
    """Installs the import finder in this process. Calling it again has no effect."""
    if not any(isinstance(finder, _Guard) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Guard())


class _Guard:
    def find_spec(self, fullname: str, *_: object) -> None:
        if fullname in REFUSED:
            raise ModuleNotFoundError(f"{fullname} is blocked by Firstsight", name=fullname)
        if fullname in CACHES:
            variable, folder = CACHES[fullname]
            _keep_at_home(variable, folder)
            logging.getLogger(fullname).setLevel(logging.ERROR)


def _keep_at_home(variable: str, folder: str) -> None:
    """Sets a package's folder, unless the user has set the variable."""
    # Imported here, so that `import core` is instant.
    from core.errors import FirstsightError
    from core.system.paths import mend_home, private_folder

    if variable not in os.environ:
        try:
            os.environ[variable] = str(private_folder("cache", folder))
        except FirstsightError:
            # Without a writable home, the package chooses its own folder; faces are never stored there.
            return
        # The package creates its files with the umask's permissions.
        atexit.register(mend_home)
