"""What the program does first at every start, whether it opens the window or runs a command."""

import os

from core.system.paths import mend_home


def begin() -> None:
    """Makes the user's data private that older versions, or a careless copy, left readable by others."""
    # On import, scikit-learn's Joblib tests semaphores in shared memory. Nothing here uses them.
    os.environ.setdefault("JOBLIB_MULTIPROCESSING", "0")
    mend_home()
