"""The commands in one list, and how errors reach the user."""

import logging
import os
import sys
from typing import NoReturn

import typer

from core.cli import conditions, doctor, figure, gallery, identification, measure, photos, train, verification, watch
from core.errors import as_mendable
from core.system.terminal import INTERRUPTED, ReaderGoneError, prepare, print_json

UsageError: type[Exception] = typer.BadParameter.__bases__[0]
"""What Typer raises for a command line that it can't take, and doesn't export."""

app = typer.Typer(
    name="firstsight",
    help="See a face once, know it after. Never name a stranger.\n\n"
    "Without a command, opens the window; so do --demo, --source SOURCE and --gallery FILE.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command()(photos.enroll)
app.command()(photos.identify)
app.command()(photos.compare)
app.command()(watch.watch)
app.command()(gallery.people)
app.command()(gallery.rename)
app.command()(gallery.forget)
app.command()(measure.calibrate)
measure.evaluate.command()(identification.identification)
measure.evaluate.command()(verification.verification)
app.add_typer(measure.evaluate)
app.add_typer(train.train)
app.command()(conditions.conditions)
app.command()(figure.figure)
app.command()(doctor.doctor)


def main() -> NoReturn:
    """Runs one command and ends the process: 0 done, 1 what the user can mend, 2 the command line, 130 Ctrl-C.

    An error is one sentence on standard error, and with --json `{"error": …}` on standard output as well.
    """
    prepare()
    logging.basicConfig(level=logging.WARNING, format="firstsight: %(message)s")
    try:
        sys.exit(_run())
    except ReaderGoneError:
        sys.exit(0)


def _run() -> int:
    try:
        code = app(standalone_mode=False)
        sys.stdout.flush()
        return code or 0
    except UsageError as error:
        context = getattr(error, "ctx", None)
        told = getattr(error, "format_message", error.__str__)().rstrip(".")
        return _fail(f"{told}: see {context.command_path if context else 'firstsight'} --help.", 2)
    except (typer.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except ReaderGoneError:
        raise
    except Exception as error:
        mendable = as_mendable(error)
        if mendable:
            return _fail(str(mendable))
        if os.environ.get("FIRSTSIGHT_DEBUG"):
            raise
        return _fail(f"unexpected {type(error).__name__}: {error}. Set FIRSTSIGHT_DEBUG=1 to see where, and report it.")


def _fail(sentence: str, code: int = 1) -> int:
    one_line = " ".join(sentence.split())
    print(f"firstsight: {one_line}", file=sys.stderr)
    if "--json" in sys.argv:
        print_json({"error": one_line})
    return code
