"""Hides secrets in the command line of this process, which every user of the computer can read."""

import contextlib
import sys


def conceal(secret: str, shown: str) -> None:
    """Replaces part of the visible command line, such as an address with a password."""
    if not any(secret in argument for argument in sys.orig_argv):
        return
    # Some systems don't allow it. Nothing depends on it.
    with contextlib.suppress(Exception):
        import setproctitle

        setproctitle.setproctitle(" ".join(sys.orig_argv).replace(secret, shown))
