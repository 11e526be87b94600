"""The command line of this process, which every user of the computer may read."""

import contextlib
import sys


def conceal(secret: str, shown: str) -> None:
    """Shows something else in place of a part of the command line, such as an address with a password."""
    if not any(secret in argument for argument in sys.orig_argv):
        return
    # A nicety that some systems don't allow; what depends on it is nothing.
    with contextlib.suppress(Exception):
        import setproctitle

        setproctitle.setproctitle(" ".join(sys.orig_argv).replace(secret, shown))
