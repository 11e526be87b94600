"""What the commands of `evaluate` share: their options and the report."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from core.cli.writing import say_what_is_kept
from core.encoder.shipped import encoder_file

if TYPE_CHECKING:
    from core.lab.evaluation.measured import Measured

Encoders = Annotated[
    list[Path] | None,
    typer.Option(
        "--encoder",
        parser=encoder_file,
        metavar="FILE",
        help="A trained encoder, or one that ships: webcam (default) or published. Repeat it to compare several.",
    ),
]
Ways = Annotated[
    int | None,
    typer.Option(metavar="N", min=2, help="Also measure one-shot accuracy among N people, one known picture each."),
]
ReportFolder = Annotated[
    Path | None, typer.Option("--report", metavar="DIR", help="Write a report with figures to this folder.")
]

evaluate = typer.Typer(name="evaluate", no_args_is_help=True)


@evaluate.callback()
def _group() -> None:
    """Measure how accurate encoders are on pictures of people."""


def labels_of(files: list[Path] | None) -> list[tuple[str, Path]]:
    """The encoders to compare, each with a unique short name; the default encoder if none is given."""
    from core.encoder.shipped import DEFAULT_ENCODER, ENCODERS

    shipped = {path: name for name, path in ENCODERS.items()}
    labels: list[tuple[str, Path]] = []
    for file in files or (DEFAULT_ENCODER,):
        stem = label = shipped.get(file, file.stem)
        number = 1
        while label in dict(labels):
            number += 1
            label = f"{stem} {number}"
        labels.append((label, file))
    return labels


def begin(report: Path | None, *, overwrite: bool, keep_faces: bool) -> None:
    """Before the measuring: checks that the report can be written, and says where faces are kept."""
    if report:
        from core.lab.evaluation.report import check_report

        check_report(report, overwrite=overwrite)
    say_what_is_kept(keep_faces)


def write(
    folder: Path | None, title: str, source: str, results: "Sequence[Measured]", notes: tuple[str, ...] = ()
) -> None:
    """Writes the report, if a folder is given, and prints where it is."""
    from core.lab.evaluation.measured import Report
    from core.lab.evaluation.report import write_report

    if folder:
        page = write_report(folder, Report(title, source, tuple(results), notes))
        print(f"Report: {page}", file=sys.stderr)
