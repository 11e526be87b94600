"""What every start of the program does first, be it for the window or for a command."""

import os

from core.system.paths import mend_home


def begin() -> None:
    """Makes private what older versions, or a careless copy, left readable for others."""
    # Joblib (scikit-learn's) tries out semaphores in shared memory when it is imported. Nothing here uses them.
    os.environ.setdefault("JOBLIB_MULTIPROCESSING", "0")
    mend_home()
