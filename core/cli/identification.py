"""The command `evaluate identification`."""

import sys
from itertools import product
from pathlib import Path
from typing import Annotated, Any

import typer

from core.cli.evaluate import Encoders, ReportFolder, Ways, begin, labels_of, write
from core.cli.options import AsJson, Part, PeopleFolder, Rate, Seed, UnusedGallery
from core.cli.printing import print_table
from core.cli.progress import progress
from core.cli.writing import KeepFaces, Overwrite
from core.system.terminal import print_json

CLEAN = "clean"
"""The condition of pictures that aren't degraded."""


def identification(
    folder: PeopleFolder,
    rate: Rate = 0.01,
    encoder: Encoders = None,
    degrade: Annotated[
        list[str] | None,
        typer.Option(
            metavar="CONDITION",
            help="Degrade the pictures looked up, but not those enrolled: webcam, size=32, blur=2, light=0.5, "
            "motion=9, noise=12, jpeg=30, colour=0.4, occlusion=0.2 or turn=20. Repeat it to compare several; clean "
            "degrades nothing.",
        ),
    ] = None,
    frames: Annotated[
        int, typer.Option(min=1, help="Look up the mean embedding of this many degraded versions of each picture.")
    ] = 1,
    met: Annotated[
        int, typer.Option(min=0, metavar="N", help="Strangers seen before, from whom the program has learned.")
    ] = 30,
    ways: Ways = None,
    curve: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Impostor curve to use instead of the encoder's own.")
    ] = None,
    part: Part = None,
    report: ReportFolder = None,
    overwrite: Overwrite = False,
    keep_faces: KeepFaces = False,
    seed: Seed = 0,
    gallery: UnusedGallery = None,
    json: AsJson = False,
) -> None:
    """Measure 1:N recognition: one picture of each person is enrolled, the others are looked up.

    People with a single picture are the strangers.
    """
    del gallery
    from core.encoder.encoder import Encoder
    from core.lab.dataset.loading import load_faces
    from core.lab.evaluation.pairs import all_pairs
    from core.lab.evaluation.people import embed_faces
    from core.lab.evaluation.seen import seen_under
    from core.lab.evaluation.trial import Trial, records
    from core.matching.curve import ImpostorCurve

    conditions = _checked(degrade or [CLEAN], frames)
    begin(report, overwrite=overwrite, keep_faces=keep_faces)
    encoders = {label: Encoder(file) for label, file in labels_of(encoder)}
    curves = {label: ImpostorCurve.load(curve) if curve else used.curve for label, used in encoders.items()}
    for label, used in encoders.items():
        curves[label].require(used.id)
    with progress("Finding faces") as found:
        faces = load_faces(folder, part=part, keep=keep_faces, progress=found)
    for reason in faces.left_out:
        print(f"Left out: {reason}", file=sys.stderr)
    pairs = all_pairs(faces.names, seed=seed) if ways or report else None
    trial = Trial(folder, faces, rate, met, ways, seed, pairs)
    enrolled = {}
    for label, used in encoders.items():
        with progress(f"Embedding: {label}") as report_progress:
            enrolled[label] = embed_faces(faces, used, report_progress)
    # One condition at a time, so that its faces are freed before the next one's are found.
    seen = {
        condition: seen_under(condition, folder, faces, encoders, progress, part=part, frames=frames, keep=keep_faces)
        for condition in conditions
        if condition != CLEAN
    }
    outcomes = []
    for label, condition in product(encoders, conditions):
        heading = label if len(conditions) == 1 else f"{label}, {condition}"
        shown = seen[condition][label] if condition in seen else enrolled[label].embeddings
        outcomes.append(trial.outcome((label, condition), curves[label], enrolled[label], shown, heading=heading))
    source = f"{len(faces):,} pictures of {faces.people:,} people from {faces.folder}."
    write(report, "Identification", source, [outcome.pairs for outcome in outcomes if outcome.pairs])
    results = records(outcomes)
    if json:
        print_json(results[0] if len(results) == 1 else {"results": results})
        return
    if trial.is_open_set:
        _show_open_set(results)
    if ways:
        _show_one_shot(results, ways)


def _checked(conditions: list[str], frames: int) -> list[str]:
    from core.lab.degradation.conditions import degrading

    if frames > 1 and conditions == [CLEAN]:
        raise typer.BadParameter("--frames needs degraded pictures: choose a condition with --degrade")
    try:
        for condition in conditions:
            if condition != CLEAN:
                degrading(condition)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    return conditions


def _show_one_shot(records: list[dict[str, Any]], ways: int) -> None:
    def more(than: dict[str, Any] | None) -> str:
        return "{:+.2%} ({:+.2%} to {:+.2%})".format(than["accuracy"], *than["interval"]) if than else ""

    columns: dict[str, list[str]] = {
        "encoder": [record["encoder"] for record in records],
        "pictures": [record["condition"] for record in records],
        "EER": [f"{record['eer']:.2%}" for record in records],
        f"{ways} ways": [f"{record['one_shot']['accuracy']:.2%}" for record in records],
        "95 % interval": ["{:.2%} to {:.2%}".format(*record["one_shot"]["interval"]) for record in records],
        "gain over Euclid": [more(record["one_shot"].get("by_euclid", {}).get("more")) for record in records],
        "gain over the first": [more(record["one_shot"].get("more_than_first")) for record in records],
    }
    filled = {heading: cells for heading, cells in columns.items() if any(cells)}
    rows = [list(row) for row in zip(*filled.values(), strict=True)]
    print_table(f"One-shot: which of {ways} people, each known by one picture, is in another?", list(filled), rows)


def _show_open_set(records: list[dict[str, Any]]) -> None:
    several = len(records) > 1
    rows = []
    for record in records:
        sweep = record["sweep"][-1:] if several else record["sweep"]
        rows += [
            ([record["encoder"], record["condition"]] if several else [])
            + [
                f"{at['people']}",
                f"{at['threshold']:.3f}",
                f"{at['fpir']:.2%}",
                "{:.2%} to {:.2%}".format(*at["fpir_interval"]),
                f"{at['tpir']:.2%}",
            ]
            + ([] if several else [f"{at['before']['fpir']:.2%}", f"{at['before']['tpir']:.2%}"])
            + ([f"{record['tpir_at_exact_rate']:.2%}", f"{record['rank1']:.2%}"] if several else [])
            for at in sweep
        ]
    first = records[0]
    headings = ["enrolled", "threshold", "strangers named", "95 % interval", "people found"]
    if not several:
        headings += ["in a crowd: named", "found"]
    if several:
        headings = ["encoder", "pictures", *headings, f"found at exactly {first['rate']:g}", "right person first"]
    print_table(
        f"{first['probes']:,} probes of {first['people']:,} people, {first['strangers']:,} strangers, "
        f"rate {first['rate']:g}",
        headings,
        rows,
    )
    if not several:
        exact = first["tpir_at_exact_rate"]
        print(f"Right person first: {first['rank1']:.2%}. Found at exactly {first['rate']:g}: {exact:.2%}.")
        print(
            f"{first['met']} strangers have been met before, and are not looked up. In a crowd: by the impostor curve "
            "alone, without what is known of the people here."
        )
