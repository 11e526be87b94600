"""Commands that measure: calibrate, evaluate identification."""

import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from core.cli.options import AsJson, EncoderFile, GalleryFile, Rate, print_json, print_table, progress

if TYPE_CHECKING:
    from core.encoder import Encoder
    from core.evaluation.people import LabelledFaces

Folder = Annotated[Path, typer.Argument(metavar="DIR", help="A folder with a folder of pictures for each person.")]
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
    gallery: GalleryFile = None,
    json: AsJson = False,
) -> None:
    """Measures the impostor curve: how similar different people's faces are."""
    del gallery
    from core.checkpoint import curve_beside
    from core.encoder import Encoder
    from core.evaluation.calibration import calibrate as measure

    chosen = Encoder(encoder)
    faces = embedded(folder, chosen, part)
    metric = chosen.checkpoint.curve.metric if chosen.checkpoint.curve else None
    curve = measure(faces, chosen.id, metric if metric and metric.weight is not None else None)
    out = out or (curve_beside(encoder) if encoder else None)
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
        "curve": [{"false_match_rate": rate, "similarity": curve.similarity_at(rate)} for rate in rates],
        "file": str(out) if out else None,
    }
    if json:
        print_json(record)
        return
    title = f"{curve.pairs:,} pairs of {curve.people:,} people; counted down to {curve.counted_to:.1e}, then fitted"
    print_table(
        title, ["false-match rate", "similarity"], [[f"{r:.0e}", f"{curve.similarity_at(r):.3f}"] for r in rates]
    )
    print(f"Saved as {out}." if out else "Not saved: name a file with --out.")


@evaluate.command()
def identification(
    folder: Folder,
    rate: Rate = 0.01,
    curve: Annotated[Path | None, typer.Option(metavar="FILE", help="Another impostor curve than the shipped.")] = None,
    part: Part = None,
    seed: Annotated[int, typer.Option(help="Of the random galleries.")] = 0,
    gallery: GalleryFile = None,
    encoder: EncoderFile = None,
    json: AsJson = False,
) -> None:
    """One photo each is enrolled, the rest looked up; people with one picture are the strangers."""
    del gallery
    from core.encoder import Encoder
    from core.evaluation.identification import identification as measure
    from core.matching.curve import ImpostorCurve

    chosen = Encoder(encoder)
    in_use = ImpostorCurve.load(curve) if curve else chosen.curve
    in_use.require(chosen.id)
    result = measure(embedded(folder, chosen, part), in_use, rate, seed=seed)
    if json:
        print_json(asdict(result))
        return
    rows = [
        [
            f"{r.people}",
            f"{r.threshold:.3f}",
            f"{r.fpir:.2%}",
            "{:.2%} to {:.2%}".format(*r.fpir_interval),
            f"{r.tpir:.2%}",
        ]
        for r in result.sweep
    ]
    print_table(
        f"{result.probes:,} probes of {result.people:,} people, {result.strangers:,} strangers, {rate:g} asked for",
        ["enrolled", "threshold", "strangers named", "95 % interval", "people found"],
        rows,
    )
    print(f"Right person first: {result.rank1:.2%}. Found at exactly {rate:g}: {result.tpir_at_exact_rate:.2%}.")


def embedded(folder: Path, encoder: "Encoder", part: str | None) -> "LabelledFaces":
    """The faces of a folder of people, embedded, with progress bars; says what was left out."""
    from core.dataset import load_faces
    from core.evaluation.people import embed_faces

    with progress("Finding faces") as report:
        faces = load_faces(folder, part=part, progress=report)
    for reason in faces.left_out:
        print(f"Left out: {reason}", file=sys.stderr)
    with progress("Embedding faces") as report:
        return embed_faces(faces, encoder, report)
