"""Options and arguments shared by several commands."""

import os
from pathlib import Path
from typing import Annotated

import typer

from core.encoder.shipped import encoder_file

GalleryFile = Annotated[
    Path | None, typer.Option("--gallery", metavar="FILE", help="Gallery file; by default, your own gallery.")
]
UnusedGallery = Annotated[
    Path | None,
    typer.Option("--gallery", metavar="FILE", help="Has no effect here; accepted because every command takes it."),
]
EncoderFile = Annotated[
    Path | None,
    typer.Option(
        "--encoder",
        parser=encoder_file,
        metavar="FILE",
        help="A trained encoder, or one that ships: webcam (default) or published.",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
Rate = Annotated[
    float,
    typer.Option("--rate", min=1e-6, max=0.5, help="Share of strangers that may be named: 0.01 is one in a hundred."),
]
PeopleFolder = Annotated[Path, typer.Argument(metavar="DIR", help="A folder with one folder of pictures per person.")]
Part = Annotated[
    str | None, typer.Option(metavar="K/N", help="Use only part K of N of the people, such as 1/2; split by name.")
]
Seed = Annotated[int, typer.Option(min=0, help="Seed for everything random.")]


def person_name(text: str) -> str:
    """A person's name from the command line, read as UTF-8 even if the terminal's encoding could not decode it."""
    return os.fsencode(text).decode(errors="surrogateescape")
