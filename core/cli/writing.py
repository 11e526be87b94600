"""Options of commands that write, the same everywhere."""

import sys
from typing import Annotated

import typer

Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace what is there already.")]
KeepFaces = Annotated[
    bool,
    typer.Option(
        "--keep-faces",
        help="Keep the faces found, and people's names, for the next time: in the cache of the user's data, not "
        "encrypted, until `firstsight doctor --clean` removes them. By default they go when the command ends.",
    ),
]


def say_what_is_kept(keep: bool) -> None:
    """On standard error, where faces are kept."""
    if keep:
        from core.lab.dataset.kept_faces import kept_folder

        print(
            f"Faces and names are kept in {kept_folder()}, not encrypted; `firstsight doctor --clean` removes them.",
            file=sys.stderr,
        )
