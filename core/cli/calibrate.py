"""The command `calibrate`."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from core.cli.options import AsJson, EncoderFile, Part, PeopleFolder, UnusedGallery
from core.cli.printing import print_table
from core.cli.progress import progress
from core.cli.reach import reach_record, tell_reach
from core.cli.writing import KeepFaces, Overwrite, say_what_is_kept
from core.system.terminal import print_json

if TYPE_CHECKING:
    from core.encoder.encoder import Encoder
    from core.lab.evaluation.people import LabelledFaces
    from core.matching.curve import ImpostorCurve


def calibrate(
    folder: PeopleFolder,
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Curve file to write; by default next to the encoder, if one is given."),
    ] = None,
    encoder: EncoderFile = None,
    part: Part = None,
    overwrite: Overwrite = False,
    keep_faces: KeepFaces = False,
    gallery: UnusedGallery = None,
    json: AsJson = False,
) -> None:
    """Measure the impostor curve: how often faces of different people reach each similarity."""
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
    faces = _embedded(folder, chosen, part, keep=keep_faces)
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
    print_table(title, ["false-match rate", "similarity", "based on"], [_row(curve, rate) for rate in rates])
    tell_reach(curve)
    print(f"Saved as {out}." if out else "Not saved: name a file with --out.")


def _row(curve: "ImpostorCurve", rate: float) -> list[str]:
    """A row of the table: counted rates with three digits and their number of pairs, others marked as extrapolated."""
    similarity = curve.similarity_at(rate)
    if rate >= curve.counted_to:
        pairs = rate * curve.people * (curve.people - 1) / 2
        return [f"{rate:.0e}", f"{similarity:.3f}", f"{pairs:,.0f} pairs of people"]
    return [f"{rate:.0e}", "out of reach" if similarity > 1 else f"about {similarity:.2f}", "extrapolation"]


def _embedded(folder: Path, encoder: "Encoder", part: str | None, *, keep: bool = False) -> "LabelledFaces":
    """Finds and embeds the faces in a folder of people. Prints which pictures were left out."""
    from core.lab.dataset.loading import load_faces
    from core.lab.evaluation.people import embed_faces

    with progress("Finding faces") as report:
        faces = load_faces(folder, part=part, keep=keep, progress=report)
    for reason in faces.left_out:
        print(f"Left out: {reason}", file=sys.stderr)
    with progress("Embedding faces") as report:
        return embed_faces(faces, encoder, report)
