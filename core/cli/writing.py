"""Options of commands that write files."""

import sys
from typing import Annotated

import typer

Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace existing files.")]
KeepFaces = Annotated[
    bool,
    typer.Option(
        "--keep-faces",
        help="Keep the faces found, with people's names, for the next command: in the cache of your data folder, not "
        "encrypted, until `firstsight doctor --clean` deletes them. Otherwise they are deleted when the command ends.",
    ),
]


def say_what_is_kept(keep: bool) -> None:
    """Prints on standard error where faces are kept, if they are."""
    if keep:
        from core.system.paths import kept_folder

        print(
            f"Faces and names are kept in {kept_folder()}, not encrypted; `firstsight doctor --clean` deletes them.",
            file=sys.stderr,
        )
