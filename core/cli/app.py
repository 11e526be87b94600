"""The list of commands, and how their errors are shown."""

import logging
import os
import sys
from typing import Annotated, NoReturn

import typer

from core import __version__
from core.cli import (
    alerts,
    calibrate,
    conditions,
    doctor,
    evaluate,
    figure,
    gallery,
    history,
    identification,
    importing,
    photos,
    promise,
    train,
    verification,
    watch,
)
from core.errors import as_mendable
from core.system.terminal import INTERRUPTED, ReaderGoneError, prepare, print_json

UsageError: type[Exception] = typer.BadParameter.__bases__[0]
"""Base class of Typer's errors for an invalid command line, which Typer doesn't export."""

app = typer.Typer(
    name="firstsight",
    help="See a face once, know it after. Never name a stranger.\n\n"
    "Without a command, the window opens. It takes --demo, --source SOURCE and --gallery FILE.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _show_version(asked: bool) -> None:
    if asked:
        print(f"firstsight {__version__}")
        raise typer.Exit


@app.callback()
def _common(
    version: Annotated[
        bool, typer.Option("--version", help="Show the version and exit.", is_eager=True, callback=_show_version)
    ] = False,
) -> None:
    pass


app.command()(photos.enroll)
app.command()(photos.reject)
app.command()(photos.identify)
app.command()(photos.compare)
app.command()(watch.watch)
app.command()(gallery.people)
app.command()(gallery.photos)
app.command()(gallery.rename)
app.command()(gallery.forget)
app.command()(gallery.describe)
app.command()(history.history)
app.command()(history.attendance)
app.command()(history.unknown)
app.add_typer(alerts.alerts)
app.command("import")(importing.import_people)
app.command("export")(importing.export_people)
app.command()(calibrate.calibrate)
evaluate.evaluate.command()(identification.identification)
evaluate.evaluate.command()(verification.verification)
evaluate.evaluate.command()(promise.promise)
app.add_typer(evaluate.evaluate)
app.add_typer(train.train)
app.command()(conditions.conditions)
app.command()(figure.figure)
app.command()(doctor.doctor)


def main() -> NoReturn:
    """Runs one command and ends the process. Exit codes: 0 success, 1 error, 2 invalid command line, 130 Ctrl-C.

    An error is printed as one sentence on standard error, and with --json also as `{"error": …}` on standard output.
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
        return _fail(f"{_sentence(error)} See {context.command_path if context else 'firstsight'} --help.", 2)
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
        return _fail(
            f"An unexpected error ({type(error).__name__}: {error}): set FIRSTSIGHT_DEBUG=1 to see where it happened, "
            "and report it."
        )


def _sentence(error: Exception) -> str:
    """The message of a usage error as a sentence, without Typer's "Invalid value" if that names no option."""
    text = getattr(error, "format_message", error.__str__)().removeprefix("Invalid value: ")
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "?")) else ".")


def _fail(sentence: str, code: int = 1) -> int:
    one_line = " ".join(sentence.split())
    print(f"firstsight: {one_line}", file=sys.stderr)
    if "--json" in sys.argv:
        print_json({"error": one_line})
    return code
