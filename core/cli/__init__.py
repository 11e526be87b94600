"""The command line: the same core as the window, without Qt. Commands import what is slow to load when they run."""

from core.cli.app import app, main

__all__ = ["app", "main"]
