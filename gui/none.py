"""Keeps PySide6 6.12.0 from ending the program under Python 3.11."""

import ctypes
import sys

MANY = 1 << 30
"""References: weeks of watching."""


def keep_none() -> None:
    """Lets `None` never run out of references. From Python 3.12 on it can't anyway (PEP 683).

    PySide6 6.12.0 counts on that: each of its methods that returns nothing takes a reference to `None` away without
    having added one. Some 18 are lost with every frame shown, and when the 50,000 there are have gone, after minutes of
    watching, Python aborts ("none_dealloc"). PySide6 6.10 and 6.11 don't do this.
    """
    if sys.version_info < (3, 12):
        ctypes.c_ssize_t.from_address(id(None)).value += MANY
