"""`firstsight`: opens the window if no command is given, else runs the command."""

import gc
import signal
import sys
from typing import NoReturn

from core import __version__
from core.errors import OutputError
from core.system.start import begin
from core.system.terminal import INTERRUPTED, ReaderGoneError, leave, prepare

WINDOW_OPTIONS = ("--source", "--gallery", "--demo")


def main() -> None:
    """Starts the window or the command line; neither imports what only the other needs."""
    prepare()
    try:
        begin()
        _start()
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    except ReaderGoneError:
        sys.exit(0)
    except OutputError as error:
        print(f"firstsight: {error}", file=sys.stderr)
        sys.exit(1)


def _start() -> None:
    arguments = sys.argv[1:]
    if arguments == ["--version"]:
        # Answered before Typer is imported, which takes ten times as long.
        print(f"firstsight {__version__}", flush=True)
        return
    if not arguments or arguments[0].split("=")[0] in WINDOW_OPTIONS:
        # No collection until `gui.background.garbage` takes over: what the imports create is kept.
        gc.disable()
        _open_window(arguments)
    from core.cli import main as run_command

    run_command()


def _open_window(arguments: list[str]) -> NoReturn:
    # A KeyboardInterrupt during Qt's imports aborts the process or is lost. The window replaces this handler.
    signal.signal(signal.SIGINT, lambda *_: leave(INTERRUPTED))
    try:
        from gui.shell.application import main as open_window
    except ImportError as error:
        if not any(package in f"{error.name} {error.path}" for package in ("PySide6", "shiboken6")):
            raise
        told = f"The window can't be loaded ({error}): install what is missing, or use the commands: firstsight --help."
        print(f"firstsight: {told}", file=sys.stderr)
        leave(1)
    open_window(arguments)


if __name__ == "__main__":
    main()
