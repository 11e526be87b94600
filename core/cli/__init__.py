"""The command line: the same core as the window, without Qt. Everything heavy is imported where it is needed."""

from core.cli.app import app, main

__all__ = ["app", "main"]
