"""The command calibrate, and what the commands of `evaluate` share."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from core.cli.options import AsJson, EncoderFile, GalleryFile, print_json, print_table, progress
from core.cli.writing import KeepFaces, Overwrite, say_what_is_kept
from core.encoder.shipped import encoder_file

if TYPE_CHECKING:
    from core.encoder.encoder import Encoder
    from core.lab.evaluation.measured import Measured
    from core.lab.evaluation.people import LabelledFaces
    from core.matching.curve import ImpostorCurve

Folder = Annotated[Path, typer.Argument(metavar="DIR", help="A folder with a folder of pictures for each person.")]
Encoders = Annotated[
    list[Path] | None,
    typer.Option(
        "--encoder",
        parser=encoder_file,
        metavar="FILE",
        help="A trained encoder, or one that ships: webcam (default), published. Several are compared.",
    ),
]
Ways = Annotated[
    int | None,
    typer.Option(metavar="N", min=2, help="Also: one photo each of N people is known, whose is another one?"),
]
ReportFolder = Annotated[
    Path | None, typer.Option("--report", metavar="DIR", help="Write a report with figures there.")
]
Seed = Annotated[int, typer.Option(min=0, help="Of all that is drawn.")]
Part = Annotated[
    str | None, typer.Option(metavar="K/N", help="Only the K-th of N parts of the people, such as 1/2: split by name.")
]

evaluate = typer.Typer(name="evaluate", help="Measures on pictures of people.", no_args_is_help=True)


@evaluate.callback()
def _group() -> None:
    """Measures on pictures of people."""


def calibrate(
    folder: Folder,
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Where the curve goes; by default beside the encoder, if one is given."),
    ] = None,
    encoder: EncoderFile = None,
    part: Part = None,
    overwrite: Overwrite = False,
    keep_faces: KeepFaces = False,
    gallery: GalleryFile = None,
    json: AsJson = False,
) -> None:
    """Measures the impostor curve: how similar different people's faces are."""
    del gallery
    from core.encoder.checkpoint import curve_beside
    from core.encoder.encoder import Encoder
    from core.encoder.shipped import DEFAULT_ENCODER
    from core.lab.evaluation.calibration import calibrate as measure
    from core.system.output import check_output

    chosen = Encoder(encoder)
    out = out or (curve_beside(encoder) if encoder else None)
    if out:
        check_output(out, overwrite=overwrite, inputs=[encoder or DEFAULT_ENCODER])
    say_what_is_kept(keep_faces)
    faces = embedded(folder, chosen, part, keep=keep_faces)
    metric = chosen.checkpoint.curve.metric if chosen.checkpoint.curve else None
    curve = measure(faces, chosen.id, metric if metric and metric.weight is not None else None)
    if out:
        curve.save(out)
    rates = [10.0**-power for power in range(1, 9)]
    record = {
        "source": curve.source,
        "people": curve.people,
        "pictures": curve.pictures,
        "left_out": list(faces.left_out),
        "pairs": curve.pairs,
        "encoder": curve.encoder,
        "metric": curve.metric.id,
        "counted_to": curve.counted_to,
        "curve": [
            {"false_match_rate": rate, "similarity": curve.similarity_at(rate), "counted": rate >= curve.counted_to}
            for rate in rates
        ],
        "reach": reach_record(curve),
        "file": str(out) if out else None,
    }
    if json:
        print_json(record)
        return
    title = f"{curve.pairs:,} pairs of pictures of {curve.people:,} people; counted down to {curve.counted_to:.1e}"
    print_table(title, ["false-match rate", "similarity", "from"], [_row(curve, rate) for rate in rates])
    tell_reach(curve)
    print(f"Saved as {out}." if out else "Not saved: name a file with --out.")


def _row(curve: "ImpostorCurve", rate: float) -> list[str]:
    """What was counted to three digits and on how many pairs, what goes beyond it for what it is."""
    similarity = curve.similarity_at(rate)
    if rate >= curve.counted_to:
        pairs = rate * curve.people * (curve.people - 1) / 2
        return [f"{rate:.0e}", f"{similarity:.3f}", f"{pairs:,.0f} pairs of people"]
    return [f"{rate:.0e}", "out of reach" if similarity > 1 else f"about {similarity:.2f}", "extrapolated"]


def reach_record(curve: "ImpostorCurve") -> list[dict[str, float | int | None]]:
    """For a JSON file: how many photos may be enrolled for somebody to be named at each rate; null: a million."""
    from core.matching.reach import reach_of

    return [{"rate": each.rate, "most_photos": each.photos} for each in reach_of(curve)]


def tell_reach(curve: "ImpostorCurve") -> None:
    """Says at which rates and sizes of a gallery nobody can be named, if there are such."""
    from core.matching.reach import reach_of, told

    sentence = told(reach_of(curve))
    if sentence:
        print(sentence)


def labels_of(files: list[Path] | None) -> list[tuple[str, Path]]:
    """Encoders to compare, each with a name of its own; without any, the default."""
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
    """Before anything long: whether the report can be written, and what is said of faces that are kept."""
    if report:
        from core.lab.evaluation.report import check_report

        check_report(report, overwrite=overwrite)
    say_what_is_kept(keep_faces)


def write(
    folder: Path | None, title: str, source: str, results: "Sequence[Measured]", notes: tuple[str, ...] = ()
) -> None:
    """The report, if one is asked for."""
    from core.lab.evaluation.measured import Report
    from core.lab.evaluation.report import write_report

    if folder:
        page = write_report(folder, Report(title, source, tuple(results), notes))
        print(f"Report: {page}", file=sys.stderr)


def embedded(folder: Path, encoder: "Encoder", part: str | None, *, keep: bool = False) -> "LabelledFaces":
    """The faces of a folder of people, embedded, with progress bars; says what was left out."""
    from core.lab.dataset.loading import load_faces
    from core.lab.evaluation.people import embed_faces

    with progress("Finding faces") as report:
        faces = load_faces(folder, part=part, keep=keep, progress=report)
    for reason in faces.left_out:
        print(f"Left out: {reason}", file=sys.stderr)
    with progress("Embedding faces") as report:
        return embed_faces(faces, encoder, report)
