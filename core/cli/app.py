"""The commands in one list, and how errors reach the user."""

import logging
import os
import sys
from typing import NoReturn

import typer

from core.cli import conditions, figure, gallery, identification, measure, photos, system, train, verification, watch
from core.errors import FirstsightError

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
app.command()(system.doctor)


def main() -> None:
    """Runs one command. What the user can mend is one line and exit code 1 (2: of the command line); Ctrl-C is 130."""
    logging.basicConfig(level=logging.WARNING, format="firstsight: %(message)s")
    try:
        sys.exit(app(standalone_mode=False))
    except UsageError as error:
        context = getattr(error, "ctx", None)
        told = getattr(error, "format_message", error.__str__)().rstrip(".")
        _fail(f"{told}: see {context.command_path if context else 'firstsight'} --help.", 2)
    except typer.Abort:
        sys.exit(130)
    except FirstsightError as error:
        _fail(str(error))
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        # Whoever read our output has gone (`| head`); Python would complain once more at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except Exception as error:
        if os.environ.get("FIRSTSIGHT_DEBUG"):
            raise
        _fail(f"unexpected {type(error).__name__}: {error}. Set FIRSTSIGHT_DEBUG=1 to see where, and report it.")


def _fail(sentence: str, code: int = 1) -> NoReturn:
    print(f"firstsight: {' '.join(sentence.split())}", file=sys.stderr)
    sys.exit(code)
