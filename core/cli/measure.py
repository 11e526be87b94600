"""Commands that measure: calibrate, evaluate identification, evaluate verification."""

import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from core.cli.options import AsJson, EncoderFile, GalleryFile, Rate, print_json, print_table, progress

if TYPE_CHECKING:
    from core.dataset import FaceSet
    from core.encoder import Encoder
    from core.evaluation.measured import Measured
    from core.evaluation.pairs import PairRows
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


@evaluate.command()
def verification(
    folder: Folder,
    pairs: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Pairs as LFW's pairs.txt has them; by default all there are.")
    ] = None,
    encoder: Annotated[
        list[Path] | None, typer.Option(metavar="FILE", help="A trained encoder; several are compared.")
    ] = None,
    ways: Annotated[int | None, typer.Option(metavar="N", min=2, help="Also: whose of N people is a picture?")] = None,
    part: Part = None,
    report: Annotated[Path | None, typer.Option(metavar="DIR", help="Write a report with figures there.")] = None,
    seed: Annotated[int, typer.Option(min=0, help="Of all that is drawn.")] = 0,
    gallery: GalleryFile = None,
    json: AsJson = False,
) -> None:
    """Do two pictures show one person? LFW's protocol: each fold's threshold is chosen on the others."""
    del gallery
    from core.dataset import load_faces
    from core.encoder import Encoder
    from core.evaluation.measured import Report
    from core.evaluation.pairs import all_pairs, read_pairs, rows_of_pairs
    from core.evaluation.report import write_report

    with progress("Finding faces") as found:
        listed = read_pairs(pairs) if pairs else None
        faces = load_faces(folder, part=part, progress=found)
    if listed:
        faces = faces.of_people({name for pair in listed for name in (pair.name_a, pair.name_b)})
    rows = rows_of_pairs(listed, faces.files) if listed else all_pairs(faces.names, seed=seed)
    for reason in (*faces.left_out, *rows.left_out):
        print(f"Left out: {reason}" if reason in faces.left_out else reason, file=sys.stderr)
    chosen: list[Path | None] = [*encoder] if encoder else [None]
    results = [
        _verified(folder, faces, rows, Encoder(file), file.stem if file else "published", ways, seed) for file in chosen
    ]
    if report:
        source = f"{len(rows):,} pairs of {faces.people:,} people from {faces.folder}."
        page = write_report(report, Report("Verification", source, tuple(results), rows.left_out))
        print(f"Report: {page}", file=sys.stderr)
    records: list[dict[str, Any]] = []
    for result in results:
        shown = [shot.record() for shot in result.one_shot]
        records.append(
            {"encoder": result.label, **result.verification.record(), **({"one_shot": shown[0]} if shown else {})}
        )
    if json:
        print_json(records[0] if len(records) == 1 else {"encoders": records})
        return
    headings = ["encoder", "accuracy", "EER", "TMR at FMR 1e-2", "1e-3", "1e-4"] + ([f"{ways} ways"] if ways else [])
    lines = []
    for result in results:
        told = result.verification
        lines.append(
            [result.label, f"{told.accuracy:.2%} ± {told.accuracy_std:.2%}", f"{told.eer:.2%}"]
            + [f"{at.value:.2%}" + ("" if at.counted else " (too few pairs)") for at in told.tmr]
            + ["{:.2%} ({:.2%} to {:.2%})".format(shot.accuracy, *shot.interval) for shot in result.one_shot]
        )
    print_table(f"{len(rows):,} pairs of {faces.people:,} people", headings, lines)


def _verified(
    folder: Path, faces: "FaceSet", rows: "PairRows", encoder: "Encoder", label: str, ways: int | None, seed: int
) -> "Measured":
    from core.evaluation.measured import Measured, worst_mistakes
    from core.evaluation.one_shot import one_shot
    from core.evaluation.pairs import pair_similarities
    from core.evaluation.people import embed_faces
    from core.evaluation.roc import best_threshold
    from core.evaluation.verification import verification
    from core.metric import Metric

    with progress("Embedding faces") as report:
        embeddings = embed_faces(faces, encoder, report).embeddings
    curve = encoder.checkpoint.curve
    projected = (curve.metric if curve else Metric.euclidean()).project(embeddings)
    similarities = pair_similarities(projected, rows)
    told = verification(similarities, rows.same, rows.folds, faces.names[rows.first], seed=seed)
    threshold = best_threshold(similarities, rows.same)
    files = [folder / file for file in faces.files]
    return Measured(
        label=label,
        similarities=similarities,
        same=rows.same,
        verification=told,
        threshold=threshold,
        one_shot=(one_shot(projected, faces.names, ways, seed=seed),) if ways else (),
        mistakes=worst_mistakes(similarities, rows, faces.names, files, threshold),
    )


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
