"""How long work in the laboratory reports its progress."""

from collections.abc import Callable

Progress = Callable[[int, int], None]
"""Called with (steps done, steps in all) after each step; may raise to cancel."""
