"""The command `evaluate promise`."""

import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from core.cli.options import AsJson, EncoderFile, Seed, UnusedGallery
from core.cli.printing import print_table
from core.cli.progress import progress
from core.cli.writing import KeepFaces, Overwrite, say_what_is_kept
from core.system.terminal import print_json

if TYPE_CHECKING:
    from core.lab.evaluation.people import LabelledFaces
    from core.lab.evaluation.promise import PromiseResult


def promise(
    folders: Annotated[
        list[Path], typer.Argument(metavar="DIR", help="Folders with one folder of pictures per person: each is a set.")
    ],
    rate: Annotated[
        list[float] | None,
        typer.Option(min=1e-6, max=0.5, help="Share of strangers that may be named, 0.01 by default. Repeat it."),
    ] = None,
    groups: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="A CSV file with the columns person and group: each group is a set."),
    ] = None,
    part: Annotated[
        str | None, typer.Option(metavar="K/N", help="Use only part K of N of the people, such as 1/2; split by name.")
    ] = None,
    draws: Annotated[int, typer.Option(min=1, help="Random galleries of each kind.")] = 50,
    encoder: EncoderFile = None,
    plot: Annotated[Path | None, typer.Option(metavar="FILE", help="Draw the result, as .svg or .png.")] = None,
    overwrite: Overwrite = False,
    keep_faces: KeepFaces = False,
    seed: Seed = 0,
    gallery: UnusedGallery = None,
    json: AsJson = False,
) -> None:
    """Measure whether the promise holds among people who are alike, by how many of them are known.

    Galleries of 1, 3, 10 and 30 people are drawn from each set, with 0, 3, 10 and 30 others seen before; everybody else
    is a stranger. "Before" is what a mixed crowd's threshold does.
    """
    del gallery
    from core.encoder.encoder import Encoder
    from core.lab.evaluation.promise import by_group, read_groups
    from core.lab.evaluation.promise import promise as measure
    from core.lab.figure_file import ENDINGS
    from core.system.output import check_output

    if plot:
        if plot.suffix.lower() not in ENDINGS:
            raise typer.BadParameter(f"--plot must end in {' or '.join(ENDINGS)}, but is {str(plot)!r}")
        check_output(plot, overwrite=overwrite, inputs=[file for file in (encoder, groups) if file])
    grouped = read_groups(groups) if groups else None
    say_what_is_kept(keep_faces)
    used = Encoder(encoder)
    results = []
    for folder in folders:
        faces = _embedded(folder, used, part, keep=keep_faces)
        for each in by_group(faces, grouped) if grouped is not None else [faces]:
            with progress(f"Drawing galleries: {each.folder}") as report:
                results.append(measure(each, used.curve, rate or [0.01], draws=draws, seed=seed, progress=report))
    if not results:
        raise typer.BadParameter(f"none of the people in {groups} is in these folders: check the names")
    if plot:
        _draw(results, plot)
    if json:
        print_json({"sets": [_record(result) for result in results]})
    else:
        _show(results)
        if plot:
            print(f"Saved as {plot}.")


def _embedded(folder: Path, encoder: Any, part: str | None, *, keep: bool) -> "LabelledFaces":
    from core.lab.dataset.loading import load_faces
    from core.lab.evaluation.people import embed_faces

    with progress(f"Finding faces: {folder.name}") as report:
        faces = load_faces(folder, part=part, keep=keep, progress=report)
    for reason in faces.left_out:
        print(f"Left out: {reason}", file=sys.stderr)
    with progress(f"Embedding faces: {folder.name}") as report:
        return embed_faces(faces, encoder, report)


def _draw(results: "list[PromiseResult]", plot: Path) -> None:
    from core.lab.evaluation.promise_plot import promise_figure
    from core.lab.figure_file import write_figure

    write_figure(lambda theme: promise_figure(results, theme), plot)


def _record(result: "PromiseResult") -> dict[str, Any]:
    return {"set": result.set, "people": result.people, "trials": [asdict(trial) for trial in result.trials]}


def _show(results: "list[PromiseResult]") -> None:
    def share(value: float | None) -> str:
        return "" if value is None else f"{value:.2%}"

    from core.lab.evaluation.plot_style import percent

    headings = ["enrolled", "seen", "needed", "named", "95 % interval", "before", "found", "before*"]
    for result in results:
        for rate in sorted({trial.asked for trial in result.trials}, reverse=True):
            rows = [
                [
                    str(trial.enrolled),
                    str(trial.seen),
                    f"{trial.threshold:.2f}",
                    share(trial.named),
                    "{:.1%} to {:.1%}".format(*trial.named_interval),
                    share(trial.before.named),
                    share(trial.found),
                    share(trial.found_at_same_rate),
                ]
                for trial in result.trials
                if trial.asked == rate
            ]
            print_table(
                f"{result.set}: {result.people:,} people, {percent(rate)} of strangers may be named", headings, rows
            )
    print("Before: with a mixed crowd's threshold. *: with the threshold that names exactly as many strangers.")
