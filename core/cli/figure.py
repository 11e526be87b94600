"""The command `figure`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from core.cli.options import AsJson, EncoderFile, Part, UnusedGallery
from core.cli.printing import print_table
from core.cli.progress import progress
from core.cli.writing import KeepFaces, Overwrite, say_what_is_kept
from core.lab.lesson.catalogue import CATALOGUE, Entry
from core.system.terminal import print_json

if TYPE_CHECKING:
    from core.lab.evaluation.plot_style import Drawing


def figure(
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="The figure; without it, all are listed.")] = None,
    folder: Annotated[
        Path | None,
        typer.Argument(
            metavar="DIR", help="A folder with one folder of pictures per person, for figures made from pictures."
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="File to write, .svg or .png; by default NAME.png.")
    ] = None,
    encoder: EncoderFile = None,
    part: Part = None,
    overwrite: Overwrite = False,
    keep_faces: KeepFaces = False,
    gallery: UnusedGallery = None,
    json: AsJson = False,
) -> None:
    """Draw a figure of the lesson on metric learning (docs/metric-learning.md)."""
    del gallery
    if name is None:
        _list(json)
        return
    if name not in CATALOGUE:
        raise typer.BadParameter(f"there is no figure {name!r}: choose one of {', '.join(CATALOGUE)}")
    _check(name, CATALOGUE[name], folder, encoder, part, keep_faces)
    from core.lab.figure_file import ENDINGS, write_figure
    from core.system.output import check_output

    out = out or Path(f"{name}.png")
    if out.suffix.lower() not in ENDINGS:
        raise typer.BadParameter(f"--out must end in {' or '.join(ENDINGS)}, but is {str(out)!r}")
    check_output(out, overwrite=overwrite, inputs=[encoder] if encoder else [])
    say_what_is_kept(keep_faces)
    write_figure(_drawing(name, folder, encoder, part, keep_faces), out)
    if json:
        print_json({"figure": name, "file": str(out)})
    else:
        print(f"Saved as {out}.")


def _list(json: bool) -> None:
    if json:
        print_json(
            {
                "figures": [
                    {"name": name, "about": entry.about, "folder": entry.folder, "encoder": entry.encoder}
                    for name, entry in CATALOGUE.items()
                ]
            }
        )
        return
    print_table("Figures", ["figure", "shows"], [[_usage(name), entry.about] for name, entry in CATALOGUE.items()])


def _usage(name: str) -> str:
    return name + (" DIR" if CATALOGUE[name].folder else "")


def _check(
    name: str, entry: Entry, folder: Path | None, encoder: Path | None, part: str | None, keep_faces: bool
) -> None:
    """Raises BadParameter if the figure lacks its folder, or is given an option that it doesn't use."""
    if entry.folder and not folder:
        raise typer.BadParameter(f"the figure {name} needs pictures: firstsight figure {_usage(name)}")
    if not entry.folder and (folder or part or keep_faces):
        given = "DIR" if folder else "--part" if part else "--keep-faces"
        raise typer.BadParameter(f"the figure {name} takes no pictures: leave out {given}")
    if encoder and not entry.encoder:
        raise typer.BadParameter(f"the figure {name} takes no encoder: leave out --encoder")


def _drawing(name: str, folder: Path | None, encoder: Path | None, part: str | None, keep: bool) -> "Drawing":
    from core.encoder.checkpoint import Checkpoint
    from core.encoder.encoder import Encoder
    from core.lab.dataset.loading import load_faces
    from core.lab.lesson.figures import OF_ENCODER, OF_FACES, PLAIN, training_drawing

    if name in PLAIN:
        return PLAIN[name]()
    if folder is None:
        return OF_ENCODER[name](Encoder(encoder))
    if name in OF_FACES:
        used = Encoder(encoder)
        with progress("Finding faces") as report:
            faces = load_faces(folder, part=part, keep=keep, progress=report)
        return OF_FACES[name](faces, used)
    given = Checkpoint.load(encoder) if encoder else None
    with progress("Finding faces") as report:
        faces = load_faces(folder, part=part, keep=keep, progress=report)
    with progress("Training") as report:
        return training_drawing(faces, given, report)
