"""`firstsight`: the window without a command, the command line with one."""

import gc
import sys

from core.start import begin

WINDOW_OPTIONS = ("--source", "--gallery", "--demo")


def main() -> None:
    """Starts one or the other; neither imports what only the other needs."""
    begin()
    arguments = sys.argv[1:]
    if not arguments or arguments[0].split("=")[0] in WINDOW_OPTIONS:
        # From here until `gui.garbage` takes over, nothing becomes garbage: the imports make what stays.
        gc.disable()
        from gui.application import main as open_window

        open_window(arguments)
    from core.cli import main as run_command

    run_command()


if __name__ == "__main__":
    main()
