"""Options that several commands share, and how results are written."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from core.encoder.shipped import encoder_file
from core.errors import OutputError
from core.system.terminal import print_json as print_json
from core.system.text import printable

if TYPE_CHECKING:
    from core.gallery import Gallery
    from core.recognizer import Recognizer
    from core.types import RecognizedFace

GalleryFile = Annotated[
    Path | None, typer.Option("--gallery", metavar="FILE", help="The gallery's file; by default your own.")
]


EncoderFile = Annotated[
    Path | None,
    typer.Option(
        "--encoder",
        parser=encoder_file,
        metavar="FILE",
        help="A trained encoder, or one that ships: webcam (default), published.",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Rate = Annotated[
    float,
    typer.Option("--rate", min=1e-6, max=0.5, help="How often a stranger may be named: 0.01 is once in a hundred."),
]


def person_name(text: str) -> str:
    """A name as it was typed; where the terminal's encoding could not read its bytes, they are UTF-8 all the same."""
    return os.fsencode(text).decode(errors="surrogateescape")


@contextmanager
def already_done() -> Iterator[None]:
    """Around what is told of something that is done: it is no less done where that can't be told."""
    try:
        yield
    except OutputError as error:
        print(f"firstsight: {error}", file=sys.stderr)


@contextmanager
def opened_gallery(file: Path | None, *, create: bool = False) -> Iterator["Gallery"]:
    """The gallery, closed afterwards. create: an enrolment makes it if there is none; nothing else does."""
    from core.gallery import Gallery

    with Gallery(file, create=create, at_once=False) as gallery:
        yield gallery


@contextmanager
def recognizer_for(
    file: Path | None,
    rate: float,
    weights: Path | None = None,
    *,
    k: int = 1,
    weighted: bool = True,
    create: bool = False,
) -> Iterator["Recognizer"]:
    """A recogniser over the gallery, models loaded; what its encoder hasn't embedded is embedded, with a bar."""
    from core.encoder.encoder import Encoder
    from core.recognizer import Recognizer

    with opened_gallery(file, create=create) as gallery:
        with progress("Embedding the enrolled by this encoder") as report:
            recognizer = Recognizer(
                gallery, rate=rate, encoder=Encoder(weights), k=k, weighted=weighted, progress=report
            )
        yield recognizer


@contextmanager
def progress(what: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on standard error while long work reports (done, all); nothing where that is no terminal."""
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    bar = Progress(
        *columns,
        console=console,
        transient=True,
        disable=not console.is_terminal,
        # What others print meanwhile goes its own safe way, not through the bar's.
        redirect_stdout=False,
        redirect_stderr=False,
    )
    with bar:
        task = bar.add_task(escape(printable(what)), total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def print_table(title: str, columns: list[str], rows: list[list[str]]) -> None:
    """A table for people, turned where its words would be cut. What users typed is never read as markup."""
    from rich.console import Console
    from rich.measure import Measurement
    from rich.table import Table
    from rich.text import Text

    def laid_out(heads: list[str], lines: list[list[str]]) -> Table:
        table = Table(title=Text(printable(title), style="table.title"), title_justify="left")
        for head in heads:
            table.add_column(Text(printable(head)), overflow="fold")
        for line in lines:
            table.add_row(*(Text(printable(cell, keep="\n")) for cell in line))
        return table

    def least(table: Table) -> int:
        return Measurement.get(console, console.options.update(max_width=10_000), table).minimum

    console, table = Console(), laid_out(columns, rows)
    if rows and least(table) > console.width:
        heads, *lines = ([heading, *cells] for heading, *cells in zip(columns, *rows, strict=True))
        table = min(table, laid_out(heads, lines), key=least)
    console.print(table)


def face_record(face: "RecognizedFace") -> dict[str, Any]:
    """What is said of one face of a photo."""
    from core.matching.reason import why_unnamed

    decision = face.decision
    voters = [
        {
            "name": v.candidate.name,
            "template": v.candidate.template,
            "similarity": v.candidate.similarity,
            "weight": v.weight,
        }
        for v in decision.voters
    ]
    return {
        "box": list(face.face.box),
        "name": decision.name,
        "similarity": decision.similarity,
        "threshold": decision.threshold.similarity,
        "certainty": str(decision.certainty),
        "why": why_unnamed(face),
        "problems": [str(problem) for problem in face.quality.problems],
        "candidates": [{"name": c.name, "similarity": c.similarity} for c in decision.candidates],
        "voters": voters,
    }
